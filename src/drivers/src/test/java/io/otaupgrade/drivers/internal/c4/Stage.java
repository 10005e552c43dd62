package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.OperationName;
import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchRequest;
import io.otaupgrade.api.image.ResourceFetcher;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.server.Hold;
import io.otaupgrade.api.server.Notification;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.drivers.internal.instance.DriverIdentity;
import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverSetup;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import io.otaupgrade.drivers.internal.lua.Limits;
import io.otaupgrade.drivers.internal.lua.ScriptThreads;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A host of drivers with everything around it, on the test's thread and by the test's clock. */
final class Stage implements AutoCloseable, Executor, DriverTimers.Host {
  static final Eui64 LAMP = new Eui64(0x00124B0000112233L);
  static final int LAMP_ADDRESS = 0x1A2B;
  static final String MESH = "house";

  final Path folder;
  final Ota ota = new Ota();
  final Radio radio = new Radio();
  final Server server = new Server();
  final Fetcher fetcher = new Fetcher();
  final LuaRuntime runtime;
  final List<Running> drivers = new ArrayList<>();
  final ScriptThreads threads;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Alarm> timers = new ArrayList<>();
  private boolean draining;
  private Instant now = Instant.parse("2026-03-04T05:06:07Z");
  private long start = now.toEpochMilli();

  Stage(Path folder) {
    this(folder, Limits.DEFAULT);
  }

  Stage(Path folder, Limits limits) {
    this.folder = folder;
    threads = new ScriptThreads(this, () -> {}, 64);
    runtime = new LuaRuntime(ota, threads, this, () -> now, limits);
    runtime.fetcher(fetcher, null);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (draining) {
      return;
    }
    draining = true;
    try {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    } finally {
      draining = false;
    }
  }

  // Time.

  private static final class Alarm {
    final Instant due;
    final Runnable task;

    Alarm(Instant due, Runnable task) {
      this.due = due;
      this.task = task;
    }
  }

