package io.otaupgrade.simulator.internal;

import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.simulation.SimulatedMesh;
import java.util.Dictionary;
import java.util.Map;
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
 * Makes one mesh of each configuration of the factory {@link SimulatedMesh#FACTORY_PID}. It
 * registers the services by itself, since a mesh without a configured name has that of its
 * configuration.
 */
@Component(
    service = {},
    immediate = true,
    configurationPid = SimulatedMesh.FACTORY_PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MeshConfiguration.class, factory = true)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"io.otaupgrade.api.radio.spi.RadioDriver\"",
    effective = "active")
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"io.otaupgrade.api.simulation.SimulatedMesh\"",
    effective = "active")
public final class SimulatedMeshComponent {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedMeshComponent.class);
  private static final String SERVICE_PID = "service.pid";

  private final BundleContext bundle;
  private MeshSettings settings;
  private Running running;

  /** A mesh and its services. */
  private record Running(
      SimulatedMeshDriver driver,
      ServiceRegistration<SimulatedMesh> mesh,
      ServiceRegistration<RadioDriver> radio) {}

  @Activate
  public SimulatedMeshComponent(BundleContext bundle, Map<String, Object> configuration) {
    this.bundle = bundle;
    String name = name(configuration);
    try {
      settings = MeshSettings.of(name, configuration);
    } catch (IllegalArgumentException wrong) {
      LOG.warn("{}: {}; the mesh has its defaults instead", pid(configuration), wrong.getMessage());
      settings = MeshSettings.defaults(name);
    }
    running = run(settings);
  }

  @Modified
  void modified(Map<String, Object> configuration) {
    MeshSettings wanted;
    try {
      wanted = MeshSettings.of(name(configuration), configuration);
    } catch (IllegalArgumentException wrong) {
      LOG.warn("{}: {}; the mesh stays as it was", pid(configuration), wrong.getMessage());
      return;
    }
    if (!wanted.equals(settings)) {
      stop();
      settings = wanted;
      running = run(settings);
    }
  }

  private Running run(MeshSettings of) {
    SimulatedMeshDriver driver = new SimulatedMeshDriver(of);
    Dictionary<String, Object> properties =
        FrameworkUtil.asDictionary(
            Map.of(SimulatedMesh.MESH, of.mesh(), RadioDriver.EPHEMERAL, true));
    Running made =
        new Running(
            driver,
            bundle.registerService(SimulatedMesh.class, driver.mesh(), properties),
            bundle.registerService(RadioDriver.class, driver, properties));
    LOG.info("Simulated mesh {} with {} devices", of.mesh(), of.devices());
    return made;
  }

  @Deactivate
  void stop() {
    running.radio().unregister(); // the transport lets go of the driver first
    running.mesh().unregister();
    running.driver().dispose();
  }

  private static String pid(Map<String, Object> configuration) {
    return String.valueOf(configuration.getOrDefault(SERVICE_PID, SimulatedMesh.FACTORY_PID));
  }

  /** What is behind the factory's name in {@code io.otaupgrade.simulator~NAME}. */
  private static String name(Map<String, Object> configuration) {
    String pid = pid(configuration);
    int at = pid.lastIndexOf('~');
    return at >= 0 && at < pid.length() - 1 ? pid.substring(at + 1) : "simulated";
  }
}
