package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.drivers.internal.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which device id belongs to which package. The director keeps a driver type for each id as well,
 * but learns it from calls, and a driver may name another type than its own. On the host's thread.
 */
final class AssignedIds {

  private static final Logger LOG = LoggerFactory.getLogger(AssignedIds.class);
  private static final String AUTOMATIC = "automatic ";

  private final Path file;
  private final Map<Integer, Assignment> byId = new TreeMap<>();

  /**
   * An id of a package.
   *
   * @param isAutomatic whether the host gave it, so that it goes with the package
   */
  record Assignment(String typeId, boolean isAutomatic) {}

  AssignedIds(Path file) {
    this.file = file;
    Properties lines = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      lines.load(in);
    } catch (NoSuchFileException firstStart) {
      return;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("device ids of packages cannot be read from {}: {}", file, e.toString());
    }
    for (String key : lines.stringPropertyNames()) {
      String value = lines.getProperty(key);
      boolean automatic = value.startsWith(AUTOMATIC);
      try {
        byId.put(
            Integer.valueOf(key),
            new Assignment(automatic ? value.substring(AUTOMATIC.length()) : value, automatic));
      } catch (NumberFormatException notOurs) {
        LOG.warn("{}: '{}' is no device id", file, key);
      }
    }
  }

  Optional<Assignment> get(int deviceId) {
    return Optional.ofNullable(byId.get(deviceId));
  }

  List<Integer> of(String typeId) {
    return byId.entrySet().stream()
        .filter(entry -> entry.getValue().typeId().equals(typeId))
        .map(Map.Entry::getKey)
        .toList();
  }

  void put(int deviceId, Assignment assignment) {
    if (!assignment.equals(byId.put(deviceId, assignment))) {
      write();
    }
  }

  void remove(int deviceId) {
    if (byId.remove(deviceId) != null) {
      write();
    }
  }

  private void write() {
    Properties lines = new Properties();
    byId.forEach(
        (deviceId, one) ->
            lines.setProperty(
                Integer.toString(deviceId), (one.isAutomatic() ? AUTOMATIC : "") + one.typeId()));
    try {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      lines.store(text, "device id = package");
      DurableFiles.write(file, text.toByteArray());
    } catch (IOException e) {
      LOG.warn("device ids of packages are good until the next start only: {}", e.toString());
    }
  }
}
