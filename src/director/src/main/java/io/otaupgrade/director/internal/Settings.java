package io.otaupgrade.director.internal;

import io.otaupgrade.zcl.Eui64;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.ComponentException;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The validated configuration of the director.
 *
 * @param queueLimit requests that may be unfinished at once
 * @param bindings the bindings that the configuration prescribes
 */
record Settings(int queueLimit, List<Entry> bindings) {

  static final String PID = "io.otaupgrade.director";
  static final Settings DEFAULT = new Settings(1024, List.of());

  /** One prescribed binding. */
  record Entry(int deviceId, Eui64 device, Optional<String> driverTypeId) {}

  /** The configuration as ConfigAdmin gives it. */
  @ObjectClassDefinition(
      id = PID,
      name = "OTA director",
      description = "Binds driver device ids to physical devices and answers the driver API")
  @interface Config {
    @AttributeDefinition(
        name = "Queue limit",
        description = "Requests that may be unfinished at once, 1..100000; more are not sent")
    int queueLimit() default 1024;

    @AttributeDefinition(
        name = "Bindings",
        description =
            "Device ids and the devices behind them, each as"
                + " <deviceId>=<EUI-64>[=<driver type>], for example"
                + " 12=00124b0000112233=lamp.c4z, with commas between them; they win over bindings made by the API")
    String[] bindings() default {};
  }

  Settings {
    if (queueLimit < 1 || queueLimit > 100_000) {
      throw new IllegalArgumentException("queueLimit must be 1..100000, was " + queueLimit);
    }
    bindings = List.copyOf(bindings);
  }

  /**
   * @param properties the same as they were given, for the message when they are no numbers
   */
  static Settings of(Config config, Map<String, Object> properties) {
    try {
      return of(config.queueLimit(), config.bindings());
    } catch (ComponentException noNumber) {
      throw new IllegalArgumentException(
          "queueLimit must be 1..100000, was " + properties.get("queueLimit"), noNumber);
    }
  }

  static Settings of(int queueLimit, String... bindings) {
    List<Entry> entries = new ArrayList<>();
    for (String several : bindings) { // a .cfg file gives one text for all
      for (String text : several.split(",", -1)) {
        if (!text.isBlank()) {
          entries.add(entry(text.strip()));
        }
      }
    }
    return new Settings(queueLimit, entries);
  }

  private static Entry entry(String text) {
    String[] parts = text.split("=", 3);
    try {
      int deviceId = Integer.parseInt(parts[0].strip());
      Optional<Eui64> device = parts.length < 2 ? Optional.empty() : Eui64.parse(parts[1]);
      if (deviceId > 0 && device.isPresent()) {
        return new Entry(
            deviceId,
            device.get(),
            Optional.of(parts)
                .filter(all -> all.length == 3)
                .map(all -> all[2].strip())
                .filter(type -> !type.isEmpty()));
      }
    } catch (NumberFormatException notANumber) {
      // falls through to the one message
    }
    throw new IllegalArgumentException(
        "bindings must be <deviceId 1..2147483647>=<EUI-64, 16 hexadecimal digits>[=<driver type>],"
            + " was '"
            + text
            + "'");
  }
}
