package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.DurableFiles;
import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * What the driver keeps across restarts: the table {@code PersistData}, which it fills as it likes,
 * and named values. Written when a value was set, and some seconds after any callback, if it
 * differs from what is in the file.
 */
final class PersistCalls {
  private static final int LARGEST = 1 << 20;
  private static final Duration LATER = Duration.ofSeconds(10);

  private final LuaDriver driver;
  private final TableText text;
  private LuaTable values = new LuaTable();
  private byte[] written = new byte[0];
  private boolean changed;
  private DriverTimers.Waiting soon;
  private String complained = "";

  PersistCalls(LuaDriver driver) {
    this.driver = driver;
    this.text = new TableText(driver.sandbox(), true);
  }

  void install(C4Table c4) {
    LuaValue data = LuaValue.NIL;
    LuaValue kept = read();
    if (kept.istable()) {
      data = kept.checktable().rawget("PersistData");
      if (kept.checktable().rawget("values").istable()) {
        values = kept.checktable().rawget("values").checktable();
      }
    }
    driver.globals().rawset("PersistData", data.istable() ? data : new LuaTable());
    c4.method("PersistSetValue", this::set);
    c4.method("PersistGetValue", arguments -> values.rawget(Arguments.string(arguments, 1)));
    c4.method(
        "PersistDeleteValue",
        arguments -> {
          values.rawset(Arguments.string(arguments, 1), LuaValue.NIL);
          changed = true;
          return LuaValue.NONE;
        });
    c4.method(
        "PersistDeleteAll",
        arguments -> {
          values = new LuaTable();
          changed = true;
          return LuaValue.NONE;
        });
    driver.sandbox().holds(() -> java.util.List.of(values));
    driver.atEnd(
        () -> {
          if (soon != null) {
            soon.cancel();
          }
        });
  }

  private Varargs set(Varargs arguments) {
    LuaValue value = arguments.arg(2);
    if (value.isfunction() || value.isthread()) {
      throw new LuaError("a " + value.typename() + " cannot be kept");
    }
    driver.sandbox().charge(48);
    // as it is now: what becomes of the table later is the driver's own affair
    values.rawset(
        Arguments.string(arguments, 1), value.istable() ? text.decode(text.encode(value)) : value);
    changed = true;
    return LuaValue.NONE;
  }

  /** After each callback. */
  void touched() {
    if (changed) {
      changed = false;
      save();
    } else if (soon == null) {
      soon =
          driver
              .mesh()
              .timers
              .after(
                  LATER,
                  () ->
                      driver.post(
                          () -> {
                            soon = null;
                            save();
                          }));
    }
  }

  /** Writes what differs from the file; on the strand. */
  void save() {
    byte[] now;
    try {
      LuaTable all = new LuaTable();
      all.rawset("PersistData", driver.globals().rawget("PersistData"));
      all.rawset("values", values);
      now = driver.sandbox().outside(() -> text.encode(all));
      if (now.length > LARGEST) {
        throw new LuaError(now.length + " octets are more than " + LARGEST);
      }
      if (Arrays.equals(now, written) || (written.length == 0 && isEmpty(all))) {
        return;
      }
      write(driver.setup().persistence(), now);
      written = now;
    } catch (IOException | RuntimeException problem) {
      String why = String.valueOf(problem.getMessage());
      if (!why.equals(complained)) {
        complained = why;
        driver.log(Level.ERROR, "what the driver persists cannot be kept: " + why);
      }
    }
  }

  private static boolean isEmpty(LuaTable all) {
    LuaValue data = all.rawget("PersistData");
    return all.rawget("values").checktable().next(LuaValue.NIL).arg1().isnil()
        && (!data.istable() || data.checktable().next(LuaValue.NIL).arg1().isnil());
  }

  private LuaValue read() {
    try {
      if (Files.size(driver.setup().persistence()) > 2L * LARGEST) {
        throw new IOException("larger than " + 2 * LARGEST + " octets");
      }
      written = Files.readAllBytes(driver.setup().persistence());
      return driver.sandbox().outside(() -> text.decode(written));
    } catch (NoSuchFileException first) {
      return LuaValue.NIL;
    } catch (IOException | RuntimeException problem) {
      driver.log(Level.ERROR, "what the driver persisted cannot be read: " + problem.getMessage());
      return LuaValue.NIL;
    }
  }

  private static void write(Path file, byte[] octets) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    DurableFiles.write(file, octets);
  }
}