  @Override
  public long nanos() {
    return (now.toEpochMilli() - start) * 1_000_000;
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    Alarm timer = new Alarm(now.plus(delay), task);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  void advance(Duration by) {
    Instant until = now.plus(by);
    while (true) {
      Optional<Alarm> next =
          timers.stream()
              .filter(timer -> !timer.due.isAfter(until))
              .min(Comparator.comparing(timer -> timer.due));
      if (next.isEmpty()) {
        break;
      }
      timers.remove(next.get());
      now = next.get().due.isAfter(now) ? next.get().due : now;
      execute(next.get().task);
    }
    now = until;
  }

  int timers() {
    return timers.size();
  }

  // Drivers.

  /** A driver, and all that was heard of it. */
  static final class Running implements DriverWatcher {
    final List<String> printed = new ArrayList<>();
    final List<String> logged = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    final List<String> callbacks = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    DriverInstance instance;

    @Override
    public void logged(Level level, String text) {
      if (level == Level.PRINT) {
        printed.add(text);
      } else {
        logged.add(level + " " + text);
      }
    }

    @Override
    public void called(String function, String arguments, String result) {
      calls.add(function + "(" + arguments + ") " + result);
    }

    @Override
    public void notified(String function, String arguments) {
      callbacks.add(function + "(" + arguments + ")");
    }

    @Override
    public void propertyChanged(String name, String value) {
      callbacks.add(name + " = " + value);
    }

    @Override
    public void failed(String reason) {
      failures.add(reason);
    }
  }

  Running start(String script) {
    return start(script, 7, LAMP);
  }

  Running start(String script, int deviceId, Eui64 device) {
    try {
      Files.createDirectories(folder.resolve("package"));
      Files.writeString(folder.resolve("package/driver.lua"), script, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Running running = new Running();
    drivers.add(running);
    running.instance = runtime.start(setup(deviceId, device), running);
    return running;
  }

  DriverSetup setup(int deviceId, Eui64 device) {
    return setup(deviceId, device, folder.resolve("package"));
  }

  DriverSetup setup(int deviceId, Eui64 device, Path unpacked) {
    return new DriverSetup(
        new DriverIdentity("lamp.c4z", "lamp", "The lamp", 7, "L1", "Acme"),
        deviceId,
        device,
        MESH,
        6001,
        unpacked,
        "driver.lua",
        "<devicedata><name>The lamp</name><minimum_os_version>3.3.2</minimum_os_version></devicedata>",
        List.of(
            new DriverSetup.Property("Level", "STRING", "low", false),
            new DriverSetup.Property("State", "STRING", "", true)),
        Map.of("fw", new byte[] {1, 2, 0, (byte) 255}),
        folder.resolve("persist-" + deviceId + ".json"),
        Set.of("example.org"));
  }

  @Override
  public void close() {
    runtime.close();
    threads.close();
  }

  // Around them.

  /** Takes calls; the test answers. */
  static final class Ota implements OtaService {
    final List<String> asked = new ArrayList<>();
    SendStatus status = SendStatus.SENT;
    Consumer<Long> onCall = id -> {};
    long lastId;

    private Submission submit(String call) {
      asked.add(call);
      if (status != SendStatus.SENT) {
        return new Submission(status, 0, new CompletableFuture<>());
      }
      long id = ++lastId;
      onCall.accept(id);
      return new Submission(status, id, new CompletableFuture<>());
    }

    @Override
    public Submission serviceStatus(int deviceId) {
      return submit("serviceStatus " + deviceId);
    }

    @Override
    public Submission addImage(
        int deviceId, int mfgId, int imageTypeId, String url, String typeId, long version) {
      return submit(
          "addImage "
              + deviceId
              + " "
              + mfgId
              + " "
              + imageTypeId
              + " "
              + url
              + " "
              + typeId
              + " "
              + version);
    }

    @Override
    public Submission removeImage(int deviceId, int imageTypeId) {
      return submit("removeImage " + deviceId + " " + imageTypeId);
    }

    @Override
    public Submission imageInfo(int deviceId) {
      return submit("imageInfo " + deviceId);
    }
  }

  static OtaResult result(long id, OperationName name, OtaStatus status) {
    return new OtaResult(
        id,
        7,
        new OtaOperation(
            name,
            status,
            Optional.of(LAMP),
            0x1234,
            0x0101,
            "controller://driver/lamp/l.zigbee",
            "lamp.c4z",
            7,
            0xFFFFFFF0L,
            3));
  }

  void answer(OperationName name, OtaStatus status) {
    runtime.received(result(ota.lastId, name, status));
  }

  Node node(boolean online) {
    return new Node(
        LAMP, LAMP_ADDRESS, true, online, Optional.empty(), Optional.empty(), List.of());
  }

  void event(NodeEvent.Kind kind) {
    radio.node = Optional.of(node(kind != NodeEvent.Kind.LEFT));
    runtime.nodeEvent(MESH, new NodeEvent(kind, radio.node.get()));
  }

  /** A radio whose time is the stage's. */
  final class Radio implements RadioTransport, EventLoop {
    final List<ApsFrame> sent = new ArrayList<>();
    final List<Priority> priorities = new ArrayList<>();
    Delivery outcome = Delivery.DELIVERED;
    Optional<Node> node = Optional.empty();
    int holds;

    @Override
    public String mesh() {
      return Stage.MESH;
    }

    @Override
    public EventLoop loop() {
      return this;
    }

    @Override
    public void send(
        ApsFrame frame,
        Priority priority,
        TxOptions options,
        Duration deadline,
        DeliveryListener listener) {
      sent.add(frame);
      priorities.add(priority);
      Stage.this.execute(() -> listener.settled(outcome));
    }

    @Override
    public int maximumPayload(int networkAddress) {
      return 82;
    }

    @Override
    public void zdo(
        int networkAddress,
        int cluster,
        ByteBuffer payload,
        Duration timeout,
        Consumer<Optional<ByteBuffer>> answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void lookUp(int networkAddress, Duration timeout, Consumer<Optional<Eui64>> answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void permitJoin(Duration duration) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Node> nodes() {
      return node.stream().toList();
    }

    @Override
    public Optional<Node> node(Eui64 eui64) {
      return node.filter(n -> n.eui64().equals(eui64));
    }

    @Override
    public Optional<Node> node(int networkAddress) {
      return node.filter(n -> n.networkAddress() == networkAddress);
    }

    @Override
    public void execute(Runnable task) {
      Stage.this.execute(task);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      Runnable cancel = Stage.this.after(delay, task);
      return cancel::run;
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public long nanos() {
      return 5_000_000_000L + Stage.this.nanos();
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public TimeHold holdTime() {
      holds++;
      return () -> holds--;
    }
  }

  /** Knows what is held. */
  static final class Server implements OtaServer {
    Duration held;
    int renewed;

    @Override
    public String mesh() {
      return Stage.MESH;
    }

    @Override
    public boolean knows(Eui64 device) {
      return true;
    }

    @Override
    public OptionalLong runningVersion(Eui64 device, int manufacturerCode, int imageType) {
      return OptionalLong.empty();
    }

    @Override
    public List<Upgrade> upgrades() {
      return List.of();
    }

    @Override
    public List<Upgrade> upgrades(Eui64 device) {
      return List.of();
    }

    @Override
    public boolean abort(Eui64 device) {
      return false;
    }

    @Override
    public boolean activate(Eui64 device, Duration after) {
      return false;
    }

    @Override
    public Optional<Hold> hold(Eui64 device, Duration lease) {
      held = lease;
      return Optional.of(
          new Hold() {
            @Override
            public boolean renew(Duration again) {
              renewed++;
              return held != null;
            }

            @Override
            public void close() {
              held = null;
            }
          });
    }

    @Override
    public boolean notify(Eui64 device) {
      return false;
    }

    @Override
    public void broadcastNotify(Notification notification) {}

    @Override
    public ServerStatistics statistics() {
      throw new UnsupportedOperationException();
    }
  }

  /** Has what the test put there. */
  static final class Fetcher implements ResourceFetcher {
    final Map<String, String> pages = new HashMap<>();
    final List<FetchRequest> requests = new ArrayList<>();

    @Override
    public Fetch fetch(FetchRequest request, WritableByteChannel sink) {
      requests.add(request);
      String page = pages.get(request.url());
      FetchOutcome outcome;
      try {
        if (page == null) {
          outcome =
              new FetchOutcome(FetchOutcome.Verdict.HTTP_STATUS, 404, Map.of(), 0, "not found");
        } else {
          ByteBuffer octets = ByteBuffer.wrap(page.getBytes(StandardCharsets.UTF_8));
          while (octets.hasRemaining()) {
            sink.write(octets);
          }
          outcome =
              new FetchOutcome(
                  FetchOutcome.Verdict.FETCHED, 200, Map.of("content-type", "x"), 1, "");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      CompletionStage<FetchOutcome> done = CompletableFuture.completedFuture(outcome);
      return new Fetch() {
        @Override
        public CompletionStage<FetchOutcome> outcome() {
          return done;
        }

        @Override
        public void cancel() {}
      };
    }
  }
}
