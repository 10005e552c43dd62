package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;

/** Writes the fields of a frame to the host, least significant octet first. */
final class EzspOutput {

  static final int KEY_OCTETS = 16;

  private final EzspVersion version;
  private ByteBuffer out = ByteBuffer.allocate(0);

  EzspOutput(EzspVersion version) {
    this.version = version;
  }

  EzspOutput to(ByteBuffer frame) {
    out = frame;
    return this;
  }

  EzspOutput u8(int value) {
    out.put((byte) value);
    return this;
  }

  EzspOutput flag(boolean value) {
    return u8(value ? 1 : 0);
  }

  EzspOutput u16(int value) {
    out.putShort((short) value);
    return this;
  }

  EzspOutput u32(long value) {
    out.putInt((int) value);
    return this;
  }

  EzspOutput u64(long value) {
    out.putLong(value);
    return this;
  }

  EzspOutput eui64(Eui64 value) {
    return u64(value.value());
  }

  EzspOutput octets(byte[] octets) {
    out.put(octets);
    return this;
  }

  EzspOutput zeroes(int count) {
    for (int i = 0; i < count; i++) {
      out.put((byte) 0);
    }
    return this;
  }

  /**
   * The octets from position to limit, behind an octet that counts them; the source stays as is.
   */
  EzspOutput counted(ByteBuffer octets) {
    int count = octets.remaining();
    out.put((byte) count);
    out.put(out.position(), octets, octets.position(), count).position(out.position() + count);
    return this;
  }

  EzspOutput counted(byte[] octets) {
    return u8(octets.length).octets(octets);
  }

  /** A status in the form of this version. */
  EzspOutput status(EzspStatus status) {
    return version.isModern() ? u32(status.sl()) : u8(status.ember());
  }

  /** A status that is an sl_status_t in EZSP 13 too. */
  EzspOutput slStatus(EzspStatus status) {
    return u32(status.sl());
  }
}
