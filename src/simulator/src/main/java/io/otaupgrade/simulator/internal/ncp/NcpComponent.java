package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.simulation.SimulatedCoProcessor;
import io.otaupgrade.api.simulation.SimulatedMesh;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one co-processor of each configuration of the factory {@link
 * SimulatedCoProcessor#FACTORY_PID}. It registers the services by itself, since they are there only
 * once a host can connect.
 */
@Component(
    service = {},
    immediate = true,
    configurationPid = SimulatedCoProcessor.FACTORY_PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NcpConfiguration.WithMesh.class, factory = true)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"io.otaupgrade.api.simulation.SimulatedCoProcessor\"",
    effective = "active")
public final class NcpComponent {

  private static final Logger LOG = LoggerFactory.getLogger(NcpComponent.class);
  private static final String SERVICE_PID = "service.pid";

  private final BundleContext bundle;
  private Optional<NcpSettings> settings = Optional.empty();
  private Optional<Running> running = Optional.empty();

  /** A co-processor and its services. */
  private record Running(
      SoftwareCoProcessor coProcessor,
      ServiceRegistration<SimulatedMesh> mesh,
      ServiceRegistration<SimulatedCoProcessor> service) {}

  @Activate
  public NcpComponent(BundleContext bundle, Map<String, Object> configuration) {
    this.bundle = bundle;
    try {
      run(NcpSettings.of(name(configuration), configuration));
    } catch (IllegalArgumentException wrong) {
      LOG.warn("{}: {}; there is no co-processor", pid(configuration), wrong.getMessage());
    }
  }

  @Modified
  void modified(Map<String, Object> configuration) {
    NcpSettings wanted;
    try {
      wanted = NcpSettings.of(name(configuration), configuration);
    } catch (IllegalArgumentException wrong) {
      LOG.warn("{}: {}; all stays as it was", pid(configuration), wrong.getMessage());
      return;
    }
    if (running.isEmpty() || !settings.equals(Optional.of(wanted))) {
      stop();
      run(wanted);
    }
  }

  private void run(NcpSettings of) {
    settings = Optional.of(of);
    SoftwareCoProcessor made;
    try {
      made = SoftwareCoProcessor.started(of);
    } catch (IOException noPort) {
      LOG.warn("{}: {}", of.mesh().mesh(), noPort.getMessage());
      return;
    }
    Dictionary<String, Object> properties =
        FrameworkUtil.asDictionary(Map.of(SimulatedMesh.MESH, of.mesh().mesh()));
    running =
        Optional.of(
            new Running(
                made,
                bundle.registerService(SimulatedMesh.class, made.simulatedMesh(), properties),
                bundle.registerService(SimulatedCoProcessor.class, made, properties)));
    LOG.info(
        "Simulated co-processor {} ({}) with {} devices at {}",
        of.mesh().mesh(),
        of.kind(),
        of.mesh().devices(),
        made.address());
  }

  @Deactivate
  void stop() {
    running.ifPresent(
        each -> {
          each.service().unregister();
          each.mesh().unregister();
          each.coProcessor().close();
        });
    running = Optional.empty();
  }

  private static String pid(Map<String, Object> configuration) {
    return String.valueOf(
        configuration.getOrDefault(SERVICE_PID, SimulatedCoProcessor.FACTORY_PID));
  }

  /** What is behind the factory's name in {@code io.otaupgrade.simulator.ncp~NAME}. */
  private static String name(Map<String, Object> configuration) {
    String pid = pid(configuration);
    int at = pid.lastIndexOf('~');
    return at >= 0 && at < pid.length() - 1 ? pid.substring(at + 1) : "simulated";
  }
}
