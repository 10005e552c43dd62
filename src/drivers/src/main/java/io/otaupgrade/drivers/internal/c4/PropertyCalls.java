package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.instance.DriverSetup;
import io.otaupgrade.drivers.internal.instance.DriverWatcher.Level;
import io.otaupgrade.drivers.internal.lua.Arguments;
import io.otaupgrade.drivers.internal.lua.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** {@code Properties} and what belongs to it. */
final class PropertyCalls {
  private static final int MOST = 1000;
  private static final int LONGEST = 16384;

  private final LuaDriver driver;
  private final Map<String, String> values = new LinkedHashMap<>();
  private LuaTable table;

  PropertyCalls(LuaDriver driver) {
    this.driver = driver;
    for (DriverSetup.Property property : driver.setup().properties()) {
      values.put(property.name(), property.defaultValue());
    }
  }

  void install(C4Table c4) {
    table = new LuaTable();
    snapshot().forEach((name, value) -> table.rawset(text(name), text(value)));
    driver.globals().rawset("Properties", table);
    driver.sandbox().holds(() -> List.of(table));
    c4.method("UpdateProperty", this::update);
    c4.method("UpdatePropertyList", arguments -> LuaValue.NONE);
    c4.method("SetPropertyAttribs", arguments -> LuaValue.NONE);
    c4.method("GetPropertyAttribs", arguments -> LuaValue.valueOf(0));
  }

  Map<String, String> snapshot() {
    synchronized (values) {
      return new LinkedHashMap<>(values);
    }
  }

  private LuaValue text(String value) {
    return driver.sandbox().string(value);
  }

  private Varargs update(Varargs arguments) {
    String name = Arguments.text(arguments, 1);
    // a driver that tells nil or a boolean wants it to be seen, not to be stopped
    LuaValue given = arguments.arg(2);
    String value = Numbers.text(given);
    if (!put(name, value)) {
      driver.log(Level.WARN, "C4:UpdateProperty: there is no property '" + name + "'");
    }
    return LuaValue.NONE;
  }

  /** As the operator does it. */
  void setFromOutside(String name, String value) {
    if (put(name, value)) {
      driver.callNow("OnPropertyChanged", text(name));
    } else {
      driver.log(Level.WARN, "there is no property '" + name + "'");
    }
  }

  private boolean put(String name, String value) {
    String kept = value.length() > LONGEST ? value.substring(0, LONGEST) : value;
    synchronized (values) {
      if (!values.containsKey(name) || values.size() > MOST) {
        return false;
      }
      values.put(name, kept);
    }
    table.rawset(text(name), text(kept));
    driver.watcher().propertyChanged(name, kept);
    return true;
  }
}
