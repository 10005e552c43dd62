package io.otaupgrade.zcl.internal;

/** Checks what a record is made of, so that an encoder never has to cut a value down. */
public final class Ranges {

  private Ranges() {}

  public static int u8(String field, int value) {
    return within(field, value, 0xFF);
  }

  public static int u16(String field, int value) {
    return within(field, value, 0xFFFF);
  }

  public static long u32(String field, long value) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw outside(field, 0, 0xFFFF_FFFFL, value);
    }
    return value;
  }

  public static int within(String field, int value, int max) {
    if (value < 0 || value > max) {
      throw outside(field, 0, max, value);
    }
    return value;
  }

  public static IllegalArgumentException outside(String field, long min, long max, long value) {
    return new IllegalArgumentException(field + " must be " + min + ".." + max + ", was " + value);
  }
}
