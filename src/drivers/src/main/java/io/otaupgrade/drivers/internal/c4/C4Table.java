package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Fn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** The global {@code C4}. A method that it has not is one that does nothing, said once. */
final class C4Table {
  private static final int MOST_UNKNOWN = 200;
  private static final int LONGEST_UNKNOWN = 100;

  private final LuaDriver driver;
  private final LuaTable methods = new LuaTable();
  private final Map<String, Integer> unknown = new HashMap<>();

  C4Table(LuaDriver driver) {
    this.driver = driver;
    driver.globals().rawset("C4", methods);
    LuaTable metatable = new LuaTable();
    driver
        .sandbox()
        .define(
            metatable,
            "__index",
            arguments -> {
              LuaValue key = arguments.arg(2);
              return key.isstring()
                  ? unknown(Octets.forPeople(key.checkstring(), LONGEST_UNKNOWN))
                  : LuaValue.NIL;
            });
    metatable.rawset("__metatable", LuaValue.FALSE);
    methods.setmetatable(metatable);
    driver.sandbox().holds(() -> List.of(methods));
    driver.atEnd(this::tellUnknown);
  }

  /** Defines a method; the body does not see the {@code C4} that it is called on. */
  void method(String name, Fn.Body body) {
    driver
        .sandbox()
        .define(
            methods,
            name,
            arguments ->
                body.call(arguments.arg1().raweq(methods) ? arguments.subargs(2) : arguments));
  }

  private LuaValue unknown(String name) {
    return driver
        .sandbox()
        .function(
            name,
            arguments -> {
              if (unknown.size() < MOST_UNKNOWN && unknown.merge(name, 1, Integer::sum) == 1) {
                driver.log(Level.WARN, "C4:" + name + " is not known here and does nothing");
              }
              return LuaValue.NIL;
            });
  }

  private void tellUnknown() {
    if (!unknown.isEmpty()) {
      driver.log(Level.DEBUG, "calls of unknown C4 methods: " + unknown);
    }
  }
}
