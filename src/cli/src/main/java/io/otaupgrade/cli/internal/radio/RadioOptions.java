package io.otaupgrade.cli.internal.radio;

import io.otaupgrade.api.radio.PortProbe;
import io.otaupgrade.api.radio.SerialPorts;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that say where a co-processor is and what it speaks. */
public final class RadioOptions {

  /** Name of the mesh that these options make. */
  public static final String MESH = "radio";

  /** The rate that the common firmwares come with. */
  public static final int USUAL_BAUD_RATE = 115_200;

  private static final String FACTORY_PIDS = "io.otaupgrade.transport.";
  private static final String TCP = "tcp://";
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("tcp://(\\[[0-9a-fA-F:.%]+]|[^\\[\\]/:]+):([0-9]{1,5})/?");
  private static final int SLOWEST_BAUD_RATE = 1200;
  private static final int FASTEST_BAUD_RATE = 4_000_000;

  /** What a co-processor speaks. */
  enum Kind {
    /** Texas Instruments' Z-Stack. */
    ZNP,
    /** Silicon Labs' EmberZNet. */
    EMBER,
    /** Whichever of the two answers. */
    AUTO
  }

  /** Who keeps the other side of a serial line from sending too fast. */
  enum Flow {
    NONE,
    RTSCTS,
    XONXOFF
  }

  @Option(
      names = "--radio",
      paramLabel = "znp|ember|auto",
      description = {
        "What the co-processor speaks: znp (Texas Instruments, Z-Stack 3.x), ember (Silicon Labs,"
            + " EmberZNet 7.4 and later), or auto: asked which, the default."
      })
  private Optional<Kind> radio = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = {
        "Where the co-processor is: /dev/ttyUSB0, /dev/serial/by-id/NAME, COM3, or"
            + " tcp://HOST:PORT. \"ota ports\" lists what is plugged in."
      })
  private Optional<String> port = Optional.empty();

  @Option(names = "--baud", paramLabel = "N", description = "Baud rate of a serial port (115200).")
  private Optional<Integer> baud = Optional.empty();

  @Option(
      names = "--flow",
      paramLabel = "none|rtscts|xonxoff",
      description = "Flow control of a serial port, as the firmware was built for (none).")
  private Optional<Flow> flow = Optional.empty();

  /** Whether there is a radio at all. */
  public boolean isGiven() {
    return port.isPresent();
  }

  /** Refuses what cannot be meant. */
  public void check(Usage usage) {
    usage.needs("--radio", radio.isPresent(), "--port", isGiven());
    usage.needs("--baud", baud.isPresent(), "--port", isGiven());
    usage.needs("--flow", flow.isPresent(), "--port", isGiven());
    baud.ifPresent(rate -> checkBaudRate(usage, rate));
    port.ifPresent(text -> checkPort(usage, "--port", text));
  }

  /** Refuses a baud rate that no port has. */
  public static void checkBaudRate(Usage usage, int rate) {
    usage.range("--baud", rate, SLOWEST_BAUD_RATE, FASTEST_BAUD_RATE);
  }

  /** Refuses what cannot be the name of a port. */
  public static void checkPort(Usage usage, String option, String text) {
    Matcher address = HOST_AND_PORT.matcher(text);
    boolean isPort =
        text.contains("://")
            ? address.matches() && isTcpPort(Integer.parseInt(address.group(2)))
            : !text.isBlank();
    if (!isPort) {
      throw usage.wrong(
          option + " must be the name of a serial port or " + TCP + "HOST:PORT, was " + text);
    }
  }

  private static boolean isTcpPort(int number) {
    return number >= 1 && number <= 0xFFFF;
  }

  /**
   * Configures the radio; what becomes of it is told to {@link
   * io.otaupgrade.api.radio.RadioListener}s.
   *
   * @param more keys of the configuration
   * @throws CommandFailed when it is to be found out what the co-processor speaks, and nothing
   *     known answers
   */
  public void open(Services services, Map<String, ?> more)
      throws IOException, CommandFailed, InterruptedException {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("mesh", MESH);
    settings.put("port", place());
    baud.ifPresent(rate -> settings.put("baudRate", rate));
    flow.ifPresent(kind -> settings.put("flowControl", word(kind)));
    services.configureInstance(FACTORY_PIDS + protocol(services), MESH, settings);
  }

  private String protocol(Services services) throws CommandFailed, InterruptedException {
    Kind kind = radio.orElse(Kind.AUTO);
    if (kind != Kind.AUTO) {
      return word(kind);
    }
    PortProbe probe = probe(services.await(SerialPorts.class), place(), baud);
    return probe.protocol().orElseThrow(() -> new CommandFailed(probe.message()));
  }

  /** The port; a path that begins where the person is begins at the root for the server. */
  private String place() {
    String text = port.orElseThrow();
    boolean isRelativePath =
        !text.contains("://") && text.contains("/") && !Path.of(text).isAbsolute();
    return isRelativePath ? Path.of(text).toAbsolutePath().normalize().toString() : text;
  }

  /** Asks which protocol answers at a port. */
  public static PortProbe probe(SerialPorts ports, String port, Optional<Integer> baud)
      throws InterruptedException {
    try {
      return ports.probe(port, baud.orElse(USUAL_BAUD_RATE)).toCompletableFuture().get();
    } catch (ExecutionException never) {
      throw new IllegalStateException(never.getCause()); // the service promises
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
