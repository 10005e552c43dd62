package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import io.otaupgrade.drivers.internal.lua.Numbers;
import io.otaupgrade.zcl.Eui64;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The module {@code zigbee}: the four calls of the OTA API and their results. */
final class ZigbeeModule {
  /** What a call returns whose arguments are not of the right types; see {@link SendStatus}. */
  static final int BAD_ARGUMENTS = 10;

  /** What it returns when the call failed in the host. */
  static final int NOT_TAKEN = 11;

  private static final int MOST_PINNED = 256;
  private static final int LONGEST_URL = 2048;
  private static final int LONGEST_DRIVER_TYPE = 255;

  private final LuaDriver driver;
  private final OtaService ota;
  private final Deque<LuaString> pinned = new ArrayDeque<>();
  private long results;

  ZigbeeModule(LuaDriver driver) {
    this.driver = driver;
    this.ota = driver.runtime().ota();
  }

  void install(C4Table c4) {
    LuaTable module = new LuaTable();
    driver.sandbox().holds(() -> List.of(module));
    define(
        module,
        "otaServiceStatus",
        arguments -> {
          int deviceId = number(arguments, 1);
          return () -> ota.serviceStatus(deviceId);
        });
    define(
        module,
        "otaAddImage",
        arguments -> {
          int deviceId = number(arguments, 1);
          int mfgId = number(arguments, 2);
          int imageTypeId = number(arguments, 3);
          String url = string(arguments, 4, LONGEST_URL);
          String driverTypeId = string(arguments, 5, LONGEST_DRIVER_TYPE);
          long version = whole(arguments, 6);
          return () -> ota.addImage(deviceId, mfgId, imageTypeId, url, driverTypeId, version);
        });
    define(
        module,
        "otaRemoveImage",
        arguments -> {
          int deviceId = number(arguments, 1);
          int imageTypeId = number(arguments, 2);
          return () -> ota.removeImage(deviceId, imageTypeId);
        });
    define(
        module,
        "otaImageInfo",
        arguments -> {
          int deviceId = number(arguments, 1);
          return () -> ota.imageInfo(deviceId);
        });
    c4.method(
        "RequireModule",
        arguments -> {
          String name = Arguments.text(arguments, 1);
          if (name.equals("zigbee")) {
            return module;
          }
          driver.log(Level.WARN, "C4:RequireModule: there is no module '" + name + "'");
          return LuaValue.NIL;
        });
  }

  /** Reads the arguments and makes of them what is to be done. */
  private interface Call {
    Supplier<Submission> read(Varargs arguments) throws BadArgument;
  }

  private static final class BadArgument extends Exception {
    private static final long serialVersionUID = 1L;

    BadArgument(String message) {
      super(message, null, false, false);
    }
  }

  private void define(LuaTable module, String name, Call call) {
    driver
        .sandbox()
        .define(
            module,
            name,
            all -> {
              // zb:otaX(…), and zb.otaX(…) as well
              Varargs arguments = all.arg1().raweq(module) ? all.subargs(2) : all;
              driver.sandbox().spend(200);
              int status = submit(name, call, arguments);
              driver
                  .watcher()
                  .called("zb:" + name, LuaDriver.describe(arguments), Integer.toString(status));
              return LuaValue.valueOf(status);
            });
  }

  private int submit(String name, Call call, Varargs arguments) {
    try {
      Supplier<Submission> what = call.read(arguments);
      SendStatus status = driver.runtime().ask(driver, what);
      if (status != SendStatus.SENT) {
        driver.log(Level.WARN, "zb:" + name + " was not sent: " + status);
      }
      return status.code();
    } catch (BadArgument bad) {
      driver.log(Level.WARN, "zb:" + name + " was not sent: " + bad.getMessage());
      return BAD_ARGUMENTS;
    } catch (RuntimeException refused) {
      driver.log(Level.ERROR, "zb:" + name + " was not sent: " + refused);
      return NOT_TAKEN;
    }
  }

  /** A whole number; one that an {@code int} does not hold becomes one that the service refuses. */
  static int number(Varargs arguments, int i) throws BadArgument {
    long value = whole(arguments, i);
    return value == (int) value ? (int) value : -1;
  }

