package io.otaupgrade.zcl.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads and writes the integers of a Zigbee frame, which are little-endian, whatever byte order the
 * caller's buffer is set to. The alternative, a duplicate with its own order, costs an object for
 * every block served.
 *
 * <p>Reads are absolute and leave the position alone; writes are at the position and move it.
 */
public final class LittleEndian {

  private LittleEndian() {}

  /** Whether {@code buffer} would swap the octets. */
  private static boolean isBig(ByteBuffer buffer) {
    return buffer.order() == ByteOrder.BIG_ENDIAN;
  }

  public static int u8(ByteBuffer in, int index) {
    return in.get(index) & 0xFF;
  }

  public static int u16(ByteBuffer in, int index) {
    short value = in.getShort(index);
    return (isBig(in) ? Short.reverseBytes(value) : value) & 0xFFFF;
  }

  public static long u32(ByteBuffer in, int index) {
    int value = in.getInt(index);
    return (isBig(in) ? Integer.reverseBytes(value) : value) & 0xFFFF_FFFFL;
  }

  public static long u64(ByteBuffer in, int index) {
    long value = in.getLong(index);
    return isBig(in) ? Long.reverseBytes(value) : value;
  }

  public static void putU8(ByteBuffer out, int value) {
    out.put((byte) value);
  }

  public static void putU16(ByteBuffer out, int value) {
    out.putShort(isBig(out) ? Short.reverseBytes((short) value) : (short) value);
  }

  public static void putU32(ByteBuffer out, long value) {
    out.putInt(isBig(out) ? Integer.reverseBytes((int) value) : (int) value);
  }

  public static void putU64(ByteBuffer out, long value) {
    out.putLong(isBig(out) ? Long.reverseBytes(value) : value);
  }

  /** The {@code octets} (0 to 8) low octets of {@code value}. */
  public static void putUnsigned(ByteBuffer out, long value, int octets) {
    for (int i = 0; i < octets; i++) {
      out.put((byte) (value >>> (8 * i)));
    }
  }
}
