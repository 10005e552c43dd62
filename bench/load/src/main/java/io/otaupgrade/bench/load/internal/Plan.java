package io.otaupgrade.bench.load.internal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What to do, from the configuration.
 *
 * @param result the file to write what came out to
 * @param imageOctets size of the image
 * @param warmUpRounds upgrades of all devices before those that count
 * @param rounds upgrades of all devices that count
 * @param mesh configuration of the simulated mesh
 */
record Plan(Path result, int imageOctets, int warmUpRounds, int rounds, Map<String, Object> mesh) {

  private static final String MESH_PREFIX = "mesh.";

  static Plan of(Map<String, Object> configuration) {
    Map<String, Object> mesh = new HashMap<>();
    configuration.forEach(
        (key, value) -> {
          if (key.startsWith(MESH_PREFIX)) {
            mesh.put(key.substring(MESH_PREFIX.length()), value);
          }
        });
    return new Plan(
        Path.of(text(configuration, "result")),
        Integer.parseInt(text(configuration, "imageOctets")),
        Integer.parseInt(text(configuration, "warmUpRounds")),
        Integer.parseInt(text(configuration, "rounds")),
        mesh);
  }

  private static String text(Map<String, Object> configuration, String key) {
    Object value = configuration.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value.toString();
  }
}
