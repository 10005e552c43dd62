package io.otaupgrade.drivers.internal.c4;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import io.otaupgrade.drivers.internal.lua.Limits;
import io.otaupgrade.drivers.internal.lua.ScriptThreads;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers on real threads. */
class ManyDriversTest {
  @TempDir Path folder;
  private final ScriptThreads threads = new ScriptThreads(4, 64);
  private final HostTime time = new HostTime();
  private Stage stage;
  private LuaRuntime runtime;

  private void runtime(Limits limits) {
    stage = new Stage(folder);
    runtime = new LuaRuntime(stage.ota, threads, time, InstantSource.system(), limits);
  }

  @AfterEach
  void end() {
    runtime.close();
    threads.close();
    time.close();
  }

  /** Hears what one driver prints. */
  private static class Hears implements DriverWatcher {
    final List<String> printed = new ArrayList<>();
    final CountDownLatch enough;

    Hears(int lines) {
      enough = new CountDownLatch(lines);
    }

    @Override
    public void logged(Level level, String text) {
      if (level == Level.PRINT) {
        printed.add(text);
        enough.countDown();
      }
    }

    @Override
    public void called(String function, String arguments, String result) {}

    @Override
    public void notified(String function, String arguments) {}

    @Override
    public void propertyChanged(String name, String value) {}

    @Override
    public void failed(String reason) {
      printed.add("failed: " + reason);
      while (enough.getCount() > 0) {
        enough.countDown();
      }
    }
  }

  private DriverInstance start(int id, String script, DriverWatcher watcher) throws Exception {
    Path of = Files.createDirectories(folder.resolve("package-" + id));
    Files.writeString(of.resolve("driver.lua"), script);
    return runtime.start(stage.setup(id, new Eui64(id), of), watcher);
  }

  private static ApsFrame frame(int id, int number) {
    ByteBuffer payload = ByteBuffer.allocate(4).putInt(number).flip();
    return ApsFrame.from(1, Optional.of(new Eui64(id)), 1, 1, 0x0104, 6, 0, payload);
  }

  @Test
  void noCallbackIsLostAndAllComeInOrder() throws Exception {
    runtime(Limits.DEFAULT);
    int drivers = 20;
    int frames = 500;
    List<Hears> heard = new ArrayList<>();
    for (int id = 1; id <= drivers; id++) {
      Hears hears = new Hears(1 + frames);
      heard.add(hears);
      start(
          id,
          """
          function OnZigbeePacketIn(packet)
            local _, n = string.unpack(packet, ">I")
            print(n)
          end
          print("ready")
          """,
          hears);
    }
    List<Thread> senders = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int from = t;
      Thread sender =
          new Thread(
              () -> {
                for (int n = 0; n < frames; n++) {
                  for (int id = 1 + from; id <= drivers; id += 4) {
                    runtime.received(frame(id, n));
                  }
                }
              });
      senders.add(sender);
      sender.start();
    }
    for (Thread sender : senders) {
      sender.join();
    }
    for (Hears hears : heard) {
      assertThat(hears.enough.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(hears.printed).hasSize(1 + frames).startsWith("ready", "0", "1").endsWith("499");
      assertThat(hears.printed.subList(1, 1 + frames).stream().map(Integer::valueOf)).isSorted();
    }
  }

  @Test
  void driversThatLoopForEverDoNotKeepOthersWaiting() throws Exception {
    runtime(new Limits(2_000_000, Duration.ofSeconds(10), 200, 2 << 20, 4));
    List<Hears> hostile = new ArrayList<>();
    for (int id = 1; id <= 12; id++) {
      Hears hears = new Hears(1);
      hostile.add(hears);
      start(id, "while true do end", hears);
    }
    Hears good = new Hears(101);
    start(50, "function OnZigbeePacketIn() print('in') end print('ready')", good);
    for (int n = 0; n < 100; n++) {
      runtime.received(frame(50, n));
    }
    assertThat(good.enough.await(60, TimeUnit.SECONDS)).isTrue();
    for (Hears hears : hostile) {
      assertThat(hears.enough.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(hears.printed)
          .containsExactly("failed: more than 2000000 instructions in one call");
    }
  }

  @Test
  void aBusyDriverIsClosedSoon() throws Exception {
    runtime(new Limits(1L << 40, Duration.ofDays(1), 200, 2 << 20, 4));
    Hears hears = new Hears(1);
    DriverInstance driver =
        start(
            1,
            """
            function OnDriverLateInit() print("busy") while true do end end
            """,
            hears);
    assertThat(hears.enough.await(60, TimeUnit.SECONDS)).isTrue();
    driver.close();
    assertThat(hears.printed).containsExactly("busy");
  }

  @Test
  void coroutinesOfManyDriversAreBounded() throws Exception {
    runtime(Limits.DEFAULT);
    List<Hears> all = new ArrayList<>();
    for (int id = 1; id <= 10; id++) {
      Hears hears = new Hears(1);
      all.add(hears);
      start(
          id,
          """
          local kept, n = {}, 0
          for i = 1, 10 do
            local c = coroutine.create(function() coroutine.yield(1) end)
            local ok, e = coroutine.resume(c)
            if ok then n = n + 1 kept[n] = c end
          end
          print(n)
          """,
          hears);
    }
    int sum = 0;
    for (Hears hears : all) {
      assertThat(hears.enough.await(60, TimeUnit.SECONDS)).isTrue();
      sum += Integer.parseInt(hears.printed.get(0));
    }
    // not all of the 100 were to be had at once
    assertThat(sum).isBetween(64, 100);
  }
}
