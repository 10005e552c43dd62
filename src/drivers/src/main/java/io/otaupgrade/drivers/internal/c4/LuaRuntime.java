package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.image.ResourceFetcher;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import io.otaupgrade.drivers.internal.instance.DriverSetup;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import io.otaupgrade.drivers.internal.lua.Limits;
import io.otaupgrade.drivers.internal.lua.ScriptThreads;
import io.otaupgrade.zcl.Eui64;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** All drivers of this host, and what they share. */
final class LuaRuntime implements DriverRuntime {

  /** What belongs to a mesh, whether its radio is there or not. */
  static final class Mesh {
    final DriverTimers timers;
    final ReflashLocks reflashLocks;
    private volatile RadioTransport radio;
    private volatile OtaServer server;

    Mesh(DriverTimers.Host host) {
      timers = new DriverTimers(host);
      reflashLocks = new ReflashLocks(timers);
    }

    Optional<RadioTransport> radio() {
      return Optional.ofNullable(radio);
    }

    Optional<OtaServer> server() {
      return Optional.ofNullable(server);
    }
  }

  private final OtaService ota;
  private final ScriptThreads threads;
  private final DriverTimers.Host time;
  private final InstantSource clock;
  private volatile Limits limits;
  private final Map<String, Mesh> meshes = new ConcurrentHashMap<>();
  private final Map<Eui64, List<LuaDriver>> byDevice = new ConcurrentHashMap<>();
  private volatile ResourceFetcher fetcher;
  private volatile boolean closed;

  /** Who asked; results that come before the call that caused them has returned wait here. */
  private final Map<Long, LuaDriver> askers = new HashMap<>();

  private final List<OtaResult> early = new ArrayList<>();
  private int asking;

  LuaRuntime(
      OtaService ota,
      ScriptThreads threads,
      DriverTimers.Host time,
      InstantSource clock,
      Limits limits) {
    this.ota = ota;
    this.threads = threads;
    this.time = time;
    this.clock = clock;
    this.limits = limits;
  }

  @Override
  public DriverInstance start(DriverSetup setup, DriverWatcher watcher) {
    LuaDriver driver = new LuaDriver(this, setup, watcher);
    if (closed) {
      driver.fail("the host of drivers is being stopped");
      return driver;
    }
    byDevice.computeIfAbsent(setup.device(), device -> new CopyOnWriteArrayList<>()).add(driver);
    driver.start();
    return driver;
  }

  void forget(LuaDriver driver) {
    byDevice.computeIfPresent(
        driver.setup().device(),
        (device, drivers) -> {
          drivers.remove(driver);
          return drivers.isEmpty() ? null : drivers;
        });
    synchronized (askers) {
      askers.values().removeIf(driver::equals);
    }
  }

  // What comes and goes.

  void addRadio(RadioTransport radio) {
    Mesh mesh = mesh(radio.mesh());
    mesh.radio = radio;
    mesh.timers.use(Optional.of(radio.loop()));
    onMesh(radio.mesh()).forEach(LuaDriver::radioCame);
  }

  void removeRadio(RadioTransport radio) {
    Mesh mesh = mesh(radio.mesh());
    if (Objects.equals(mesh.radio, radio)) {
      mesh.radio = null;
      mesh.timers.use(Optional.empty());
      onMesh(radio.mesh()).forEach(LuaDriver::radioWent);
    }
  }

  void addServer(OtaServer server) {
    mesh(server.mesh()).server = server;
    onMesh(server.mesh()).forEach(LuaDriver::serverCame);
  }

  void removeServer(OtaServer server) {
    Mesh mesh = mesh(server.mesh());
    if (Objects.equals(mesh.server, server)) {
      mesh.server = null;
      onMesh(server.mesh()).forEach(LuaDriver::serverWent);
    }
  }

  /** With {@code before} given, only in its place. */
  synchronized void fetcher(ResourceFetcher now, ResourceFetcher before) {
    if (before == null || before.equals(fetcher)) {
      fetcher = now;
    }
  }

  /** Ends all drivers; none starts any more. */
  void close() {
    closed = true;
    byDevice.values().stream().flatMap(List::stream).toList().forEach(LuaDriver::close);
  }

  // What happens.

  void nodeEvent(String mesh, NodeEvent event) {
    for (LuaDriver driver : drivers(event.node().eui64())) {
      driver.nodeEvent(mesh, event);
    }
  }

  void received(ApsFrame frame) {
    Optional<Eui64> device = frame.eui64().or(() -> deviceAt(frame.networkAddress()));
    if (device.isPresent()) {
      for (LuaDriver driver : drivers(device.get())) {
        driver.received(frame);
      }
    }
  }

  /** Only one mesh can be meant where there is only one. */
  private Optional<Eui64> deviceAt(int networkAddress) {
    List<RadioTransport> radios =
        meshes.values().stream().flatMap(m -> m.radio().stream()).toList();
    return radios.size() == 1
        ? radios.get(0).node(networkAddress).map(Node::eui64)
        : Optional.empty();
  }

  void received(OtaResult result) {
    LuaDriver driver;
    synchronized (askers) {
      driver = asker(result);
      if (driver == null) {
        if (asking > 0) {
          early.add(result);
        }
        return;
      }
    }
    driver.received(result);
  }

  private LuaDriver asker(OtaResult result) {
    return result.operation().status().isFinal()
        ? askers.remove(result.requestId())
        : askers.get(result.requestId());
  }

  // What drivers use.

  /** Makes a call of the OTA API, and sees to it that its results come to this driver. */
  SendStatus ask(LuaDriver driver, Supplier<Submission> call) {
    synchronized (askers) {
      asking++;
    }
    List<OtaResult> mine = new ArrayList<>();
    Submission submission = null;
    try {
      submission = call.get();
    } finally {
      synchronized (askers) {
        asking--;
        if (submission != null && submission.status() == SendStatus.SENT) {
          long id = submission.requestId();
          askers.put(id, driver);
          early.removeIf(
              result -> {
                boolean is = result.requestId() == id;
                if (is) {
                  asker(result);
                  mine.add(result);
                }
                return is;
              });
        }
        if (asking == 0) {
          early.clear();
        }
      }
    }
    mine.forEach(driver::received);
    return submission.status();
  }

  OtaService ota() {
    return ota;
  }

  ScriptThreads threads() {
    return threads;
  }

  DriverTimers.Host time() {
    return time;
  }

  InstantSource clock() {
    return clock;
  }

  /** Those of a driver that starts now. */
  Limits limits() {
    return limits;
  }

  /** For drivers that start from now on. */
  void limits(Limits next) {
    limits = next;
  }

  Optional<ResourceFetcher> fetcher() {
    return Optional.ofNullable(fetcher);
  }

  Mesh mesh(String name) {
    return meshes.computeIfAbsent(name, any -> new Mesh(time));
  }

  private List<LuaDriver> drivers(Eui64 device) {
    return byDevice.getOrDefault(device, List.of());
  }

  private List<LuaDriver> onMesh(String mesh) {
    return byDevice.values().stream()
        .flatMap(List::stream)
        .filter(driver -> driver.setup().mesh().equals(mesh))
        .toList();
  }
}
