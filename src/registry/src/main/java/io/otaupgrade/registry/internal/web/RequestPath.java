package io.otaupgrade.registry.internal.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Splits the path of a request, as it came over the wire, into names. Containers differ in what
 * they decode and normalise, and each difference was once a way out of a folder; so nothing of
 * theirs is used, and whatever is not plainly a name makes the whole path none.
 */
final class RequestPath {
  private static final int MOST_SEGMENTS = 32;
  private static final int LONGEST_NAME = 255;
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:");

  private RequestPath() {}

  /**
   * The names below a prefix.
   *
   * @param rawPath not decoded, without the query
   * @param prefix begins and ends with a slash
   * @return at least one name; empty when the path is not below the prefix or not made of names
   */
  static Optional<List<String>> below(String prefix, String rawPath) {
    if (!rawPath.startsWith(prefix)) {
      return Optional.empty();
    }
    String[] segments = rawPath.substring(prefix.length()).split("/", -1);
    if (segments.length > MOST_SEGMENTS) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(segments.length);
    for (String segment : segments) {
      Optional<String> name = decode(segment).filter(RequestPath::isName);
      if (name.isEmpty()) {
        return Optional.empty();
      }
      names.add(name.get());
    }
    return Optional.of(names);
  }

  /**
   * Whether a decoded segment is the name of a file that may be hosted, on any file system: neither
   * hidden nor special, and nothing that some platform takes for a separator or drive.
   */
  static boolean isName(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NAME) {
      return false;
    }
    char last = text.charAt(text.length() - 1);
    if (text.charAt(0) == '.' || last == '.' || last == ' ') {
      return false;
    }
    if (DRIVE.matcher(text).lookingAt() || text.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    // Full-width slashes and dots become real ones where a file system or its driver folds them.
    String folded = Normalizer.normalize(text, Normalizer.Form.NFKC);
    return folded.indexOf('/') < 0 && folded.indexOf('\\') < 0 && folded.charAt(0) != '.';
  }

  /** Percent-decodes once, strictly; what a URI may not hold is refused. */
  private static Optional<String> decode(String segment) {
    var octets = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        if (i + 2 >= segment.length()
            || !HexFormat.isHexDigit(segment.charAt(i + 1))
            || !HexFormat.isHexDigit(segment.charAt(i + 2))) {
          return Optional.empty();
        }
        octets.write(HexFormat.fromHexDigits(segment, i + 1, i + 3));
        i += 2;
      } else if (c <= 0x20 || c >= 0x7F || c == ';' || c == '\\') {
        // A semicolon begins a path parameter, which some containers cut out before they look.
        return Optional.empty();
      } else {
        octets.write(c);
      }
    }
    try {
      // A new decoder reports malformed input, overlong forms among it, and replaces nothing.
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(octets.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
