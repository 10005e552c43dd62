package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The driver's timers: those with a number, and those with a callback. */
final class TimerCalls {
  private static final int MOST = 1000;
  private static final Duration SHORTEST_REPEATED = Duration.ofMillis(10);

  private final LuaDriver driver;
  private final Map<Integer, Running> timers = new HashMap<>();
  private int lastId;

  private static final class Running {
    int id;
    Duration delay;
    boolean repeats;
    LuaValue callback = LuaValue.NIL;
    LuaValue handle = LuaValue.NIL;
    DriverTimers.Waiting waiting;
  }

  TimerCalls(LuaDriver driver) {
    this.driver = driver;
  }

  void install(C4Table c4) {
    c4.method("AddTimer", this::add);
    c4.method(
        "KillTimer",
        arguments -> {
          LuaValue id = arguments.arg1().tonumber();
          if (!id.isnil()) {
            kill(id.toint());
          }
          return LuaValue.valueOf(0);
        });
    c4.method("SetTimer", this::set);
    driver
        .sandbox()
        .holds(
            () ->
                timers.values().stream()
                    .flatMap(timer -> List.of(timer.callback, timer.handle).stream())
                    .toList());
    driver.atEnd(() -> List.copyOf(timers.keySet()).forEach(this::kill));
  }

  private Varargs add(Varargs arguments) {
    double count = Arguments.number(arguments, 1);
    String unit =
        arguments.isnoneornil(2)
            ? "SECONDS"
            : Arguments.text(arguments, 2).toUpperCase(Locale.ROOT);
    double millis =
        switch (unit) {
          case "MILLISECONDS" -> 1;
          case "SECONDS" -> 1000;
          case "MINUTES" -> 60_000;
          case "HOURS" -> 3_600_000;
          default -> throw new LuaError("C4:AddTimer: the unit '" + unit + "' is not known");
        };
    Running timer = begin(count * millis, arguments.arg(3).toboolean());
    return timer == null ? LuaValue.valueOf(0) : LuaValue.valueOf(timer.id);
  }

  private Varargs set(Varargs arguments) {
    double millis = Arguments.number(arguments, 1);
    LuaValue callback = arguments.arg(2).checkfunction();
    Running timer = begin(millis, arguments.arg(3).toboolean());
    if (timer == null) {
      return LuaValue.NIL;
    }
    timer.callback = callback;
    LuaTable handle = new LuaTable();
    int id = timer.id;
    driver
        .sandbox()
        .define(
            handle,
            "Cancel",
            ignored -> {
              kill(id);
              return LuaValue.NIL;
            });
    timer.handle = handle;
    return handle;
  }

  private Running begin(double millis, boolean repeats) {
    if (timers.size() >= MOST) {
      driver.log(Level.ERROR, "more than " + MOST + " timers");
      return null;
    }
    driver.sandbox().charge(400);
    driver.sandbox().spend(200);
    Running timer = new Running();
    timer.id = ++lastId;
    timer.repeats = repeats;
    timer.delay = Duration.ofMillis((long) Math.max(0, Math.min(millis, 1e12)));
    if (repeats && timer.delay.compareTo(SHORTEST_REPEATED) < 0) {
      timer.delay = SHORTEST_REPEATED;
    }
    timers.put(timer.id, timer);
    arm(timer);
    return timer;
  }

  private void arm(Running timer) {
    timer.waiting =
        driver.mesh().timers.after(timer.delay, () -> driver.post(() -> expired(timer)));
  }

  private void kill(int id) {
    Running timer = timers.remove(id);
    if (timer != null) {
      timer.waiting.cancel();
      // it may have expired, and wait for its turn; then nobody counts these any more
      timer.callback = LuaValue.NIL;
      timer.handle = LuaValue.NIL;
    }
  }

  private void expired(Running timer) {
    if (timers.get(timer.id) != timer) {
      return; // killed after it had expired
    }
    if (timer.repeats) {
      arm(timer);
    } else {
      timers.remove(timer.id);
    }
    if (timer.callback.isnil()) {
      driver.callNow("OnTimerExpired", LuaValue.valueOf(timer.id));
    } else {
      driver.call(timer.callback, LuaValue.varargsOf(timer.handle, LuaValue.valueOf(0)));
    }
  }
}
