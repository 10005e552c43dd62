package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The parameters of a command, read one after another, least significant octet first. What is too
 * short throws {@link java.nio.BufferUnderflowException}, which the dispatcher answers.
 */
final class EzspInput {

  private ByteBuffer in = ByteBuffer.allocate(0);

  void of(ByteBuffer parameters) {
    in = parameters.order(ByteOrder.LITTLE_ENDIAN);
  }

  int u8() {
    return in.get() & 0xFF;
  }

  int s8() {
    return in.get();
  }

  boolean flag() {
    return in.get() != 0;
  }

  int u16() {
    return in.getShort() & 0xFFFF;
  }

  long u32() {
    return in.getInt() & 0xFFFF_FFFFL;
  }

  Eui64 eui64() {
    return new Eui64(in.getLong());
  }

  /** An extended PAN id, which goes on the line as it does on the air: reversed. */
  long u64() {
    return in.getLong();
  }

  byte[] octets(int count) {
    if (count > in.remaining()) {
      throw new java.nio.BufferUnderflowException();
    }
    byte[] octets = new byte[count];
    in.get(octets);
    return octets;
  }

  /** A key, 16 octets as they are written. */
  byte[] key() {
    return octets(EzspOutput.KEY_OCTETS);
  }

  /** As many octets as the octet before them says, in a buffer of their own. */
  byte[] counted() {
    return octets(u8());
  }

  void skip(int octets) {
    if (octets > in.remaining()) {
      throw new java.nio.BufferUnderflowException();
    }
    in.position(in.position() + octets);
  }

  int remaining() {
    return in.remaining();
  }
}
