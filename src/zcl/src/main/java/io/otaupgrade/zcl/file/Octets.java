package io.otaupgrade.zcl.file;

import java.util.Locale;

/** Range checks and numbers in messages, as this package writes them. */
final class Octets {
  static final long MAX_U32 = 0xFFFF_FFFFL;

  private Octets() {}

  static int requireU16(String field, int value) {
    if (value < 0 || value > 0xFFFF) {
      throw new IllegalArgumentException(field + " must be 0..65535, was " + value);
    }
    return value;
  }

  static long requireU32(String field, long value) {
    if (value < 0 || value > MAX_U32) {
      throw new IllegalArgumentException(field + " must be 0..4294967295, was " + value);
    }
    return value;
  }

  static String text(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }
}
