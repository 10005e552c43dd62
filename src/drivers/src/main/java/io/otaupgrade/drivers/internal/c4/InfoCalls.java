package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverIdentity;
import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** What the driver may know of itself and of the host, and what it tells. */
final class InfoCalls {
  private final LuaDriver driver;

  InfoCalls(LuaDriver driver) {
    this.driver = driver;
  }

  void install(C4Table c4) {
    DriverIdentity identity = driver.setup().identity();
    LuaValue id = LuaValue.valueOf(driver.setup().deviceId());
    c4.method("GetDeviceID", arguments -> id);
    c4.method("GetProxyDevices", arguments -> id);
    c4.method("GetDriverFileName", arguments -> text(identity.typeId()));
    c4.method("GetDeviceDisplayName", arguments -> text(identity.displayName()));
    c4.method("GetDriverConfigInfo", this::configInfo);
    c4.method("GetDeviceData", this::deviceData);
    c4.method("GetBlobByName", this::blob);
    c4.method("GetVersionInfo", arguments -> version());
    c4.method(
        "GetTime", arguments -> LuaValue.valueOf((double) driver.clock().instant().toEpochMilli()));
    c4.method("GetTimeZone", arguments -> text(java.time.ZoneId.systemDefault().getId()));
    c4.method("UUID", arguments -> text(UUID.randomUUID().toString()));
    c4.method("DebugLog", arguments -> log(Level.DEBUG, arguments));
    c4.method("ErrorLog", arguments -> log(Level.ERROR, arguments));
    c4.method("AllowExecute", arguments -> LuaValue.NONE);
    driver.sandbox().define(driver.globals(), "hexdump", this::hexdump);
    driver.sandbox().define(driver.globals(), "tohex", this::tohex);
  }

  private LuaString text(String text) {
    return driver.sandbox().string(text);
  }

  private Varargs log(Level level, Varargs arguments) {
    String line = LuaDriverText.line(arguments);
    driver.sandbox().spend(100 + line.length());
    driver.log(level, line);
    return LuaValue.NONE;
  }

  /** What an element of {@code driver.xml} says. */
  private Varargs configInfo(Varargs arguments) {
    String name = Arguments.text(arguments, 1);
    DriverIdentity identity = driver.setup().identity();
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "version" -> text(Long.toString(identity.version()));
      case "name" -> text(identity.displayName());
      case "model" -> text(identity.model());
      case "manufacturer" -> text(identity.manufacturer());
      default -> text(XmlText.element(driver.setup().driverXml(), name).orElse(""));
    };
  }

  private Varargs deviceData(Varargs arguments) {
    LuaValue of = arguments.arg1().tonumber();
    if (!of.isnil() && of.toint() != driver.setup().deviceId()) {
      return text("");
    }
    if (arguments.isnoneornil(2)) {
      return text(driver.setup().driverXml());
    }
    String tag = Arguments.text(arguments, 2);
    return text(XmlText.element(driver.setup().driverXml(), tag).orElse(""));
  }

  private Varargs blob(Varargs arguments) {
    byte[] blob = driver.setup().blobs().get(Arguments.text(arguments, 1));
    return blob == null ? LuaValue.NIL : driver.sandbox().string(blob.clone());
  }

  private LuaTable version() {
    LuaTable version = new LuaTable();
    version.rawset("version", text("3.3.2"));
    version.rawset("major", LuaValue.valueOf(3));
    version.rawset("minor", LuaValue.valueOf(3));
    version.rawset("rev", LuaValue.valueOf(2));
    version.rawset("build", LuaValue.valueOf(0));
    version.rawset("buildtype", text("release"));
    Instant now = driver.clock().instant();
    version.rawset("builddate", text(now.toString().substring(0, 10)));
    return version;
  }

  /** Prints octets as digits and text, sixteen a line. */
  private Varargs hexdump(Varargs arguments) {
    byte[] octets = Octets.of(Arguments.string(arguments, 1));
    LuaValue print = arguments.arg(2);
    for (int from = 0; from < octets.length; from += 16) {
      driver.sandbox().spend(400);
      StringBuilder digits = new StringBuilder();
      StringBuilder signs = new StringBuilder();
      for (int i = from; i < Math.min(from + 16, octets.length); i++) {
        digits.append(HexFormat.of().toHexDigits(octets[i])).append(' ');
        signs.append(octets[i] >= 32 && octets[i] < 127 ? (char) octets[i] : '.');
      }
      String line = "%04x  %-48s %s".formatted(from, digits, signs);
      if (print.isfunction()) {
        print.call(text(line));
      } else {
        driver.print(line);
      }
    }
    return LuaValue.NONE;
  }

  /** Makes octets of hexadecimal digits; what is no digit is left out. */
  private Varargs tohex(Varargs arguments) {
    byte[] digits = Octets.of(Arguments.string(arguments, 1));
    byte[] octets = new byte[digits.length / 2 + 1];
    driver.sandbox().spend(digits.length);
    driver.sandbox().charge(digits.length);
    int size = 0;
    int high = -1;
    for (byte digit : digits) {
      int value = Character.digit(digit, 16);
      if (value < 0) {
        continue;
      }
      if (high < 0) {
        high = value;
      } else {
        octets[size++] = (byte) (high << 4 | value);
        high = -1;
      }
    }
    return driver.sandbox().string(java.util.Arrays.copyOf(octets, size));
  }
}
