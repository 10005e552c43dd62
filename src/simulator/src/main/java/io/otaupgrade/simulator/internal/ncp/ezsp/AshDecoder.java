package io.otaupgrade.simulator.internal.ncp.ezsp;

import java.nio.ByteBuffer;

/**
 * Makes frames of what comes in on the line. Takes any octets, in any pieces; after garbage it is
 * in step again at the next flag. Holds one frame and no more.
 */
final class AshDecoder {

  private final Sink sink;
  private final byte[] frame = new byte[Ash.MAXIMUM_FRAME];
  private int length;
  private boolean escaped;
  private boolean spoilt;

  /** Who gets the frames. */
  interface Sink {
    /**
     * A frame whose CRC is right.
     *
     * @param octets control octet first, then data, not randomised any more; only good until this
     *     returns
     * @param length without the CRC, at least 1
     */
    void frame(byte[] octets, int length);

    /** There was a frame, but it cannot be read: too short, too long, or its CRC is wrong. */
    void damaged();
  }

  AshDecoder(Sink sink) {
    this.sink = sink;
  }

  /** Forgets the frame that has begun. */
  void clear() {
    length = 0;
    escaped = false;
    spoilt = false;
  }

  void accept(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      accept(octets.get() & 0xFF);
    }
  }

  private void accept(int octet) {
    switch (octet) {
      case Ash.FLAG -> end();
      case Ash.CANCEL -> clear();
      case Ash.SUBSTITUTE -> spoilt = true; // the UART lost something: drop up to the next flag
      case Ash.XON, Ash.XOFF -> {} // flow control is the UART's matter
      case Ash.ESCAPE -> escaped = true;
      default -> {
        if (length == frame.length) {
          spoilt = true;
        } else {
          frame[length++] = (byte) (escaped ? octet ^ Ash.FLIP : octet);
        }
        escaped = false;
      }
    }
  }

  private void end() {
    int octets = length;
    boolean unreadable = spoilt;
    clear();
    if (octets == 0 && !unreadable) {
      return; // between two flags
    }
    if (unreadable || octets <= Ash.CRC_OCTETS || !crcIsRight(octets)) {
      sink.damaged();
      return;
    }
    int withoutCrc = octets - Ash.CRC_OCTETS;
    if ((frame[0] & Ash.DATA_MASK) == 0) {
      Ash.randomize(frame, 1, withoutCrc - 1);
    }
    sink.frame(frame, withoutCrc);
  }

  private boolean crcIsRight(int octets) {
    int crc = Ash.CRC_START;
    for (int i = 0; i < octets; i++) {
      crc = Ash.crc(crc, frame[i] & 0xFF);
    }
    return crc == 0; // what is left once a CRC has gone over itself
  }
}
