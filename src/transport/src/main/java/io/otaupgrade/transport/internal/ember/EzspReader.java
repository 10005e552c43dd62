package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;

/** Reads the parameters of a response field by field, each one checked to be there. */
final class EzspReader {

  private final EzspVersion version;
  private final ByteBuffer in;

  /**
   * @param in little-endian, from its position on
   */
  EzspReader(EzspVersion version, ByteBuffer in) {
    this.version = version;
    this.in = in;
  }

  int u8() throws EzspFormatException {
    need(1);
    return in.get() & 0xFF;
  }

  int u16() throws EzspFormatException {
    need(2);
    return in.getShort() & 0xFFFF;
  }

  /** Eight octets, the most significant one last. */
  Eui64 eui64() throws EzspFormatException {
    need(8);
    return new Eui64(in.getLong());
  }

  /** Eight octets, the most significant one last, as in a beacon. */
  long extendedPanId() throws EzspFormatException {
    need(8);
    return in.getLong();
  }

  /** As it is; {@link EzspVersion#status} tells what it means. */
  int status() throws EzspFormatException {
    need(version.statusLength());
    return version.readStatus(in);
  }

  private void need(int octets) throws EzspFormatException {
    if (in.remaining() < octets) {
      throw new EzspFormatException("need " + octets + " octets, have " + in.remaining());
    }
  }
}
