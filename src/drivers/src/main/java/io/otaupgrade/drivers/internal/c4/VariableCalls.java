package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Variables, which nothing but the driver itself sees here, and events, which are logged. */
final class VariableCalls {
  private static final int MOST = 1000;

  private final LuaDriver driver;
  private final Map<LuaString, LuaValue> variables = new LinkedHashMap<>();
  private LuaTable table;

  VariableCalls(LuaDriver driver) {
    this.driver = driver;
  }

  void install(C4Table c4) {
    table = new LuaTable();
    driver.globals().rawset("Variables", table);
    driver
        .sandbox()
        .holds(
            () ->
                Stream.of(List.of(table), variables.keySet(), variables.values())
                    .<LuaValue>flatMap(Collection::stream)
                    .toList());
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
          LuaString name = name(arguments, 1);
          variables.remove(name);
          table.rawset(name, LuaValue.NIL);
          return LuaValue.NONE;
        });
    c4.method("FireEvent", arguments -> fired("FireEvent", arguments));
    c4.method("FireEventByID", arguments -> fired("FireEventByID", arguments));
    c4.method("AddEvent", arguments -> LuaValue.valueOf(true));
    c4.method("DeleteEvent", arguments -> LuaValue.NONE);
  }

  private static LuaString name(Varargs arguments, int i) {
    return Arguments.string(arguments, i);
  }

  private Varargs add(Varargs arguments) {
    LuaString name = name(arguments, 1);
    if (variables.containsKey(name) || variables.size() >= MOST) {
      return LuaValue.FALSE;
    }
    put(name, arguments.arg(2));
    return LuaValue.TRUE;
  }

  private Varargs set(Varargs arguments) {
    LuaString name = name(arguments, 1);
    LuaValue before = variables.get(name);
    if (before == null) {
      driver.log(Level.WARN, "C4:SetVariable: there is no variable '" + name.tojstring() + "'");
      return LuaValue.FALSE;
    }
    put(name, arguments.arg(2));
    return LuaValue.TRUE;
  }

  private void put(LuaString name, LuaValue value) {
    LuaValue kept =
        value.isstring()
            ? Arguments.string(LuaValue.varargsOf(new LuaValue[] {value}), 1)
            : LuaValue.valueOf(value.isnil() ? "" : value.tojstring());
    driver.sandbox().charge(96 + kept.rawlen());
    variables.put(name, kept);
    table.rawset(name, kept);
  }

  private Varargs fired(String function, Varargs arguments) {
    driver.sandbox().spend(200);
    driver.watcher().called("C4:" + function, LuaDriver.describe(arguments), "");
    return LuaValue.NONE;
  }
}
