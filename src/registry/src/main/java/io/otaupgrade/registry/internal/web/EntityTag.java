package io.otaupgrade.registry.internal.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An entity tag (RFC 9110 §8.8.3).
 *
 * @param opaque without the quotes
 */
record EntityTag(boolean weak, String opaque) {
  private static final Pattern TAG = Pattern.compile("(W/)?\"([\\x21\\x23-\\x7E\\x80-\\xFF]*)\"");
  private static final Pattern GAP = Pattern.compile("[ \\t]*");

  static EntityTag strong(String opaque) {
    return new EntityTag(false, opaque);
  }

  /** Reads exactly one tag; empty when the text is something else. */
  static Optional<EntityTag> parse(String text) {
    Matcher tag = TAG.matcher(text.strip());
    return tag.matches() ? Optional.of(of(tag)) : Optional.empty();
  }

  /** Reads a comma-separated list; empty when any of the text is something else. */
  static List<EntityTag> parseList(String text) {
    List<EntityTag> tags = new ArrayList<>();
    Matcher tag = TAG.matcher(text);
    int position = 0;
    while (true) {
      position = skip(text, position);
      if (position == text.length()) {
        return tags;
      }
      if (text.charAt(position) == ',') {
        position++;
        continue;
      }
      tag.region(position, text.length());
      if (!tag.lookingAt()) {
        return List.of();
      }
      tags.add(of(tag));
      position = skip(text, tag.end());
      if (position < text.length() && text.charAt(position) != ',') {
        return List.of();
      }
    }
  }

  private static int skip(String text, int from) {
    Matcher gap = GAP.matcher(text).region(from, text.length());
    return gap.lookingAt() ? gap.end() : from;
  }

  private static EntityTag of(Matcher tag) {
    return new EntityTag(tag.group(1) != null, tag.group(2));
  }

  /** RFC 9110 §8.8.3.2: equal octets, for sure. */
  boolean matchesStrongly(EntityTag other) {
    return !weak && equals(other);
  }

  /** RFC 9110 §8.8.3.2: equal in all that matters. */
  boolean matchesWeakly(EntityTag other) {
    return opaque.equals(other.opaque);
  }

  /** As it stands in a header field. */
  @Override
  public String toString() {
    return (weak ? "W/\"" : "\"") + opaque + "\"";
  }
}
