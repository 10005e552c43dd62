package io.otaupgrade.drivers.internal.lua;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** What tells the time of the library {@code os}; nothing that reaches the host. */
final class OsLibrary {
  private final Sandbox sandbox;

  OsLibrary(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  LuaTable install() {
    LuaTable library = new LuaTable();
    long start = sandbox.surroundings().ticks().getAsLong();
    sandbox.define(library, "time", this::time);
    sandbox.define(library, "date", this::date);
    sandbox.define(
        library,
        "clock",
        arguments -> LuaValue.valueOf((sandbox.surroundings().ticks().getAsLong() - start) / 1e9));
    sandbox.define(
        library,
        "difftime",
        arguments ->
            LuaValue.valueOf(Arguments.number(arguments, 1) - Arguments.number(arguments, 2)));
    sandbox.define(library, "getenv", arguments -> LuaValue.NIL);
    sandbox.globals().rawset("os", library);
    return library;
  }

  private Varargs time(Varargs arguments) {
    if (arguments.isnoneornil(1)) {
      return LuaValue.valueOf((double) sandbox.surroundings().clock().instant().getEpochSecond());
    }
    LuaTable fields = BaseLibrary.table(arguments, 1);
    try {
      LocalDateTime date =
          LocalDateTime.of(field(fields, "year", -1), 1, 1, 0, 0)
              .plusMonths(field(fields, "month", -1) - 1L)
              .plusDays(field(fields, "day", -1) - 1L)
              .plusHours(field(fields, "hour", 12))
              .plusMinutes(field(fields, "min", 0))
              .plusSeconds(field(fields, "sec", 0));
      return LuaValue.valueOf((double) date.atZone(ZoneId.systemDefault()).toEpochSecond());
    } catch (DateTimeException outOfRange) {
      return LuaValue.NIL;
    }
  }

  private static int field(LuaTable fields, String name, int otherwise) {
    LuaValue value = fields.get(name).tonumber();
    if (value.isnil()) {
      if (otherwise < 0) {
        throw new LuaError("field '" + name + "' missing in date table");
      }
      return otherwise;
    }
    return value.toint();
  }

  private Varargs date(Varargs arguments) {
    String format = Arguments.string(arguments, 1, LuaValue.valueOf("%c")).tojstring();
    Instant instant = sandbox.surroundings().clock().instant();
    ZoneId zone = ZoneId.systemDefault();
    if (format.startsWith("!")) {
      format = format.substring(1);
      zone = ZoneOffset.UTC;
    }
    ZonedDateTime time;
    try {
      time =
          (arguments.isnoneornil(2)
                  ? instant
                  : Instant.ofEpochSecond((long) Arguments.number(arguments, 2)))
              .atZone(zone);
    } catch (DateTimeException outOfRange) {
      return LuaValue.NIL;
    }
    if (format.startsWith("*t")) {
      return fields(time, zone);
    }
    sandbox.charge(format.length() * 16L);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      sandbox.spend(1);
      char c = format.charAt(i);
      if (c == '%' && i + 1 < format.length()) {
        sandbox.spend(500);
        text.append(field(time, format.charAt(++i)));
      } else {
        text.append(c);
      }
    }
    return sandbox.string(text.toString());
  }

  private static LuaTable fields(ZonedDateTime time, ZoneId zone) {
    LuaTable fields = new LuaTable();
    fields.set("year", time.getYear());
    fields.set("month", time.getMonthValue());
    fields.set("day", time.getDayOfMonth());
    fields.set("hour", time.getHour());
    fields.set("min", time.getMinute());
    fields.set("sec", time.getSecond());
    fields.set("wday", time.getDayOfWeek().getValue() % 7 + 1);
    fields.set("yday", time.getDayOfYear());
    fields.set("isdst", LuaValue.valueOf(zone.getRules().isDaylightSavings(time.toInstant())));
    return fields;
  }

  private static String field(ZonedDateTime time, char which) {
    String pattern =
        switch (which) {
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'c' -> "EEE MMM d HH:mm:ss yyyy";
          case 'd' -> "dd";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'j' -> "DDD";
          case 'm' -> "MM";
          case 'M' -> "mm";
          case 'p' -> "a";
          case 'S' -> "ss";
          case 'x' -> "MM/dd/yy";
          case 'X' -> "HH:mm:ss";
          case 'y' -> "yy";
          case 'Y' -> "yyyy";
          case 'z' -> "xx";
          case 'Z' -> "zzz";
          default -> null;
        };
    if (which == 'w') {
      return Integer.toString(time.getDayOfWeek().getValue() % 7);
    }
    if (pattern == null) {
      return which == '%' ? "%" : "%" + which;
    }
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
  }
}
