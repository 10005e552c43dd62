package io.otaupgrade.drivers.internal.pack;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What can be seen in a script without running it: texts and numbers that stand in it. Hints for an
 * author, no more.
 */
final class ScriptText {

  /** Comments and long strings at whatever level; then what is left of a line behind two dashes. */
  private static final Pattern COMMENT =
      Pattern.compile("--\\[(=*)\\[.*?]\\1]|--[^\\n]*", Pattern.DOTALL);

  private static final Pattern URL =
      Pattern.compile("controller://driver/([^/\"'\\s\\]]+)/([^\"'\\s\\]]+)");

  private static final Pattern TYPE = Pattern.compile("[\"']([^\"'/\\s]+\\.c4z)[\"']");
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.])(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})(?![\\w.])");

  private final String code;

  private ScriptText(String code) {
    this.code = code;
  }

  static ScriptText of(String script) {
    return new ScriptText(COMMENT.matcher(script).replaceAll(" "));
  }

  /** A file of a package, as a URL in the script names it. */
  record Reference(String driver, String file) {}

  Set<Reference> references() {
    Set<Reference> all = new LinkedHashSet<>();
    Matcher found = URL.matcher(code);
    while (found.find()) {
      all.add(new Reference(found.group(1), found.group(2)));
    }
    return all;
  }

  Set<String> typeIds() {
    Set<String> all = new LinkedHashSet<>();
    Matcher found = TYPE.matcher(code);
    while (found.find()) {
      all.add(found.group(1));
    }
    return all;
  }

  Set<Long> numbers() {
    Set<Long> all = new LinkedHashSet<>();
    Matcher found = NUMBER.matcher(code);
    while (found.find()) {
      String text = found.group(1);
      all.add(
          text.length() > 1 && Character.toLowerCase(text.charAt(1)) == 'x'
              ? Long.parseLong(text.substring(2), 16)
              : Long.parseLong(text));
    }
    return all;
  }

  boolean callsOta() {
    return code.contains("otaAddImage");
  }

  /** Whether the octets are an encrypted script, in the form that is told by how they begin. */
  static Optional<String> encryption(byte[] octets) {
    if (octets.length > 1 && (octets[0] & 0xFF) == 0x30 && (octets[1] & 0x80) != 0) {
      return Optional.of("PKCS #7");
    }
    String start = new String(octets, 0, Math.min(octets.length, 200), StandardCharsets.ISO_8859_1);
    if (start.startsWith("MIME-Version:") || start.startsWith("-----BEGIN PKCS7-----")) {
      return Optional.of("S/MIME");
    }
    return Optional.empty();
  }

  /** Whether the octets are compiled Lua, which is not run: nobody can check it. */
  static boolean isCompiled(byte[] octets) {
    return octets.length > 3
        && octets[0] == 0x1B
        && (octets[1] == 'L' && (octets[2] == 'u' || octets[2] == 'J'));
  }
}
