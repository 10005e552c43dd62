package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of one network, kept across restarts in a text file; docs/transport.md has its format.
 * Losing it costs an interview of every node, no more.
 */
final class NodeFile {

  private static final Logger LOG = LoggerFactory.getLogger(NodeFile.class);
  private static final HexFormat HEX = HexFormat.of();
  private static final String HEADER = "zigbee-nodes 1";

  private final Path path;

  /**
   * @param folder is made when it is needed
   * @param mesh any text; in the file's name, what is not a letter or digit is written in hex
   */
  NodeFile(Path folder, String mesh, long extendedPanId) {
    path = folder.resolve(encoded(mesh) + "-" + Hex.extendedPanId(extendedPanId) + ".nodes");
  }

  Path path() {
    return path;
  }

  /** What was written last; nothing when there is no file, or none that can be read. */
  List<KnownNode> read() {
    if (!Files.exists(path)) {
      return List.of();
    }
    try {
      return parse(Files.readAllLines(path, StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn(
          "The nodes in {} cannot be read, so all are interviewed anew: {}", path, e.toString());
      return List.of();
    }
  }

  /** Writes the file anew; whenever the host dies, the old or the new one is there. */
  void write(String text) {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.createDirectories(path.getParent());
      try (FileChannel out =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (octets.hasRemaining()) {
          out.write(octets);
        }
        out.force(true);
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("The nodes cannot be kept in {}: {}", path, e.toString());
    }
  }

  /** The file's text for these nodes. */
  static String format(List<KnownNode> nodes) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (KnownNode known : nodes) {
      Node node = known.node();
      text.append("node ")
          .append(node.eui64())
          .append(' ')
          .append(HEX.toHexDigits((short) node.networkAddress()))
          .append(' ')
          .append(
              known.receiverKnown ? node.receiverOnWhenIdle() ? "listens" : "sleeps" : "unknown")
          .append(' ')
          .append(known.isDescribed() ? "described" : "partly")
          .append('\n');
      node.modelIdentifier().ifPresent(name -> text.append("model ").append(name).append('\n'));
      node.manufacturerName()
          .ifPresent(name -> text.append("manufacturer ").append(name).append('\n'));
      for (NodeEndpoint endpoint : node.endpoints()) {
        text.append("endpoint ")
            .append(endpoint.endpoint())
            .append(' ')
            .append(HEX.toHexDigits((short) endpoint.profile()));
        append(text, " in", endpoint.inputClusters());
        append(text, " out", endpoint.outputClusters());
        text.append('\n');
      }
    }
    return text.append("end ").append(nodes.size()).append('\n').toString();
  }

  private static void append(StringBuilder text, String side, List<Integer> clusters) {
    text.append(side);
    clusters.forEach(cluster -> text.append(' ').append(HEX.toHexDigits(cluster.shortValue())));
  }

  /**
   * Reads the text of a file.
   *
   * @throws IOException when it is not whole, naming the line
   */
  static List<KnownNode> parse(List<String> lines) throws IOException {
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IOException("line 1 must be '" + HEADER + "'");
    }
    List<Draft> drafts = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      try {
        if (isEnd(lines.get(i), drafts)) {
          return drafts.stream().map(Draft::node).toList();
        }
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IOException("line " + (i + 1) + " is not understood: " + lines.get(i), e);
      }
    }
    throw new IOException("its end is missing, after " + drafts.size() + " nodes");
  }

  /** Takes in one line; whether it is the last. */
  private static boolean isEnd(String line, List<Draft> drafts) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "node" -> drafts.add(new Draft(words));
      case "model" -> last(drafts).model = rest(line);
      case "manufacturer" -> last(drafts).manufacturer = rest(line);
      case "endpoint" -> last(drafts).endpoints.add(endpoint(words));
      case "end" -> {
        if (Integer.parseInt(words[1]) != drafts.size()) {
          throw new IllegalArgumentException(drafts.size() + " nodes found");
        }
        return true;
      }
      default -> throw new IllegalArgumentException("unknown word");
    }
    return false;
  }

  private static Draft last(List<Draft> drafts) {
    return drafts.get(drafts.size() - 1);
  }

  private static Optional<String> rest(String line) {
    return Optional.of(line.substring(line.indexOf(' ') + 1));
  }

  private static NodeEndpoint endpoint(String[] words) {
    List<Integer> in = new ArrayList<>();
    List<Integer> out = new ArrayList<>();
    List<Integer> side = in;
    if (!words[3].equals("in")) {
      throw new IllegalArgumentException("'in' expected");
    }
    for (int i = 4; i < words.length; i++) {
      if (words[i].equals("out")) {
        side = out;
      } else {
        side.add(u16(words[i]));
      }
    }
    return new NodeEndpoint(Integer.parseInt(words[1]), u16(words[2]), in, out);
  }

  private static int u16(String digits) {
    if (digits.length() != 4) {
      throw new IllegalArgumentException("four hexadecimal digits expected");
    }
    return HexFormat.fromHexDigits(digits);
  }

  private static String encoded(String mesh) {
    StringBuilder name = new StringBuilder();
    for (byte octet : mesh.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (octet >= '0' && octet <= '9')
              || (octet >= 'a' && octet <= 'z')
              || (octet >= 'A' && octet <= 'Z');
      if (plain) {
        name.append((char) octet);
      } else {
        name.append('_').append(HEX.toHexDigits(octet));
      }
    }
    return name.toString();
  }

  private static final class Draft {
    private final Eui64 eui64;
    private final int address;
    private final String receiver;
    private final boolean described;
    private final List<NodeEndpoint> endpoints = new ArrayList<>();
    private Optional<String> model = Optional.empty();
    private Optional<String> manufacturer = Optional.empty();

    Draft(String[] words) {
      eui64 = Eui64.parse(words[1]).orElseThrow(() -> new IllegalArgumentException("no EUI-64"));
      address = u16(words[2]);
      receiver = words[3];
      described = words[4].equals("described");
    }

    KnownNode node() {
      KnownNode known = new KnownNode(eui64);
      known.setAddress(Nwk.isUnicast(address) ? address : KnownNode.NO_ADDRESS);
      if (!receiver.equals("unknown")) {
        known.setReceiverOnWhenIdle(receiver.equals("listens"));
      }
      known.setEndpoints(endpoints);
      known.setNames(model, manufacturer);
      known.setDescribed(described);
      return known;
    }
  }
}
