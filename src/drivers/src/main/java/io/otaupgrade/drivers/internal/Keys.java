package io.otaupgrade.drivers.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the keys of a configuration one by one. What is bad is remembered, to be told together, and
 * has the value that it would have if it were missing.
 */
public final class Keys {

  private final Map<String, ?> properties;
  private final List<String> faults = new ArrayList<>();

  /** The keys of a configuration as ConfigAdmin gives it. */
  public Keys(Map<String, ?> properties) {
    this.properties = properties;
  }

  /** The value as it is; null when it is missing. */
  public Object get(String key) {
    return properties.get(key);
  }

  /** Remembers what is wrong with a key. */
  public void fault(String what) {
    faults.add(what);
  }

  /** What is wrong so far, each with its key, the allowed values and the one that was given. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  /** True or false. */
  public boolean flag(String key, boolean whenMissing) {
    Object given = properties.get(key);
    if (given == null) {
      return whenMissing;
    }
    String text = given.toString().strip();
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return text.equalsIgnoreCase("true");
    }
    fault(key + " must be true or false, was '" + given + "'");
    return whenMissing;
  }

  /** A whole number, from least to most. */
  public long number(String key, long least, long most, long whenMissing) {
    Object given = properties.get(key);
    if (given == null) {
      return whenMissing;
    }
    try {
      long number = Long.parseLong(given.toString().strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // the one message below
    }
    fault(key + " must be " + least + ".." + most + ", was '" + given + "'");
    return whenMissing;
  }
}
