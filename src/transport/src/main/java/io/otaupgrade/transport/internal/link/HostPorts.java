package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.SerialPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What serial ports this host has. */
public final class HostPorts {

  private static final Logger LOG = LoggerFactory.getLogger(HostPorts.class);

  /** Where Linux keeps names that stay when sticks are plugged in in another order. */
  private static final Path STABLE_NAMES = Path.of("/dev/serial/by-id");

  /** What the library says where there is nothing to say. */
  private static final String UNKNOWN = "Unknown";

  private HostPorts() {}

  /** The ports by name; none where the library's native code does not load. */
  public static List<SerialPort> list() {
    Map<String, String> stable = stableNames(STABLE_NAMES);
    try {
      return Arrays.stream(com.fazecast.jSerialComm.SerialPort.getCommPorts())
          .map(port -> port(port, stable))
          .sorted(Comparator.comparing(SerialPort::name))
          .toList();
    } catch (LinkageError e) {
      LOG.warn("{}", NativeLibrary.missing(e).getMessage());
      return List.of();
    }
  }

  private static SerialPort port(
      com.fazecast.jSerialComm.SerialPort port, Map<String, String> stable) {
    String path = port.getSystemPortPath();
    String name = path.startsWith("/") ? path : port.getSystemPortName();
    return new SerialPort(
        name,
        Optional.ofNullable(stable.get(name)),
        port.getPortDescription(),
        usb(port.getVendorID()),
        usb(port.getProductID()),
        Optional.ofNullable(port.getSerialNumber())
            .filter(number -> !number.isBlank() && !number.equals(UNKNOWN)));
  }

  private static OptionalInt usb(int id) {
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** By the name of the port, the name of a link to it. */
  static Map<String, String> stableNames(Path folder) {
    Map<String, String> names = new HashMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> links = Files.list(folder)) {
        for (Path link : links.filter(Files::exists).sorted().toList()) {
          names.putIfAbsent(link.toRealPath().toString(), link.toString());
        }
      } catch (IOException unpluggedMeanwhile) {
        LOG.debug("{} changed while it was read", folder, unpluggedMeanwhile);
      }
    }
    return names;
  }

  /** The ports in one line, for whoever named another. */
  static String describe() {
    List<SerialPort> ports = list();
    return ports.isEmpty()
        ? "none"
        : ports.stream()
            .map(
                port ->
                    port.stableName().orElse(port.name()) + " (" + port.description().strip() + ")")
            .collect(Collectors.joining(", "));
  }
}
