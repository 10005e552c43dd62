package io.otaupgrade.drivers.internal.c4;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.luaj.vm2.LuaString;

/** Strings of a script as octets and as text. */
final class Octets {

  static byte[] of(LuaString string) {
    return Arrays.copyOfRange(string.m_bytes, string.m_offset, string.m_offset + string.m_length);
  }

  /** Text where it is text, else hexadecimal digits; one line. */
  static String forPeople(LuaString string, int longest) {
    byte[] octets = of(string);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
      if (text.chars().noneMatch(c -> c < ' ' || c == 127)) {
        return text.length() > longest ? text.substring(0, longest) + "…" : text;
      }
    } catch (CharacterCodingException binary) {
      // as digits
    }
    String digits = HexFormat.of().formatHex(octets, 0, Math.min(octets.length, longest / 2));
    return octets.length > longest / 2 ? digits + "…" : digits;
  }

  private Octets() {}
}
