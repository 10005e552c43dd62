package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.drivers.internal.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The validated configuration of the driver host.
 *
 * @param autoBind whether packages are bound to devices by their match keys
 * @param firstDeviceId the lowest id to give to a device then
 * @param restartPause from a driver's first failure to its new start; doubles with each
 * @param longestRestartPause where it stops growing
 * @param logLines events kept of each package
 * @param storeQuota octets that all unpacked packages may take
 * @param allowedHosts what drivers may fetch from
 */
record Settings(
    boolean autoBind,
    int firstDeviceId,
    Duration restartPause,
    Duration longestRestartPause,
    int logLines,
    long storeQuota,
    List<AllowedHost> allowedHosts) {

  static final String PID = "io.otaupgrade.drivers";

  private static final int LONGEST_PAUSE = 86_400;

  static final Settings DEFAULT =
      new Settings(
          true, 1000, Duration.ofSeconds(1), Duration.ofSeconds(300), 1000, 1L << 30, List.of());

  /**
   * A host that drivers may fetch from.
   *
   * @param typeId of the package that may; empty for all
   * @param host in lower case
   */
  record AllowedHost(Optional<String> typeId, String host) {}

  /** What ConfigAdmin and consoles show; read by {@link #read}, which says what is wrong. */
  @ObjectClassDefinition(
      id = PID,
      name = "OTA driver host",
      description = "Installs driver packages (.c4z) and runs their drivers")
  @interface Config {
    @AttributeDefinition(
        name = "Bind by match keys",
        description =
            "Bind a package to devices that fit its match keys and that no device id is bound to")
    boolean autoBind() default true;

    @AttributeDefinition(
        name = "First device id",
        description = "Lowest device id given to such a device, 1..2147483647",
        min = "1")
    int firstDeviceId() default 1000;

    @AttributeDefinition(
        name = "Restart pause",
        description =
            "Seconds from a driver's failure to its new start, 1..86400; doubles with each failure",
        min = "1",
        max = "86400")
    int restartPause() default 1;

    @AttributeDefinition(
        name = "Longest restart pause",
        description = "Seconds, restartPause..86400",
        min = "1",
        max = "86400")
    int longestRestartPause() default 300;

    @AttributeDefinition(
        name = "Log lines",
        description = "Events kept of each package, 10..100000",
        min = "10",
        max = "100000")
    int logLines() default 1000;

    @AttributeDefinition(
        name = "Store quota",
        description = "Octets that all unpacked packages may take together, 1..",
        min = "1")
    long storeQuota() default 1L << 30;

    @AttributeDefinition(
        name = "Allowed hosts",
        description =
            "Hosts that drivers may fetch from besides their own package, with commas: HOST for all"
                + " drivers, <driver type>=HOST for one")
    String[] allowedHosts() default {};
  }

  /** A configuration as far as it is good. */
  record Reading(Settings settings, List<String> faults) {
    Reading {
      faults = List.copyOf(faults);
    }
  }

  /** Reads a configuration; a key that is missing or bad has the value it had before. */
  static Reading read(Map<String, ?> properties, Settings before) {
    Keys keys = new Keys(properties);
    long first = keys.number("firstDeviceId", 1, Integer.MAX_VALUE, before.firstDeviceId);
    long pause = keys.number("restartPause", 1, LONGEST_PAUSE, before.restartPause.toSeconds());
    long longest =
        keys.number(
            "longestRestartPause",
            pause,
            LONGEST_PAUSE,
            Math.max(pause, before.longestRestartPause.toSeconds()));
    long lines = keys.number("logLines", 10, 100_000, before.logLines);
    long quota = keys.number("storeQuota", 1, Long.MAX_VALUE, before.storeQuota);
    Settings settings =
        new Settings(
            keys.flag("autoBind", before.autoBind),
            (int) first,
            Duration.ofSeconds(pause),
            Duration.ofSeconds(longest),
            (int) lines,
            quota,
            hosts(keys));
    return new Reading(settings, keys.faults());
  }

  private static List<AllowedHost> hosts(Keys keys) {
    Object given = keys.get("allowedHosts");
    List<String> texts = new ArrayList<>();
    if (given instanceof String[] several) {
      texts.addAll(List.of(several));
    } else if (given instanceof Iterable<?> several) {
      several.forEach(one -> texts.add(String.valueOf(one)));
    } else if (given != null) {
      texts.add(given.toString());
    }
    List<AllowedHost> hosts = new ArrayList<>();
    for (String text : texts) {
      for (String one : text.split(",", -1)) {
        String entry = one.strip();
        int equals = entry.indexOf('=');
        String host = entry.substring(equals + 1).strip();
        if (entry.isEmpty()) {
          continue;
        }
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/')) {
          keys.fault("allowedHosts must be HOST or <driver type>=HOST, was '" + entry + "'");
        } else {
          hosts.add(
              new AllowedHost(
                  equals < 0 ? Optional.empty() : Optional.of(entry.substring(0, equals).strip()),
                  host.toLowerCase(Locale.ROOT)));
        }
      }
    }
    return List.copyOf(hosts);
  }

  /** The hosts that the drivers of a package may fetch from. */
  Set<String> allowedHosts(String typeId) {
    Set<String> hosts = new LinkedHashSet<>();
    for (AllowedHost one : allowedHosts) {
      if (one.typeId().isEmpty() || one.typeId().get().equals(typeId)) {
        hosts.add(one.host());
      }
    }
    return hosts;
  }

  /** How long to wait after so many failures in a row. */
  Duration pauseAfter(int failures) {
    Duration pause = restartPause.multipliedBy(1L << Math.min(failures - 1, 20));
    return pause.compareTo(longestRestartPause) > 0 ? longestRestartPause : pause;
  }
}
