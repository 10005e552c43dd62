package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverSetup;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Coroutine;
import io.otaupgrade.drivers.internal.lua.Numbers;
import io.otaupgrade.drivers.internal.lua.Sandbox;
import io.otaupgrade.drivers.internal.lua.ScriptFailed;
import io.otaupgrade.drivers.internal.lua.ScriptThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One driver. All of its script runs on its strand, one callback after another in the order of what
 * caused them; everything else may come from any thread.
 */
final class LuaDriver implements DriverInstance, Sandbox.Surroundings {
  /** More than this many things to tell a driver means that it does not keep up. */
  private static final int MOST_WAITING = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(LuaDriver.class);

  private static final int LONGEST_LINE = 4096;
  private static final long LONGEST_FILE = 4 << 20;

  private final LuaRuntime runtime;
  private final DriverSetup setup;
  private final DriverWatcher watcher;
  private final LuaRuntime.Mesh mesh;
  private final ScriptThreads.Strand strand;
  private final CountDownLatch gone = new CountDownLatch(1);
  private final List<Runnable> endings = new ArrayList<>();
  private volatile boolean closing;
  private volatile Thread running;

  /** Not for every block of a transfer is a driver to be woken that does not listen. */
  private volatile boolean hearsFrames = true;

  /** Told on the strand's thread only, like all that follows. */
  private boolean over;

  private final Runnable loading = this::load;
  private Sandbox sandbox;
  private final PropertyCalls properties;
  private ZigbeeModule zigbee;
  private RadioCalls radio;
  private PersistCalls persist;
  private boolean ready;

  LuaDriver(LuaRuntime runtime, DriverSetup setup, DriverWatcher watcher) {
    this.runtime = runtime;
    this.setup = setup;
    this.watcher = watcher;
    this.mesh = runtime.mesh(setup.mesh());
    this.strand = runtime.threads().strand();
    this.properties = new PropertyCalls(this);
  }

  // Its life.

  void start() {
    post(loading);
  }

  private void load() {
    sandbox = new Sandbox(runtime.limits(), this);
    C4Table c4 = new C4Table(this);
    zigbee = new ZigbeeModule(this);
    radio = new RadioCalls(this);
    persist = new PersistCalls(this);
    properties.install(c4);
    zigbee.install(c4);
    radio.install(c4);
    persist.install(c4);
    new TimerCalls(this).install(c4);
    new InfoCalls(this).install(c4);
    new VariableCalls(this).install(c4);
    new CodecCalls(this).install(c4);
    new HttpCalls(this).install(c4);
    new InertCalls(this).install(c4);
    byte[] script = file(setup.script());
    if (script == null) {
      fail("the script " + setup.script() + " cannot be read");
      return;
    }
    try {
      sandbox.run(setup.script(), script);
    } catch (ScriptFailed failed) {
      fail(failed.getMessage());
      return;
    }
    LuaValue how = LuaValue.valueOf("DIT_STARTUP");
    callNow("OnDriverInit", how);
    ready = true;
    callNow("OnDriverLateInit", how);
    if (!over) {
      radio.begin();
    }
  }

  /** Whether {@code OnDriverInit} has returned, before which a driver is not to use its device. */
  boolean ready() {
    return ready;
  }

