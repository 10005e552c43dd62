package io.otaupgrade.transport.internal;

import java.util.HexFormat;

/** Numbers as the log shows them. */
final class Hex {

  private static final HexFormat DIGITS = HexFormat.of();

  private Hex() {}

  /** Four digits. */
  static String address(int address) {
    return DIGITS.toHexDigits((short) address);
  }

  /** Sixteen digits. */
  static String extendedPanId(long extendedPanId) {
    return DIGITS.toHexDigits(extendedPanId);
  }
}
