package io.otaupgrade.bench.load.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What to do, from the configuration.
 *
 * @param result the file to write what came out to
 * @param imageOctets size of the image
 * @param warmUpOctets size of the image in the rounds before those that count
 * @param warmUpRounds upgrades of all devices before those that count
 * @param rounds upgrades of all devices that count
 * @param unicasts frames to send to the devices instead of upgrading them; 0: none
 * @param controlPeriod mean pause between two control frames in the rounds that count; empty: none
 * @param radio the co-processor's mesh, where there is one
 * @param mesh configuration of the simulated mesh, where there is none
 */
record Plan(
    Path result,
    int imageOctets,
    int warmUpOctets,
    int warmUpRounds,
    int rounds,
    int unicasts,
    Optional<Duration> controlPeriod,
    Optional<Radio> radio,
    Map<String, Object> mesh) {

  private static final String MESH_PREFIX = "mesh.";

  /**
   * A mesh behind a co-processor.
   *
   * @param mesh its name
   * @param devices how many devices will join
   */
  record Radio(String mesh, int devices) {}

  static Plan of(Map<String, Object> configuration) {
    Map<String, Object> mesh = new HashMap<>();
    configuration.forEach(
        (key, value) -> {
          if (key.startsWith(MESH_PREFIX)) {
            mesh.put(key.substring(MESH_PREFIX.length()), value);
          }
        });
    Optional<Radio> radio =
        configuration.containsKey("radio")
            ? Optional.of(
                new Radio(text(configuration, "radio"), number(configuration, "radioDevices")))
            : Optional.empty();
    Optional<Duration> controlPeriod =
        configuration.containsKey("controlPeriodMs")
            ? Optional.of(Duration.ofMillis(number(configuration, "controlPeriodMs")))
            : Optional.empty();
    return new Plan(
        Path.of(text(configuration, "result")),
        number(configuration, "imageOctets"),
        number(configuration, "warmUpOctets", number(configuration, "imageOctets")),
        number(configuration, "warmUpRounds"),
        number(configuration, "rounds"),
        number(configuration, "unicasts", 0),
        controlPeriod,
        radio,
        mesh);
  }

  private static int number(Map<String, Object> configuration, String key) {
    return Integer.parseInt(text(configuration, key));
  }

  private static int number(Map<String, Object> configuration, String key, int fallback) {
    return configuration.containsKey(key) ? number(configuration, key) : fallback;
  }

  private static String text(Map<String, Object> configuration, String key) {
    Object value = configuration.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value.toString();
  }
}
