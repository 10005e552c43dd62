package io.otaupgrade.transport.internal.znp;

import java.nio.ByteBuffer;

/**
 * The frames on the line to the co-processor: 0xFE, length of the data, two command octets, up to
 * 250 octets of data, and the exclusive-or of all that but the first ("Z-Stack Monitor and Test
 * API", section 2.1). Here the side that writes; {@link UnpiDecoder} reads.
 */
final class Unpi {

  static final int START = 0xFE;
  static final int LONGEST_DATA = 250;

  /** What a frame has besides its data. */
  static final int OVERHEAD = 5;

  static final int LONGEST_FRAME = LONGEST_DATA + OVERHEAD;

  static final int AT_LENGTH = 1;
  static final int AT_CMD0 = 2;
  static final int AT_CMD1 = 3;
  static final int AT_DATA = 4;

  private Unpi() {}

  /** Begins a frame; its data is to be put next. */
  static ByteBuffer begin(ByteBuffer out, MtCommand command) {
    return out.clear()
        .put((byte) START)
        .put((byte) 0)
        .put((byte) command.cmd0())
        .put((byte) command.cmd1());
  }

  /** Ends a frame and makes it ready to be written. */
  static ByteBuffer end(ByteBuffer out) {
    int end = out.position();
    out.put(AT_LENGTH, (byte) (end - AT_DATA));
    int check = 0;
    for (int i = AT_LENGTH; i < end; i++) {
      check ^= out.get(i);
    }
    return out.put((byte) check).flip();
  }
}
