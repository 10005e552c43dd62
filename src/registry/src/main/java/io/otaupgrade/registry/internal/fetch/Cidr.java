package io.otaupgrade.registry.internal.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of addresses, {@code 192.168.0.0/16} or {@code fc00::/7}. IPv4 blocks hold IPv4 addresses
 * only.
 *
 * @param network all bits behind the prefix are zero
 * @param prefixLength 0..32 or 0..128
 */
public record Cidr(InetAddress network, int prefixLength) {
  private static final Pattern LITERAL =
      Pattern.compile(
          "(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
  private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");

  public Cidr {
    int bits = network.getAddress().length * Byte.SIZE;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "prefix length must be 0..%d, was %d".formatted(bits, prefixLength));
    }
    if (!network.equals(masked(network, prefixLength))) {
      throw new IllegalArgumentException(
          "%s/%d has bits set behind its prefix".formatted(network.getHostAddress(), prefixLength));
    }
  }

  /**
   * Reads an address block, or a single address.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    if (!isLiteral(literal)) {
      throw new IllegalArgumentException("not an address: " + literal);
    }
    InetAddress address;
    try {
      address = InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + literal, e);
    }
    if (slash < 0) {
      return new Cidr(address, address.getAddress().length * Byte.SIZE);
    }
    String length = text.substring(slash + 1);
    if (!NUMBER.matcher(length).matches()) {
      throw new IllegalArgumentException("not a prefix length: " + length);
    }
    return new Cidr(address, Integer.parseInt(length));
  }

  /**
   * The entries of a list in a configuration. A {@code .cfg} file cannot hold a list, so each
   * string may be several, separated by commas or spaces.
   */
  public static List<String> split(String... strings) {
    return Arrays.stream(strings)
        .flatMap(SEPARATORS::splitAsStream)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** Whether the text can only be an address, so that reading it asks no name server. */
  public static boolean isLiteral(String text) {
    return LITERAL.matcher(text).matches();
  }

  /** The block of that size around an address. */
  static Cidr around(InetAddress address, int prefixLength) {
    return new Cidr(masked(address, prefixLength), prefixLength);
  }

  /** Whether an address is in the block. */
  public boolean contains(InetAddress address) {
    byte[] mine = network.getAddress();
    byte[] theirs = address.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    int whole = prefixLength / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != theirs[i]) {
        return false;
      }
    }
    int rest = prefixLength % Byte.SIZE;
    return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xFF) >>> (Byte.SIZE - rest) == 0;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixLength;
  }

  private static InetAddress masked(InetAddress address, int prefixLength) {
    byte[] octets = address.getAddress();
    for (int i = 0; i < octets.length; i++) {
      int bits = Math.max(0, Math.min(Byte.SIZE, prefixLength - i * Byte.SIZE));
      octets[i] &= (byte) (0xFF << (Byte.SIZE - bits));
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("as many octets as the address had", e);
    }
  }
}
