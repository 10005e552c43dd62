package io.otaupgrade.transport.internal.link;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The network that a co-processor is to be on. A co-processor that is on a network keeps it as it
 * is, whatever is said here; these are for one that has none and may form one.
 *
 * @param form whether a co-processor without a network forms one
 * @param channel 11..26; empty: drawn
 * @param panId 0..0xFFFE; empty: drawn
 * @param extendedPanId as a number, most significant octet first; empty: drawn
 * @param networkKey empty: drawn
 */
public record NetworkSettings(
    boolean form,
    OptionalInt channel,
    OptionalInt panId,
    OptionalLong extendedPanId,
    Optional<NetworkKey> networkKey) {

  /** Resume only. */
  public static final NetworkSettings RESUME =
      new NetworkSettings(
          false, OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(), Optional.empty());

  /**
   * @throws IllegalArgumentException naming what is out of its range
   */
  public NetworkSettings {
    channel.ifPresent(number -> check("channel", number, 11, 26, "%d"));
    panId.ifPresent(number -> check("panId", number, 0, 0xFFFE, "0x%04x"));
  }

  private static void check(String name, int number, int minimum, int maximum, String format) {
    if (number < minimum || number > maximum) {
      throw new IllegalArgumentException(
          "%s must be %s..%s, was %s"
              .formatted(
                  name,
                  format.formatted(minimum),
                  format.formatted(maximum),
                  format.formatted(number)));
    }
  }

  /** A network key; never shows itself in a log line. */
  public static final class NetworkKey {
    /** Octets of a key. */
    public static final int LENGTH = 16;

    private final byte[] octets;

    /**
     * @throws IllegalArgumentException if it is not 16 octets
     */
    public NetworkKey(byte[] octets) {
      if (octets.length != LENGTH) {
        throw new IllegalArgumentException(
            "networkKey must be 16 octets, that is 32 hexadecimal digits, was "
                + octets.length
                + " octets");
      }
      this.octets = octets.clone();
    }

    /** The key's octets, most significant first as people write it. */
    public byte[] octets() {
      return octets.clone();
    }

    /** For the one place that shows a key which was drawn here. */
    public String hex() {
      return HexFormat.of().formatHex(octets);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof NetworkKey key && Arrays.equals(octets, key.octets);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
      return "********";
    }
  }
}