  private static long whole(Varargs arguments, int i) throws BadArgument {
    LuaValue number = arguments.arg(i).tonumber();
    if (number.isnil()) {
      throw new BadArgument(
          "argument " + i + " must be a number, is " + arguments.arg(i).typename());
    }
    double value = number.todouble();
    if (value != Math.rint(value) || Double.isInfinite(value)) {
      throw new BadArgument("argument " + i + " must be a whole number, is " + value);
    }
    return (long) value;
  }

  /** A string that a request may keep until it is answered. */
  private static String string(Varargs arguments, int i, int longest) throws BadArgument {
    if (!(arguments.arg(i) instanceof LuaString string)) {
      throw new BadArgument(
          "argument " + i + " must be a string, is " + arguments.arg(i).typename());
    }
    if (string.m_length > longest) {
      throw new BadArgument(
          "argument %d must have at most %d octets, has %d".formatted(i, longest, string.m_length));
    }
    return Numbers.text(string);
  }

  /** Gives the driver a result, as the global of which it is told the name. */
  void received(OtaResult result) {
    makeRoom();
    LuaString name = LuaValue.valueOf("ou0x%08x".formatted(++results & 0xFFFFFFFFL));
    OtaOperation operation = result.operation();
    driver.globals().rawset(name, object(operation));
    pinned.add(name);
    driver.callNow(
        "ReceivedFromNetwork",
        () ->
            "%d, 0, %s: %s"
                .formatted(driver.setup().zigbeeBinding(), name.tojstring(), describe(operation)),
        LuaValue.valueOf(driver.setup().zigbeeBinding()),
        LuaValue.valueOf(0),
        name);
    if (!driver.globals().rawget("ReceivedFromNetwork").isfunction()) {
      driver.globals().rawset(name, LuaValue.NIL);
    }
  }

  private void makeRoom() {
    if (pinned.size() < MOST_PINNED) {
      return;
    }
    LuaTable globals = driver.globals();
    for (Iterator<LuaString> each = pinned.iterator(); each.hasNext(); ) {
      if (globals.rawget(each.next()).isnil()) {
        each.remove();
      }
    }
    if (pinned.size() >= MOST_PINNED) {
      globals.rawset(pinned.remove(), LuaValue.NIL);
    }
  }

  private LuaTable object(OtaOperation operation) {
    LuaTable object = new LuaTable();
    text(object, "operation", operation.operation().word());
    text(object, "status", operation.status().word());
    text(object, "euid", operation.euid().map(Eui64::toString).orElse(""));
    number(object, "mfgId", operation.mfgId());
    number(object, "imageTypeId", operation.imageTypeId());
    text(object, "url", operation.url());
    text(object, "driverTypeId", operation.driverTypeId());
    number(object, "driverVersion", operation.driverVersion());
    number(object, "imageVersion", operation.imageVersion());
    number(object, "oldImageVersion", operation.oldImageVersion());
    driver
        .sandbox()
        .define(
            object,
            "print",
            ignored -> {
              driver.print(describe(operation));
              return LuaValue.NONE;
            });
    return object;
  }

  private void text(LuaTable object, String name, String value) {
    LuaString string = driver.sandbox().string(value);
    driver.sandbox().define(object, name, ignored -> string, string);
  }

  private void number(LuaTable object, String name, long value) {
    LuaValue number = LuaValue.valueOf((double) value);
    driver.sandbox().define(object, name, ignored -> number);
  }

  private static String describe(OtaOperation operation) {
    return ("operation=%s status=%s euid=%s mfgId=%d imageTypeId=%d url=%s driverTypeId=%s"
            + " driverVersion=%d imageVersion=%d oldImageVersion=%d")
        .formatted(
            operation.operation().word(),
            operation.status().word(),
            operation.euid().map(Eui64::toString).orElse(""),
            operation.mfgId(),
            operation.imageTypeId(),
            operation.url(),
            operation.driverTypeId(),
            operation.driverVersion(),
            operation.imageVersion(),
            operation.oldImageVersion());
  }
}
