package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioListener;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.Radios;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.transport.internal.link.MisconfiguredRadio;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.osgi.annotation.bundle.Capability;
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
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one mesh for each {@link RadioDriver} service, whichever bundle it comes from, and passes
 * frames and node events on to the whiteboard services. Where two drivers have the same mesh name,
 * the one that came first runs; the other takes its place when it goes.
 */
@Component(immediate = true, service = Radios.class, configurationPid = Settings.PID)
@Designate(ocd = Settings.Config.class)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"io.otaupgrade.api.radio.RadioTransport\"",
    effective = "active")
public final class Meshes implements Radios {

  private static final Logger LOG = LoggerFactory.getLogger(Meshes.class);
  private static final String DATA_PROPERTY = "ota.data";
  private static final long OUTSIDE_SECONDS = 10;

  private final Function<RadioTransport, Runnable> publish;
  private final Optional<Path> folder;

  /** One thread for what may block, or runs other bundles' code: the registry and the disk. */
  private final ExecutorService outside;

  private final RadioBoard board;

  // Guarded by this.
  private Settings settings;
  private boolean active;
  private final Map<RadioDriver, Driver> drivers = new LinkedHashMap<>();
  private final Map<String, Running> running = new HashMap<>();
  private final Map<ApsListener, ApsSubscription> apsListeners = new LinkedHashMap<>();

  /** By listener, the meshes that it follows; empty for all. Replaced, never changed. */
  private volatile Map<NodeListener, Optional<List<String>>> nodeListeners = Map.of();

