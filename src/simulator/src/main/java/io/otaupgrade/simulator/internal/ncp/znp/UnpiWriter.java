package io.otaupgrade.simulator.internal.ncp.znp;

import io.otaupgrade.simulator.internal.ncp.Wire;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes frames to the host, one at a time: {@link #begin}, the data, {@link #send}. */
final class UnpiWriter {

  private static final int LENGTH_AT = 1;
  private static final int DATA_AT = 4;

  private final ByteBuffer frame =
      ByteBuffer.allocate(DATA_AT + UnpiReader.MAXIMUM_DATA + 1).order(ByteOrder.LITTLE_ENDIAN);
  private Wire wire = nobody -> {};

  /** Frames go here from now on. */
  void to(Wire host) {
    wire = host;
  }

  /** Frames go nowhere. */
  void toNobody() {
    wire = nobody -> {};
  }

  /** Begins the frame with this cmd0 and cmd1. */
  UnpiWriter begin(int command) {
    frame.clear();
    frame.put((byte) UnpiReader.START).put((byte) 0);
    frame.put((byte) (command >> 8)).put((byte) command);
    return this;
  }

  UnpiWriter u8(int value) {
    frame.put((byte) value);
    return this;
  }

  UnpiWriter u16(int value) {
    frame.putShort((short) value);
    return this;
  }

  UnpiWriter u32(long value) {
    frame.putInt((int) value);
    return this;
  }

  UnpiWriter eui64(Eui64 address) {
    frame.putLong(address.value());
    return this;
  }

  UnpiWriter octets(ByteBuffer octets) {
    frame.put(octets.duplicate());
    return this;
  }

  UnpiWriter octets(byte[] octets, int offset, int length) {
    frame.put(octets, offset, length);
    return this;
  }

  /** How many data octets still fit. */
  int room() {
    return frame.remaining() - 1;
  }

  void send() {
    int end = frame.position();
    frame.put(LENGTH_AT, (byte) (end - DATA_AT));
    int check = 0;
    for (int i = LENGTH_AT; i < end; i++) {
      check ^= frame.get(i);
    }
    frame.put((byte) check).flip();
    wire.write(frame);
  }
}
