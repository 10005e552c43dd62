package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.lua.Numbers;
import java.util.StringJoiner;
import org.luaj.vm2.Varargs;

/** Arguments as a line of a log. */
final class LuaDriverText {

  static String line(Varargs arguments) {
    StringJoiner line = new StringJoiner("\t");
    for (int i = 1; i <= arguments.narg(); i++) {
      line.add(Numbers.text(arguments.arg(i)));
    }
    return line.toString();
  }

  private LuaDriverText() {}
}
