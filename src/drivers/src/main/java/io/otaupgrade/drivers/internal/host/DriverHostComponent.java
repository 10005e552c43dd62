package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverListener;
import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.api.drivers.InstalledPackage;
import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
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

/** The driver host among the services of the framework. */
@Component(
    immediate = true, // drivers run whether or not somebody asks for the service
    configurationPid = Settings.PID,
    service = {DriverPackages.class, DriverHostComponent.class})
@Designate(ocd = Settings.Config.class)
public final class DriverHostComponent implements DriverPackages {

  private static final Logger LOG = LoggerFactory.getLogger(DriverHostComponent.class);
  private static final String DATA_PROPERTY = "ota.data";

  /** {@code false} in a process that only looks at the packages of another. */
  private static final String RUN_PROPERTY = "ota.drivers.run";

  private final BundleContext context;
  private final ThreadLoop loop = new ThreadLoop();
  private final DriverHost host;
  private final boolean runs;
  private final List<ServiceRegistration<?>> listening = new ArrayList<>();
  private final List<RadioTransport> transports = new CopyOnWriteArrayList<>();
  private volatile Settings settings;
  private volatile boolean open;

  /** A reference only: whatever runs scripts is loaded when there is a script. */
  private volatile ServiceReference<DriverRuntime> runtime;

  private volatile ImageRegistry registry;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile OtaService ota;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<DriverListener> listeners = List.of();

  /** Reads the configuration; nothing runs before {@link #start}. */
  @Activate
  public DriverHostComponent(
      BundleContext context,
      @Reference(name = "bindings") DeviceBindings bindings,
      Map<String, Object> properties)
      throws IOException {
    this.context = context;
    this.settings = read(properties, Settings.DEFAULT);
    runs = !"false".equals(context.getProperty(RUN_PROPERTY));
    host =
        new DriverHost(
            dataFolder(context), loop, bindings, new Around(), () -> listeners, settings, runs);
  }

  /**
   * All references are set: takes up what was installed. Not sooner, since packages that were taken
   * away meanwhile are withdrawn from the registry then, which has to be set.
   */
  @Activate
  void start() {
    open = true;
    host.open();
    if (runs) {
      // not by the component: the bindings' own component would have to wait for this one
      listening.add(context.registerService(NodeListener.class, host, null));
      listening.add(context.registerService(BindingListener.class, host, null));
    }
  }

  private static Path dataFolder(BundleContext context) {
    String folder = context.getProperty(DATA_PROPERTY);
    return folder == null || folder.isBlank()
        ? context.getDataFile("drivers").toPath()
        : Path.of(folder, "drivers");
  }

  private static Settings read(Map<String, ?> properties, Settings before) {
    Settings.Reading reading = Settings.read(properties, before);
    if (!reading.faults().isEmpty()) {
      LOG.warn(
          "{}: {}; what was in force stays", Settings.PID, String.join("; ", reading.faults()));
    }
    return reading.settings();
  }

  @Modified
  void modified(Map<String, Object> properties) {
    // a key that was taken away has its default again; one that is bad keeps what it had
    Settings base =
        Settings.read(properties, Settings.DEFAULT).faults().isEmpty()
            ? Settings.DEFAULT
            : settings;
    settings = read(properties, base);
    host.configure(settings);
  }

  @Deactivate
  void stop() {
    listening.forEach(ServiceRegistration::unregister);
    open = false;
    host.close();
    loop.stop();
  }

  @Reference(
      name = "registry",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setRegistry(ImageRegistry images) {
    registry = images;
    changed();
  }

  void unsetRegistry(ImageRegistry images) {
    if (images.equals(registry)) {
      registry = null;
    }
  }

  @Reference(
      service = DriverRuntime.class,
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setRuntime(ServiceReference<DriverRuntime> reference) {
    runtime = reference;
    changed();
  }

  void unsetRuntime(ServiceReference<DriverRuntime> reference) {
    if (reference.equals(runtime)) {
      runtime = null;
      if (open) {
        host.runtimeGoes();
      }
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void addTransport(RadioTransport transport) {
    transports.add(transport);
    changed();
  }

  void removeTransport(RadioTransport transport) {
    transports.remove(transport);
  }

  /** Before {@link #start} there is nobody to tell. */
  private void changed() {
    if (open) {
      host.surroundingsChanged();
    }
  }

  private final class Around implements Surroundings {

    @Override
    public Optional<DriverRuntime> runtime() {
      return Optional.ofNullable(runtime).map(context::getService);
    }

    @Override
    public Optional<ImageRegistry> registry() {
      return Optional.ofNullable(registry);
    }

    @Override
    public Optional<OtaService> ota() {
      return Optional.ofNullable(ota);
    }

    @Override
    public List<RadioTransport> transports() {
      return transports;
    }

    @Override
    public Hosting host(String driverName, Path folder) {
      ServiceRegistration<HostedFiles> registration =
          context.registerService(
              HostedFiles.class,
              () -> folder,
              FrameworkUtil.asDictionary(Map.of(HostedFiles.DRIVER_NAME, driverName)));
      return () -> {
        try {
          registration.unregister();
        } catch (IllegalStateException goneWithTheBundle) {
          LOG.debug("the files of {} are not hosted any more", driverName);
        }
      };
    }
  }

  /** Installs what was dropped as a file, and goes with it. */
  PackageCheck installDropped(Path file) throws IOException {
    return host.install(file, Optional.of(file));
  }

  /** The file is gone. */
  void removeDropped(Path file) throws IOException {
    host.removeOrigin(file);
  }

  @Override
  public PackageCheck check(Path file) {
    return host.check(file);
  }

  @Override
  public PackageCheck install(Path file) throws IOException {
    return host.install(file);
  }

  @Override
  public boolean remove(String typeId) throws IOException {
    return host.remove(typeId);
  }

  @Override
  public List<InstalledPackage> installed() {
    return host.installed();
  }

  @Override
  public Optional<InstalledPackage> installed(String typeId) {
    return host.installed(typeId);
  }

  @Override
  public List<DriverEvent> log(String typeId) {
    return host.log(typeId);
  }

  @Override
  public boolean setProperty(int deviceId, String name, String value) {
    return host.setProperty(deviceId, name, value);
  }
}
