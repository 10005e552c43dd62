package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import io.otaupgrade.drivers.internal.lua.Limits;
import io.otaupgrade.drivers.internal.lua.ScriptThreads;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what drivers cost: their start, the heap of an idle one, and how many callbacks a second
 * they take. No test; how it is run, and what it said, is in {@code docs/benchmarks.md}.
 */
public final class DriverLoad implements DriverWatcher {
  private static final int DRIVERS = 200;
  private static final int RATE = 10_000;
  private static final int SECONDS = 10;

  private static final String SCRIPT =
      """
      zb = C4:RequireModule("zigbee")
      received = 0
      statuses = {}
      function OnDriverLateInit() C4:UpdateProperty("State", "waiting") end
      function OnZigbeeOnlineStatusChanged(status)
        if status == "ONLINE" then
          zb:otaAddImage(C4:GetDeviceID(), 0x1234, 0x0101, "controller://driver/lamp/l.zigbee", "lamp.c4z", 7)
        end
      end
      function ReceivedFromNetwork(idBinding, port, pObject)
        statuses[#statuses + 1] = _G[pObject]:status()
        _G[pObject] = nil
      end
      function OnZigbeePacketIn(packet, profile, cluster)
        local _, control, sequence, command = string.unpack(packet, "bbb")
        received = received + 1
        last = bit.bor(bit.lshift(control, 16), bit.lshift(sequence, 8), command)
      end
      function OnPropertyChanged() print(received) end
      """;

  private final AtomicInteger ready = new AtomicInteger();
  private final AtomicInteger counted = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();

  private DriverLoad() {}

  /** No arguments. */
  public static void main(String[] arguments) throws Exception {
    new DriverLoad().measure();
  }

  private void measure() throws Exception {
    Path folder = Files.createTempDirectory("driver-load");
    Files.createDirectories(folder.resolve("package"));
    // a script of the size that drivers have
    StringBuilder script = new StringBuilder(SCRIPT);
    for (int i = 0; i < 200; i++) {
      script.append(
          "function helper%d(a, b) if a == nil then return b or '' end return a .. tostring(b) end%n"
              .formatted(i));
    }
    Files.write(
        folder.resolve("package/driver.lua"), script.toString().getBytes(StandardCharsets.UTF_8));
    Stage stage = new Stage(folder);
    HostTime time = new HostTime();
    try (ScriptThreads threads =
        new ScriptThreads(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()), 512)) {
      LuaRuntime runtime =
          new LuaRuntime(stage.ota, threads, time, InstantSource.system(), Limits.DEFAULT);
      List<DriverInstance> drivers = new ArrayList<>();
      drivers.add(runtime.start(stage.setup(1, new Eui64(1)), this));
      until(ready, 1);
      long one = heap();
      long begun = time.nanos();
      for (int id = 2; id <= DRIVERS; id++) {
        drivers.add(runtime.start(stage.setup(id, new Eui64(id)), this));
      }
      until(ready, DRIVERS);
      System.out.printf(
          "start of %d drivers: %d ms%n", DRIVERS - 1, (time.nanos() - begun) / 1_000_000);
      System.out.printf(
          "heap of a further idle driver: %d KiB%n", (heap() - one) / (DRIVERS - 1) / 1024);
      run(runtime, time, drivers, RATE, SECONDS);
      run(runtime, time, drivers, 0, 0);
      drivers.forEach(DriverInstance::close);
      drivers.clear();
      System.out.printf("heap when all have ended: %d KiB above one%n", (heap() - one) / 1024);
    }
    time.close();
  }

  /** At a rate, or, when it is 0, as many at once as the drivers take. */
  private void run(
      LuaRuntime runtime, HostTime time, List<DriverInstance> drivers, int rate, int seconds) {
    int before = received.get();
    counted.set(0);
    received.set(0);
    int frames = rate == 0 ? 500_000 : rate * seconds;
    long begun = time.nanos();
    for (int n = 0; n < frames; n++) {
      if (rate != 0) {
        long due = begun + n * 1_000_000_000L / rate;
        while (time.nanos() - due < 0) {
          LockSupport.parkNanos(100_000);
        }
      }
      runtime.received(
          ApsFrame.from(
              1,
              Optional.of(new Eui64(1 + n % DRIVERS)),
              1,
              1,
              0x0104,
              6,
              0,
              ByteBuffer.wrap(new byte[] {24, (byte) n, 10})));
    }
    drivers.forEach(driver -> driver.setProperty("Level", "count"));
    until(counted, DRIVERS);
    double took = (time.nanos() - begun) / 1e9;
    System.out.printf(
        "%s: %d callbacks in %.2f s, %.0f a second, %d lost%n",
        rate == 0 ? "as fast as they can" : rate + " a second",
        frames,
        took,
        frames / took,
        frames - (received.get() - before));
  }

  private static void until(AtomicInteger count, int wanted) {
    while (count.get() < wanted) {
      LockSupport.parkNanos(100_000);
    }
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      LockSupport.parkNanos(100_000_000);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Override
  public void logged(Level level, String text) {
    if (level == Level.PRINT) {
      received.addAndGet(Integer.parseInt(text));
      counted.incrementAndGet();
    }
  }

  @Override
  public void called(String function, String arguments, String result) {}

  @Override
  public void notified(String function, String arguments) {}

  @Override
  public void propertyChanged(String name, String value) {
    if (value.equals("waiting")) {
      ready.incrementAndGet();
    }
  }

  @Override
  public void failed(String reason) {
    System.out.println("failed: " + reason);
  }
}
