package io.otaupgrade.transport.internal.ember;

import java.nio.ByteBuffer;

/**
 * Finds ASH frames among octets that come in any chunks. Takes any octets, keeps at most one frame
 * of them, and is in step again at the next flag. For one thread.
 */
final class AshDecoder {

  /** What the octets up to a flag were. */
  enum Found {
    /** No flag yet. */
    NOTHING,
    /** A frame whose check sum is right. */
    FRAME,
    /** No frame. */
    MALFORMED
  }

  private static final int MIN_FRAME = 1 + AshCodec.CRC_LENGTH;

  private final byte[] frame = new byte[AshCodec.MAX_FRAME];

  /** Octets since the last flag, which may be more than there is room for. */
  private int length;

  private boolean escaped;

  /** An octet was lost on its way: nothing before the next flag counts. */
  private boolean damaged;

  /** The last frame is found and taken; the next octet begins another one. */
  private boolean complete;

  /**
   * Takes octets up to the next flag, or all of them. Flags in a row are one.
   *
   * @return what ended with the flag; NOTHING when all octets are taken
   */
  Found next(ByteBuffer in) {
    if (complete) {
      clear();
    }
    while (in.hasRemaining()) {
      byte octet = in.get();
      if (octet == AshCodec.FLAG) {
        if (length > 0 || damaged) {
          complete = true;
          return isWhole() ? Found.FRAME : Found.MALFORMED;
        }
        escaped = false;
      } else if (octet == AshCodec.ESCAPE) {
        escaped = true;
      } else if (octet == AshCodec.CANCEL) {
        clear();
      } else if (octet == AshCodec.SUBSTITUTE) {
        damaged = true;
        count();
      } else if (octet != AshCodec.XON && octet != AshCodec.XOFF) {
        put(octet);
      }
    }
    return Found.NOTHING;
  }

  /** The control octet of the frame found. */
  int control() {
    return frame[0] & 0xFF;
  }

  /** The octets of the frame found: its data begins at 1. Valid until {@link #next}. */
  byte[] frame() {
    return frame;
  }

  /** How much data the frame found has, without control octet and check sum. */
  int dataLength() {
    return length - MIN_FRAME;
  }

  /** How many octets what was found had, before its flag and without stuffing. */
  int octets() {
    return Math.max(1, length);
  }

  private void put(byte octet) {
    if (length == 0 && !escaped && octet == AshCodec.WAKE) {
      return;
    }
    if (length < frame.length) {
      frame[length] = (byte) (escaped ? octet ^ AshCodec.STUFFED_BIT : octet);
    }
    escaped = false;
    count();
  }

  private void count() {
    if (length < Integer.MAX_VALUE) {
      length++;
    }
  }

  private boolean isWhole() {
    if (damaged || length < MIN_FRAME || length > frame.length) {
      return false;
    }
    int body = length - AshCodec.CRC_LENGTH;
    return AshCodec.crc(frame, body) == ((frame[body] & 0xFF) << 8 | (frame[body + 1] & 0xFF));
  }

  private void clear() {
    length = 0;
    escaped = false;
    damaged = false;
    complete = false;
  }
}
