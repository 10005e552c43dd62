package io.otaupgrade.zcl;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Frames written down: hexadecimal octets, one field a line, what it means behind a bar. */
public final class Hex {

  private Hex() {}

  public static byte[] octets(String lines) {
    String digits =
        lines
            .lines()
            .map(line -> line.split("\\|", 2)[0].replace(" ", ""))
            .collect(Collectors.joining());
    return HexFormat.of().parseHex(digits);
  }

  public static ByteBuffer frame(String lines) {
    return ByteBuffer.wrap(octets(lines));
  }

  /** What has been written to {@code out} so far. */
  public static String written(ByteBuffer out) {
    return text(out.duplicate().flip());
  }

  /** What is between position and limit. */
  public static String text(ByteBuffer buffer) {
    byte[] octets = new byte[buffer.remaining()];
    buffer.get(buffer.position(), octets);
    return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(octets);
  }
}
