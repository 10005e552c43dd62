package io.otaupgrade.simulator.internal.ncp;

import java.util.HexFormat;
import java.util.Locale;

/**
 * A network that a coordinator forms.
 *
 * @param channel 11..26
 * @param panId 0..0xFFFE
 * @param extendedPanId as a number, most significant octet first
 * @param key the network key, 32 hexadecimal digits in lower case; never in {@link #toString}
 */
public record Network(int channel, int panId, long extendedPanId, String key) {

  static final int KEY_OCTETS = 16;

  public Network {
    check("channel", channel, 11, 26);
    check("panId", panId, 0, 0xFFFE);
    key = key.toLowerCase(Locale.ROOT);
    if (!key.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException(
          "networkKey must be 32 hexadecimal digits, had " + key.length() + " characters");
    }
  }

  private static void check(String field, int value, int minimum, int maximum) {
    if (value < minimum || value > maximum) {
      throw new IllegalArgumentException(
          field + " must be " + minimum + ".." + maximum + ", was " + value);
    }
  }

  /** With a key in octets, as they are sent. */
  public static Network of(int channel, int panId, long extendedPanId, byte[] key) {
    return new Network(channel, panId, extendedPanId, HexFormat.of().formatHex(key));
  }

  /** The octets of the key, in a new array. */
  public byte[] keyOctets() {
    return HexFormat.of().parseHex(key);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "channel %d, PAN %04x, extended PAN %016x", channel, panId, extendedPanId);
  }
}
