package io.otaupgrade.simulator.internal.ncp.ezsp;

import java.nio.ByteBuffer;

/** Makes of a frame what goes out on the line. */
final class AshEncoder {

  private static final byte[] NOTHING = {};

  private AshEncoder() {}

  /** A frame that is its control octet alone: ACK, NAK, RST. */
  static void encode(ByteBuffer line, int control) {
    encode(line, control, NOTHING, 0);
  }

  /** A frame with two octets: RSTACK, ERROR. */
  static void encode(ByteBuffer line, int control, int version, int code) {
    int crc = put(line, Ash.CRC_START, control);
    crc = put(line, crc, version);
    end(line, put(line, crc, code));
  }

  /**
   * A frame, randomised if it is a DATA frame.
   *
   * @param line with room for {@link Ash#MAXIMUM_ON_LINE} octets
   * @param data from 0 to {@code length}; it is not changed
   */
  static void encode(ByteBuffer line, int control, byte[] data, int length) {
    int crc = put(line, Ash.CRC_START, control);
    for (int i = 0; i < length; i++) {
      crc = put(line, crc, Ash.randomized(data[i], i));
    }
    end(line, crc);
  }

  private static void end(ByteBuffer line, int crc) {
    stuff(line, crc >> 8);
    stuff(line, crc & 0xFF);
    line.put((byte) Ash.FLAG);
  }

  private static int put(ByteBuffer line, int crc, int octet) {
    stuff(line, octet);
    return Ash.crc(crc, octet);
  }

  private static void stuff(ByteBuffer line, int octet) {
    if (Ash.isReserved(octet)) {
      line.put((byte) Ash.ESCAPE).put((byte) (octet ^ Ash.FLIP));
    } else {
      line.put((byte) octet);
    }
  }
}
