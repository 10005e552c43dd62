package io.otaupgrade.drivers.internal.c4;

import java.util.Optional;

/**
 * Looks a text up in an XML document that the host has checked already: the first element of a
 * name, without its tags.
 */
final class XmlText {

  static Optional<String> element(String xml, String name) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_.-]{0,100}")) {
      return Optional.empty();
    }
    int from = 0;
    while (true) {
      int open = xml.indexOf('<' + name, from);
      if (open < 0) {
        return Optional.empty();
      }
      int after = open + 1 + name.length();
      int end = xml.indexOf('>', after);
      if (end < 0) {
        return Optional.empty();
      }
      char next = xml.charAt(after);
      if (next == '>' || next == '/' || Character.isWhitespace(next)) {
        if (xml.charAt(end - 1) == '/') {
          return Optional.of("");
        }
        int close = xml.indexOf("</" + name + ">", end);
        return close < 0 ? Optional.empty() : Optional.of(plain(xml.substring(end + 1, close)));
      }
      from = after;
    }
  }

  /** Text with its five entities read; markup stays as it is. */
  private static String plain(String text) {
    if (text.indexOf('<') >= 0) {
      return text;
    }
    return text.strip()
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
  }

  private XmlText() {}
}
