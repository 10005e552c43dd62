package io.otaupgrade.simulator.internal.ncp.znp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds frames among the octets from the host: 0xFE, number of data octets, cmd0, cmd1, data, and
 * the exclusive or of all but the first. What is no frame is skipped, and a frame with a wrong
 * check octet is dropped as a whole, as the firmware does.
 */
final class UnpiReader {

  static final int START = 0xFE;
  static final int MAXIMUM_DATA = 250;

  private final Frames frames;
  private final byte[] octets = new byte[MAXIMUM_DATA];
  private final ByteBuffer data = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
  private Part part = Part.START;
  private int length;
  private int command;
  private int filled;
  private int check;

  private enum Part {
    START,
    LENGTH,
    COMMAND_0,
    COMMAND_1,
    DATA,
    CHECK
  }

  /** Who gets the frames. */
  @FunctionalInterface
  interface Frames {
    /**
     * A frame.
     *
     * @param command cmd0 and cmd1, 0..0xFFFF
     * @param data little-endian, valid during the call only
     */
    void frame(int command, ByteBuffer data);
  }

  UnpiReader(Frames frames) {
    this.frames = frames;
  }

  void read(ByteBuffer in) {
    while (in.hasRemaining()) {
      if (part == Part.DATA) {
        fill(in);
      } else {
        octet(in.get() & 0xFF);
      }
    }
  }

  /** Forgets the frame that has begun. */
  void reset() {
    part = Part.START;
  }

  private void octet(int octet) {
    switch (part) {
      case START -> part = octet == START ? Part.LENGTH : Part.START;
      case LENGTH -> {
        length = octet;
        check = octet;
        part = length > MAXIMUM_DATA ? Part.START : Part.COMMAND_0;
      }
      case COMMAND_0 -> {
        command = octet << 8;
        check ^= octet;
        part = Part.COMMAND_1;
      }
      case COMMAND_1 -> {
        command |= octet;
        check ^= octet;
        filled = 0;
        part = length == 0 ? Part.CHECK : Part.DATA;
      }
      case CHECK -> {
        part = Part.START;
        if (octet == check) {
          frames.frame(command, data.clear().limit(length));
        }
      }
      case DATA -> throw new IllegalStateException("data is read in bulk");
    }
  }

  private void fill(ByteBuffer in) {
    int portion = Math.min(in.remaining(), length - filled);
    in.get(octets, filled, portion);
    for (int end = filled + portion; filled < end; filled++) {
      check ^= octets[filled] & 0xFF;
    }
    if (filled == length) {
      part = Part.CHECK;
    }
  }
}