  @Override
  public void close() {
    closing = true;
    if (Thread.currentThread().equals(running)) {
      finish(); // its watcher closes it from within a callback
      return;
    }
    strand.execute(this::finish);
    try {
      if (!gone.await(2, TimeUnit.SECONDS)) {
        Sandbox busy = sandbox;
        if (busy != null) {
          busy.stop("closed");
        }
        gone.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void finish() {
    if (over) {
      return;
    }
    if (sandbox != null && !Thread.currentThread().equals(running)) {
      try {
        LuaValue destroyed = sandbox.globals().rawget("OnDriverDestroyed");
        if (destroyed.isfunction()) {
          watcher.notified("OnDriverDestroyed", "");
          sandbox.call(destroyed, LuaValue.NONE);
        }
      } catch (ScriptFailed failed) {
        watcher.logged(Level.ERROR, "OnDriverDestroyed: " + failed.getMessage());
      }
    }
    end();
  }

  /** Ends it because of what its script did. */
  void fail(String reason) {
    if (!over) {
      boolean wanted = closing;
      end();
      if (!wanted) {
        watcher.failed(reason);
      }
    }
  }

  private void end() {
    over = true;
    closing = true;
    runtime.forget(this);
    List<Runnable> toRun;
    synchronized (endings) {
      toRun = List.copyOf(endings);
      endings.clear();
    }
    toRun.forEach(Runnable::run);
    if (sandbox != null) {
      if (persist != null) {
        persist.save();
      }
      // a callback further up this thread may still be in it
      if (Thread.currentThread().equals(running)) {
        sandbox.stop("closed");
      }
      sandbox.close();
    }
    gone.countDown();
  }

  /** Has something done when the driver ends. */
  void atEnd(Runnable ending) {
    synchronized (endings) {
      endings.add(ending);
    }
  }

  // What happens to it.

  @Override
  public Map<String, String> properties() {
    return properties.snapshot();
  }

  @Override
  public void setProperty(String name, String value) {
    post(() -> properties.setFromOutside(name, value));
  }

  void received(OtaResult result) {
    post(() -> zigbee.received(result));
  }

  void received(ApsFrame frame) {
    if (hearsFrames) {
      post(() -> radio.received(frame));
    }
  }

  void nodeEvent(String meshName, NodeEvent event) {
    if (meshName.equals(setup.mesh())) {
      post(() -> radio.nodeEvent(event));
    }
  }

  void radioCame() {
    post(() -> radio.radioCame());
  }

  void radioWent() {
    post(() -> radio.radioWent());
  }

  void serverCame() {
    post(() -> radio.serverCame());
  }

  void serverWent() {
    post(() -> radio.serverWent());
  }

  // What its parts use.

  /** Does something on the strand, unless the driver has ended by then. */
  void post(Runnable task) {
    if (closing) {
      return;
    }
    if (strand.waiting() > MOST_WAITING) {
      Sandbox slow = sandbox;
      if (slow != null) {
        slow.stop("more than " + MOST_WAITING + " callbacks wait");
      }
      return;
    }
    EventLoop.TimeHold hold = mesh.timers.holdTime();
    strand.execute(
        () -> {
          try {
            // what happened to the device before the script is there, it is told by how it is then
            if (!over && !closing && (sandbox != null || task == loading)) {
              running = Thread.currentThread();
              task.run();
              hearsFrames = over || radio.hearsFrames();
            }
          } catch (RuntimeException | Error problem) {
            broke(problem);
          } finally {
            running = null;
            hold.close();
          }
        });
  }

  /** Something outside of the script's calls went wrong: its memory is full, or we are. */
  private void broke(Throwable problem) {
    Optional<String> reason = sandbox == null ? Optional.empty() : sandbox.reason();
    if (reason.isEmpty()) {
      LOG.error("{} of {} is ended", setup.identity().typeId(), setup.device(), problem);
    }
    fail(reason.orElseGet(() -> "the host failed: " + problem));
  }

  /** Calls a global function of the script, if there is one; on the strand. */
  void callNow(String function, LuaValue... arguments) {
    callNow(function, null, arguments);
  }

  /**
   * The same.
   *
   * @param described what the watcher is told of the arguments; null for the arguments themselves
   */
  void callNow(String function, Supplier<String> described, LuaValue... arguments) {
    if (over || closing) {
      return;
    }
    LuaValue callback = sandbox.globals().rawget(function);
    if (!callback.isfunction()) {
      return;
    }
    Varargs values = LuaValue.varargsOf(arguments);
    watcher.notified(function, described == null ? describe(values) : described.get());
    call(callback, values);
  }

  /** Calls a function that the script gave us; on the strand. */
  void call(LuaValue callback, Varargs arguments) {
    if (over) {
      return;
    }
    try {
      sandbox.call(callback, arguments);
    } catch (ScriptFailed failed) {
      fail(failed.getMessage());
      return;
    }
    persist.touched();
  }

  void log(Level level, String text) {
    for (String line : text.split("\\R", -1)) {
      watcher.logged(
          level, line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line);
    }
  }

  DriverWatcher watcher() {
    return watcher;
  }

  DriverSetup setup() {
    return setup;
  }

  LuaRuntime runtime() {
    return runtime;
  }

  LuaRuntime.Mesh mesh() {
    return mesh;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  LuaTable globals() {
    return sandbox.globals();
  }

  /** Arguments as text for people: strings that are no text as hexadecimal digits. */
  static String describe(Varargs values) {
    StringJoiner text = new StringJoiner(", ");
    for (int i = 1; i <= Math.min(values.narg(), 20); i++) {
      text.add(describe(values.arg(i)));
    }
    return text.toString();
  }

  private static String describe(LuaValue value) {
    if (value.type() == LuaValue.TSTRING) {
      return '"' + Octets.forPeople(value.checkstring(), 200) + '"';
    }
    if (value.type() == LuaValue.TTABLE || value.isfunction()) {
      return value.typename();
    }
    return Numbers.text(value);
  }

  // What its script is surrounded by.

  @Override
  public void print(String line) {
    log(Level.PRINT, line);
  }

  @Override
  public byte[] file(String path) {
    try {
      Path folder = setup.folder().toRealPath();
      Path wanted = folder.resolve(path).normalize();
      if (!wanted.startsWith(folder) || !Files.isRegularFile(wanted)) {
        return null;
      }
      Path real = wanted.toRealPath();
      if (!real.startsWith(folder) || Files.size(real) > LONGEST_FILE) {
        return null;
      }
      return Files.readAllBytes(real);
    } catch (IOException | InvalidPathException unreadable) {
      return null;
    }
  }

  @Override
  public InstantSource clock() {
    return runtime.clock();
  }

  @Override
  public LongSupplier ticks() {
    return runtime.time()::nanos;
  }

  @Override
  public Coroutine.Threads threads() {
    return runtime.threads();
  }
}
