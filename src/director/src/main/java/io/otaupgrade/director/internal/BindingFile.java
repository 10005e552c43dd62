package io.otaupgrade.director.internal;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.zcl.Eui64;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bindings on disk, as properties: {@code 12 = 00124b0000112233}, {@code 12.mesh = home},
 * {@code 12.driverTypeId = lamp.c4z}, and {@code 12.configured = true} where the configuration made
 * it. Replaced as a whole, so that a crash leaves the old or the new.
 */
final class BindingFile {

  private static final Logger LOG = LoggerFactory.getLogger(BindingFile.class);
  private static final String MESH = ".mesh";
  private static final String TYPE = ".driverTypeId";
  private static final String CONFIGURED = ".configured";

  /**
   * What is in the file.
   *
   * @param configured the ids whose bindings the configuration made
   */
  record Contents(Map<Integer, DeviceBinding> bindings, Set<Integer> configured) {
    static final Contents NONE = new Contents(Map.of(), Set.of());
  }

  private final Path path;

  BindingFile(Path path) {
    this.path = path;
  }

  /** What was written last; entries that cannot be read are left out with a warning. */
  Contents read() {
    Properties lines = new Properties();
    try (InputStream in = Files.newInputStream(path)) {
      lines.load(in);
    } catch (NoSuchFileException firstStart) {
      return Contents.NONE;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("bindings cannot be read from {}, so there are none: {}", path, e.toString());
      setAside();
      return Contents.NONE;
    }
    Map<Integer, DeviceBinding> bindings = new TreeMap<>();
    Set<Integer> configured = new TreeSet<>();
    for (String key : lines.stringPropertyNames()) {
      if (key.endsWith(MESH) || key.endsWith(TYPE) || key.endsWith(CONFIGURED)) {
        continue;
      }
      Optional<Eui64> device = Eui64.parse(lines.getProperty(key));
      int deviceId = deviceId(key);
      if (deviceId > 0 && device.isPresent()) {
        bindings.put(
            deviceId,
            new DeviceBinding(
                deviceId,
                device.get(),
                Optional.ofNullable(lines.getProperty(key + MESH)),
                Optional.ofNullable(lines.getProperty(key + TYPE))));
        if (Boolean.parseBoolean(lines.getProperty(key + CONFIGURED))) {
          configured.add(deviceId);
        }
      } else {
        LOG.warn("{}: '{} = {}' is no binding", path, key, lines.getProperty(key));
      }
    }
    return new Contents(bindings, configured);
  }

  /** Else the next change would write over what somebody could still repair. */
  private void setAside() {
    Path aside = path.resolveSibling(path.getFileName() + ".unreadable");
    try {
      Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{} cannot be set aside: {}", path, e.toString());
    }
  }

  private static int deviceId(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  void write(Contents contents) throws IOException {
    Properties lines = new Properties();
    for (DeviceBinding binding : contents.bindings().values()) {
      String key = Integer.toString(binding.deviceId());
      lines.setProperty(key, binding.device().toString());
      binding.mesh().ifPresent(mesh -> lines.setProperty(key + MESH, mesh));
      binding.driverTypeId().ifPresent(type -> lines.setProperty(key + TYPE, type));
      if (contents.configured().contains(binding.deviceId())) {
        lines.setProperty(key + CONFIGURED, "true");
      }
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    lines.store(text, "device id = EUI-64");
    Files.createDirectories(path.toAbsolutePath().getParent());
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer octets = ByteBuffer.wrap(text.toByteArray());
      while (octets.hasRemaining()) {
        out.write(octets);
      }
      out.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
