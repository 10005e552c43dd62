package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Looks at the arguments of a library function and complains as Lua does. */
public final class Arguments {

  /** A string, or a number as one. */
  public static LuaString string(Varargs arguments, int i) {
    LuaString string = Numbers.string(arguments.arg(i));
    if (string == null) {
      throw wrong(arguments, i, "string");
    }
    return string;
  }

  /** A string, or a number as one, read as UTF-8. */
  public static String text(Varargs arguments, int i) {
    return Numbers.text(string(arguments, i));
  }

  public static LuaString string(Varargs arguments, int i, LuaString otherwise) {
    return arguments.isnoneornil(i) ? otherwise : string(arguments, i);
  }

  /** A number as Lua 5.1 makes an integer of it: what is behind the point is dropped. */
  public static int integer(Varargs arguments, int i) {
    double value = number(arguments, i);
    return (int) Math.max(Integer.MIN_VALUE + 1, Math.min(Integer.MAX_VALUE, value));
  }

  public static int integer(Varargs arguments, int i, int otherwise) {
    return arguments.isnoneornil(i) ? otherwise : integer(arguments, i);
  }

  public static double number(Varargs arguments, int i) {
    LuaValue number = arguments.arg(i).tonumber();
    if (number.isnil()) {
      throw wrong(arguments, i, "number");
    }
    return number.todouble();
  }

  public static LuaError wrong(Varargs arguments, int i, String expected) {
    return new LuaError(
        "bad argument #%d (%s expected, got %s)"
            .formatted(
                i, expected, i > arguments.narg() ? "no value" : arguments.arg(i).typename()));
  }

  private Arguments() {}
}
