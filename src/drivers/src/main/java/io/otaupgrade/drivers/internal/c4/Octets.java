package io.otaupgrade.drivers.internal.c4;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.luaj.vm2.LuaString;

/** Strings of a script as octets and as text. */
final class Octets {

  static byte[] of(LuaString string) {
    return Arrays.copyOfRange(string.m_bytes, string.m_offset, string.m_offset + string.m_length);
  }

  /** Text where it is text, else hexadecimal digits; one line, of {@code longest} characters. */
  static String forPeople(LuaString string, int longest) {
    int some = Math.min(string.m_length, 4 * longest);
    String text = new String(string.m_bytes, string.m_offset, some, StandardCharsets.UTF_8);
    if (some < string.m_length && text.endsWith("\uFFFD")) {
      text = text.substring(0, text.length() - 1); // a character was cut
    }
    if (text.chars().noneMatch(c -> c < ' ' || c == 127 || c == 0xFFFD)) {
      return text.length() > longest ? text.substring(0, longest) + "…" : text;
    }
    int shown = Math.min(string.m_length, longest / 2);
    String digits =
        HexFormat.of().formatHex(string.m_bytes, string.m_offset, string.m_offset + shown);
    return string.m_length > shown ? digits + "…" : digits;
  }

  private Octets() {}
}
