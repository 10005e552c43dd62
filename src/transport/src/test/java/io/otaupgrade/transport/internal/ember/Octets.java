package io.otaupgrade.transport.internal.ember;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;

/** Little-endian octets, put together field by field. */
final class Octets {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static Octets of() {
    return new Octets();
  }

  /** From hexadecimal digits with spaces between. */
  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static ByteBuffer buffer(String hex) {
    return ByteBuffer.wrap(hex(hex));
  }

  /** As {@code 7E 1A}. */
  static String text(byte[] octets) {
    return HexFormat.ofDelimiter(" ").formatHex(octets).toUpperCase(Locale.ROOT);
  }

  Octets u8(int value) {
    out.write(value);
    return this;
  }

  Octets u16(int value) {
    return number(value, 2);
  }

  Octets u32(long value) {
    return number(value, 4);
  }

  Octets u64(long value) {
    return number(value, 8);
  }

  Octets number(long value, int length) {
    for (int octet = 0; octet < length; octet++) {
      out.write((int) (value >>> (8 * octet)));
    }
    return this;
  }

  Octets octets(byte[] octets) {
    out.writeBytes(octets);
    return this;
  }

  Octets octets(String hex) {
    return octets(hex(hex));
  }

  byte[] array() {
    return out.toByteArray();
  }
}
