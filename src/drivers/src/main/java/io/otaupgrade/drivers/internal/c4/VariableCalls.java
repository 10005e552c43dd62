package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import java.util.LinkedHashMap;
import java.util.Map;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Variables, which nothing but the driver itself sees here, and events, which are logged. */
final class VariableCalls {
  private static final int MOST = 1000;

  private final LuaDriver driver;
  private final Map<String, LuaValue> variables = new LinkedHashMap<>();
  private LuaTable table;

  VariableCalls(LuaDriver driver) {
    this.driver = driver;
  }

  void install(C4Table c4) {
    table = new LuaTable();
    driver.globals().rawset("Variables", table);
    c4.method("AddVariable", this::add);
    c4.method("SetVariable", this::set);
    c4.method(
        "GetVariable",
        arguments -> {
          // of another device first in what later versions write: (device, variable)
          int name = arguments.narg() > 1 ? 2 : 1;
          return variables.getOrDefault(name(arguments, name), LuaValue.NIL);
        });
    c4.method(
        "DeleteVariable",
        arguments -> {
          String name = name(arguments, 1);
          variables.remove(name);
          table.rawset(LuaValue.valueOf(name), LuaValue.NIL);
          return LuaValue.NONE;
        });
    c4.method("FireEvent", arguments -> fired("FireEvent", arguments));
    c4.method("FireEventByID", arguments -> fired("FireEventByID", arguments));
    c4.method("AddEvent", arguments -> LuaValue.valueOf(true));
    c4.method("DeleteEvent", arguments -> LuaValue.NONE);
  }

  private static String name(Varargs arguments, int i) {
    return Arguments.text(arguments, i);
  }

  private Varargs add(Varargs arguments) {
    String name = name(arguments, 1);
    if (variables.containsKey(name) || variables.size() >= MOST) {
      return LuaValue.FALSE;
    }
    put(name, arguments.arg(2));
    return LuaValue.TRUE;
  }

  private Varargs set(Varargs arguments) {
    String name = name(arguments, 1);
    LuaValue before = variables.get(name);
    if (before == null) {
      driver.log(Level.WARN, "C4:SetVariable: there is no variable '" + name + "'");
      return LuaValue.FALSE;
    }
    put(name, arguments.arg(2));
    return LuaValue.TRUE;
  }

  private void put(String name, LuaValue value) {
    LuaValue kept =
        value.isstring()
            ? Arguments.string(LuaValue.varargsOf(new LuaValue[] {value}), 1)
            : LuaValue.valueOf(value.isnil() ? "" : value.tojstring());
    driver.sandbox().charge(96 + kept.rawlen());
    variables.put(name, kept);
    table.rawset(LuaValue.valueOf(name), kept);
  }

  private Varargs fired(String function, Varargs arguments) {
    driver.sandbox().spend(200);
    driver.watcher().called("C4:" + function, LuaDriver.describe(arguments), "");
    return LuaValue.NONE;
  }
}
