package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.simulator.internal.Keys;
import io.otaupgrade.simulator.internal.MeshSettings;
import io.otaupgrade.simulator.internal.Population;
import io.otaupgrade.simulator.internal.Speed;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A co-processor of software with its mesh, as configured.
 *
 * @param mesh of devices
 * @param kind of firmware
 * @param ezspVersion 13..19, of an EZSP firmware
 * @param place where hosts connect
 * @param network that it holds, or would hold if it were not blank
 * @param formed false for a stick that is on no network until its host forms one
 * @param members whether the devices are members of the network already; else they wait until it is
 *     open. Of a blank stick's network nobody is
 * @param announce whether members announce themselves when they start, or keep silent until they
 *     query
 * @param baudRate 10 bits an octet, both ways at once; 0 takes no time
 * @param turnaround the co-processor's time before it answers a command
 * @param buffers outgoing messages that it holds at once, 1..255
 */
public record NcpSettings(
    MeshSettings mesh,
    Kind kind,
    int ezspVersion,
    Place place,
    Network network,
    boolean formed,
    boolean members,
    boolean announce,
    int baudRate,
    Duration turnaround,
    int buffers,
    LineFaults.Rates faults) {

  /** The key of the networks that nobody gave one; "ota-simulated-ke". */
  static final String DEFAULT_KEY = "6f74612d73696d756c617465642d6b65";

  static final int DEFAULT_BUFFERS = 16;

  /** What firmware runs. */
  public enum Kind {
    /** Texas Instruments' Z-Stack 3.x.0 as a network processor. */
    ZNP,
    /** Silicon Labs' EmberZNet as a network co-processor, behind ASH. */
    EMBER
  }

  /**
   * Where hosts connect: exactly one of the two.
   *
   * @param tcpPort on the loopback interface; 0 for any that is free
   * @param link path of a symbolic link to a pseudo-terminal
   */
  public record Place(Optional<Integer> tcpPort, Optional<String> link) {}

  public NcpSettings {
    if (mesh.speed() != Speed.REAL) {
      throw Keys.refused("speed", "real for a co-processor", mesh.speed());
    }
    if (members && !formed) {
      throw Keys.refused("members", "false where formed is false", true);
    }
  }

  /**
   * Reads a configuration; absent keys have their defaults.
   *
   * @param name of the mesh when the configuration does not say it
   * @throws IllegalArgumentException naming the key, its value and what is allowed
   */
  public static NcpSettings of(String name, Map<String, ?> configuration) {
    Keys keys = new Keys(configuration);
    MeshSettings mesh = MeshSettings.of(name, configuration);
    boolean formed = keys.flag("formed", true);
    return new NcpSettings(
        mesh,
        keys.word("ncp", Kind.ZNP),
        keys.integer("ezsp", 13, 13, 19),
        place(keys),
        network(keys, mesh.mesh()),
        formed,
        keys.flag("members", formed),
        keys.flag("announce", true),
        keys.integer("baudRate", 0, 0, 10_000_000),
        keys.millis("turnaroundMs", 0, 0),
        keys.integer("buffers", DEFAULT_BUFFERS, 1, 255),
        new LineFaults.Rates(
            keys.fraction("loseOctets", 0),
            keys.fraction("corruptOctets", 0),
            keys.fraction("repeatOctets", 0),
            keys.fraction("loseFrames", 0),
            keys.fraction("repeatFrames", 0)));
  }

  private static Network network(Keys keys, String mesh) {
    long coordinator = Population.coordinator(mesh).value();
    return new Network(
        keys.integer("channel", 15, 11, 26),
        keys.integer("panId", (int) (coordinator >>> 16 & 0x3FFF), 0, 0xFFFE),
        extendedPanId(keys, coordinator),
        keys.text("networkKey", DEFAULT_KEY));
  }

  private static long extendedPanId(Keys keys, long fallback) {
    String text = keys.text("extendedPanId", String.format("%016x", fallback));
    if (!text.matches("(0[xX])?[0-9a-fA-F]{16}")) {
      throw Keys.refused("extendedPanId", "16 hexadecimal digits", text);
    }
    return Long.parseUnsignedLong(text.substring(text.length() - 16), 16);
  }

  private static Place place(Keys keys) {
    String listen = keys.text("listen", "");
    String link = keys.text("pty", "");
    if (listen.isEmpty() == link.isEmpty()) {
      throw Keys.refused(
          "listen", "tcp://127.0.0.1:PORT, or pty the path of a link to make", listen + link);
    }
    return link.isEmpty()
        ? new Place(Optional.of(port(listen)), Optional.empty())
        : new Place(Optional.empty(), Optional.of(link));
  }

  /** Nobody but this machine is to reach a co-processor that obeys whoever connects. */
  private static int port(String listen) {
    String text = listen.replaceFirst("^tcp://(127\\.0\\.0\\.1|localhost):", "");
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 0xFFFF || text.equals(listen)) {
      throw Keys.refused("listen", "tcp://127.0.0.1:PORT, PORT 0..65535", listen);
    }
    return Integer.parseInt(text);
  }
}
