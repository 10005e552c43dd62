package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageRegistryListener;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.server.Admission;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.QueryListener;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Ota Upgrade plugin: one {@link OtaServer} for each mesh whose radio is there, as long as the
 * plugin is enabled. The presence of these services is all that the rest of the host goes by.
 */
@Component(
    service = {}, // the servers it registers are its services
    immediate = true, // must answer devices before anyone asks for the service
    configurationPid = Settings.PID)
@Designate(ocd = Settings.Config.class)
public final class OtaUpgradePlugin implements OtaClusterServer.Surroundings {
  private static final Logger LOG = LoggerFactory.getLogger(OtaUpgradePlugin.class);

  /** A server and what makes it visible. */
  private record Served(OtaClusterServer server, ServiceRegistration<?> registration) {
    void withdraw() {
      registration.unregister();
      server.close();
    }
  }

  private final BundleContext context;
  private final ImageRegistry registry;

  /** By the transport's identity; guarded by itself, since services come on any thread. */
  private final IdentityHashMap<RadioTransport, Optional<Served>> meshes = new IdentityHashMap<>();

  // Guarded by meshes.
  private Settings settings = Settings.DEFAULT;
  private boolean active;

  private volatile Optional<DeviceBindings> bindings = Optional.empty();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<Admission> admissions = List.of();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<UpgradeListener> upgradeListeners = List.of();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<QueryListener> queryListeners = List.of();

  /**
   * Reads the configuration. Radios come next, in no order with the other references: a mesh served
   * before its bindings are there would have devices wait for images that are for them. So none is
   * before {@link #start}.
   */
  @Activate
  public OtaUpgradePlugin(
      BundleContext context,
      @Reference(name = "registry") ImageRegistry registry,
      Map<String, Object> properties) {
    this.context = context;
    this.registry = registry;
    configure(properties);
  }

  /** All references are set: serves the meshes that are there, and those to come. */
  @Activate
  void start() {
    synchronized (meshes) {
      active = true;
      meshes.replaceAll(this::reconfigured);
    }
  }

  @Modified
  void configure(Map<String, Object> properties) {
    Settings changed;
    try {
      changed = Settings.of(properties);
    } catch (IllegalArgumentException rejected) {
      LOG.warn("{}: {}; what was configured before stays", Settings.PID, rejected.getMessage());
      return;
    }
    synchronized (meshes) {
      settings = changed;
      meshes.replaceAll(this::reconfigured);
    }
  }

  private Optional<Served> reconfigured(RadioTransport transport, Optional<Served> served) {
    if (!settings.enabled() || !active) {
      served.ifPresent(Served::withdraw);
      return Optional.empty();
    }
    served.ifPresent(serving -> serving.server().configure(settings));
    return served.or(() -> Optional.of(serve(transport)));
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void addTransport(RadioTransport transport) {
    synchronized (meshes) {
      meshes.put(transport, reconfigured(transport, Optional.empty()));
    }
  }

  void removeTransport(RadioTransport transport) {
    synchronized (meshes) {
      Optional<Served> served = meshes.remove(transport);
      if (served != null) {
        served.ifPresent(Served::withdraw);
      }
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setBindings(DeviceBindings table) {
    bindings = Optional.of(table);
    synchronized (meshes) {
      meshes.values().forEach(served -> served.ifPresent(it -> it.server().bindingsCame()));
    }
  }

  /** Of two tables, the new one comes before the old one goes. */
  void unsetBindings(DeviceBindings table) {
    bindings = bindings.filter(now -> now != table);
  }

  @Deactivate
  void stop() {
    synchronized (meshes) {
      active = false;
      meshes.values().forEach(served -> served.ifPresent(Served::withdraw));
      meshes.clear();
    }
  }

  private Served serve(RadioTransport transport) {
    OtaClusterServer server = new OtaClusterServer(transport, registry, this, settings);
    Map<String, Object> properties =
        Map.of(
            OtaServer.MESH,
            transport.mesh(), // ApsListener and NodeListener call it so too
            ApsListener.CLUSTER,
            OtaCluster.ID);
    String[] services = {
      ApsListener.class.getName(),
      NodeListener.class.getName(),
      ImageRegistryListener.class.getName(),
      BindingListener.class.getName(),
      OtaServer.class.getName()
    };
    ServiceRegistration<?> registration =
        context.registerService(services, server, FrameworkUtil.asDictionary(properties));
    server.start();
    return new Served(server, registration);
  }

  @Override
  public Optional<DeviceBindings> bindings() {
    return bindings;
  }

  @Override
  public List<Admission> admissions() {
    return admissions;
  }

  @Override
  public List<UpgradeListener> upgradeListeners() {
    return upgradeListeners;
  }

  @Override
  public List<QueryListener> queryListeners() {
    return queryListeners;
  }
}