  /**
   * Called by SCR.
   *
   * @param properties the configuration as it is; see {@link Settings.Config}
   */
  @Activate
  public Meshes(BundleContext context, Map<String, Object> properties) {
    this(
        readOr(properties, Settings.DEFAULT),
        transport -> register(context, transport),
        nodeFolder(context),
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "ota-transport");
              thread.setDaemon(true);
              return thread;
            }));
  }

  /** Where node tables outlive a restart: not every host keeps the bundle's data area. */
  private static Optional<Path> nodeFolder(BundleContext context) {
    return Optional.ofNullable(context.getProperty(DATA_PROPERTY))
        .map(folder -> Path.of(folder, "transport", "nodes"))
        .or(() -> Optional.ofNullable(context.getDataFile("nodes")).map(File::toPath));
  }

  Meshes(
      Settings settings,
      Function<RadioTransport, Runnable> publish,
      Optional<Path> folder,
      ExecutorService outside) {
    this.settings = settings;
    this.publish = publish;
    this.folder = folder;
    this.outside = outside;
    board = new RadioBoard(outside);
  }

  /**
   * All references are set: starts the drivers that are there, and those to come. Not sooner, since
   * listeners that are there as well would miss what their nodes do first.
   */
  @Activate
  void start() {
    synchronized (this) {
      active = true;
    }
    startWaiting();
  }

  @Modified
  synchronized void modified(Map<String, Object> properties) {
    settings = readOr(properties, settings);
    running.values().forEach(each -> each.mesh.configure(settings));
  }

  @Deactivate
  void deactivate() {
    List<Running> all;
    synchronized (this) {
      active = false;
      all = List.copyOf(running.values());
      running.clear();
      drivers.values().forEach(each -> board.removed(each.mesh, each.driver));
      drivers.clear();
    }
    all.forEach(Running::stop);
    outside.shutdown();
    try {
      if (!outside.awaitTermination(OUTSIDE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Work for the registry or the disk did not end in {} s", OUTSIDE_SECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      updated = "updatedDriver")
  void addDriver(RadioDriver driver, Map<String, Object> properties) {
    Optional<String> mesh = Driver.mesh(properties);
    if (mesh.isEmpty()) {
      LOG.warn("{} is no mesh: it has no service property '{}'", driver, RadioDriver.MESH);
      return;
    }
    synchronized (this) {
      drivers.put(driver, new Driver(driver, mesh.get(), Driver.isEphemeral(properties)));
      if (running.containsKey(mesh.get())) {
        LOG.warn("{} waits: there is a mesh '{}' already", driver, mesh.get());
      }
    }
    startWaiting();
  }

  void updatedDriver(RadioDriver driver, Map<String, Object> properties) {
    boolean same;
    synchronized (this) {
      Driver known = drivers.get(driver);
      same = known != null && Driver.mesh(properties).equals(Optional.of(known.mesh));
    }
    if (!same) {
      removeDriver(driver);
      addDriver(driver, properties);
    }
  }

  void removeDriver(RadioDriver driver) {
    Optional<Running> stopping = Optional.empty();
    synchronized (this) {
      Driver known = drivers.remove(driver);
      if (known != null) {
        // If it did not even start; a mesh takes itself away.
        board.removed(known.mesh, driver);
        stopping =
            Optional.ofNullable(running.get(known.mesh)).filter(each -> each.driver == driver);
      }
    }
    if (stopping.isPresent()) {
      // Still in its place, so that no other driver gets it before this one has let go.
      stopping.get().stop();
      synchronized (this) {
        running.remove(stopping.get().mesh.mesh(), stopping.get());
      }
      startWaiting();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      updated = "addApsListener")
  synchronized void addApsListener(ApsListener listener, Map<String, Object> properties) {
    try {
      apsListeners.put(listener, new ApsSubscription(listener, properties));
    } catch (IllegalArgumentException e) {
      LOG.warn("{} gets no frames: {}", listener, e.getMessage());
      apsListeners.remove(listener);
    }
    running.values().forEach(this::tellListeners);
  }

  synchronized void removeApsListener(ApsListener listener) {
    apsListeners.remove(listener);
    running.values().forEach(this::tellListeners);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      updated = "addNodeListener")
  synchronized void addNodeListener(NodeListener listener, Map<String, Object> properties) {
    Map<NodeListener, Optional<List<String>>> changed = new LinkedHashMap<>(nodeListeners);
    changed.put(listener, ServiceNumbers.readTexts(properties, RadioTransport.MESH));
    nodeListeners = changed;
  }

  synchronized void removeNodeListener(NodeListener listener) {
    Map<NodeListener, Optional<List<String>>> changed = new LinkedHashMap<>(nodeListeners);
    changed.remove(listener);
    nodeListeners = changed;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addRadioListener(RadioListener listener) {
    board.addListener(listener);
  }

  void removeRadioListener(RadioListener listener) {
    board.removeListener(listener);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addMisconfigured(MisconfiguredRadio radio) {
    board.misconfigured(radio);
  }

  void removeMisconfigured(MisconfiguredRadio radio) {
    board.removed(radio.mesh(), radio);
  }

  @Override
  public List<RadioStatus> radios() {
    return board.radios();
  }

  /** Starts the drivers whose mesh nobody else runs. */
  private void startWaiting() {
    List<Running> started = new ArrayList<>();
    synchronized (this) {
      for (Driver each : drivers.values()) {
        if (active && !running.containsKey(each.mesh)) {
          run(each).ifPresent(started::add);
        }
      }
    }
    started.forEach(each -> each.mesh.start());
  }

  private Optional<Running> run(Driver driver) {
    try {
      Running fresh = Running.of(driver, this);
      running.put(driver.mesh, fresh);
      tellListeners(fresh);
      return Optional.of(fresh);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("{}: the driver failed to say which loop it wants", driver.mesh, e);
      board.misconfigured(
          driver.mesh, driver.driver, driver.driver.toString(), RadioBoard.didNotOpen(e));
      return Optional.empty();
    }
  }

  private void tellListeners(Running each) {
    each.mesh.dispatch(
        new ApsDispatch(
            apsListeners.values().stream()
                .filter(subscription -> subscription.wantsMesh(each.mesh.mesh()))
                .toList()));
  }

  private void tell(String mesh, NodeEvent event) {
    nodeListeners.forEach(
        (listener, meshes) -> {
          if (meshes.isEmpty() || meshes.get().contains(mesh)) {
            try {
              listener.nodeEvent(mesh, event);
            } catch (RuntimeException | LinkageError e) {
              LOG.warn("{} failed on {}", listener, event, e);
            }
          }
        });
  }

  private static Runnable register(BundleContext context, RadioTransport transport) {
    ServiceRegistration<RadioTransport> registration =
        context.registerService(
            RadioTransport.class,
            transport,
            FrameworkUtil.asDictionary(Map.of(RadioTransport.MESH, transport.mesh())));
    return () -> {
      try {
        registration.unregister();
      } catch (IllegalStateException bundleStopped) {
        LOG.debug("{} is not there any more", transport, bundleStopped);
      }
    };
  }

  private static Settings readOr(Map<String, Object> properties, Settings otherwise) {
    try {
      return Settings.of(properties);
    } catch (IllegalArgumentException e) {
      LOG.warn("{}: {}; the last good configuration stays", Settings.PID, e.getMessage());
      return otherwise;
    }
  }

  /** A driver and what it says of itself. */
  private record Driver(RadioDriver driver, String mesh, boolean ephemeral) {

    static Optional<String> mesh(Map<String, Object> properties) {
      return Optional.ofNullable(properties.get(RadioDriver.MESH))
          .map(Object::toString)
          .filter(mesh -> !mesh.isBlank());
    }

    static boolean isEphemeral(Map<String, Object> properties) {
      return Boolean.parseBoolean(String.valueOf(properties.get(RadioDriver.EPHEMERAL)));
    }
  }

  /** A mesh, and its loop if that is ours. */
  private record Running(Mesh mesh, RadioDriver driver, Optional<RealTimeLoop> ownLoop) {

    static Running of(Driver driver, Meshes meshes) {
      Optional<EventLoop> chosen = driver.driver.loop();
      Optional<RealTimeLoop> own =
          chosen.isPresent() ? Optional.empty() : Optional.of(RealTimeLoop.start(driver.mesh));
      Mesh mesh =
          new Mesh(
              driver.mesh,
              driver.driver,
              chosen.orElseGet(own::orElseThrow),
              meshes.settings,
              meshes.outside,
              meshes.publish,
              driver.ephemeral ? Optional.empty() : meshes.folder,
              meshes.board,
              event -> meshes.tell(driver.mesh, event));
      return new Running(mesh, driver.driver, own);
    }

    void stop() {
      mesh.stop();
      ownLoop.ifPresent(
          loop -> {
            loop.close();
            mesh.loopEnded();
          });
    }
  }
}
