package io.otaupgrade.zcl;

import java.util.Locale;
import java.util.Optional;

/**
 * The 64-bit IEEE address of a Zigbee device.
 *
 * @param value the address as a number; its most significant octet is the one printed first
 */
public record Eui64(long value) implements Comparable<Eui64> {

  /** The length on the air and in files, octets; little-endian there. */
  public static final int OCTETS = 8;

  /**
   * Reads sixteen hexadecimal digits, most significant first, with an optional {@code 0x} and with
   * {@code :} or {@code -} allowed between octets.
   *
   * @return empty when the text is anything else
   */
  public static Optional<Eui64> parse(String text) {
    String digits = text.strip().toLowerCase(Locale.ROOT);
    if (digits.startsWith("0x")) {
      digits = digits.substring(2);
    }
    if (digits.matches("[0-9a-f]{2}([:-][0-9a-f]{2}){7}")) {
      digits = digits.replace(":", "").replace("-", "");
    }
    if (!digits.matches("[0-9a-f]{16}")) {
      return Optional.empty();
    }
    return Optional.of(new Eui64(Long.parseUnsignedLong(digits, 16)));
  }

  @Override
  public int compareTo(Eui64 other) {
    return Long.compareUnsigned(value, other.value);
  }

  /**
   * Sixteen lower-case hexadecimal digits, most significant first; {@link #parse} reads it back.
   */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%016x", value);
  }
}
