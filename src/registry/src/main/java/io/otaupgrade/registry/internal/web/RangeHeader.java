package io.otaupgrade.registry.internal.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Range field asks for (RFC 9110 §14.2). */
sealed interface RangeHeader {

  /** Of no meaning to us, so the field counts for nothing and the whole is sent. */
  record Ignored() implements RangeHeader {}

  /** Well said, but nothing of it is there: 416. */
  record Unsatisfiable() implements RangeHeader {}

  /**
   * What to send: in the order asked for, none overlapping another.
   *
   * @param ranges at least one
   */
  record Satisfiable(List<ByteRange> ranges) implements RangeHeader {
    public Satisfiable {
      ranges = List.copyOf(ranges);
    }
  }

  /** More ranges than this in one request are an attack, or pointless (RFC 9110 §17.15). */
  int MOST_RANGES = 64;

  Pattern SPECIFIER = Pattern.compile("([0-9]*)-([0-9]*)");

  /**
   * Reads a field value.
   *
   * @param size octets of the representation
   */
  static RangeHeader parse(String value, long size) {
    int equals = value.indexOf('=');
    if (equals < 0 || !value.substring(0, equals).toLowerCase(Locale.ROOT).equals("bytes")) {
      return new Ignored();
    }
    if (size == 0) {
      // There is no way to say "the last octets of nothing" in a 206.
      return new Ignored();
    }
    String[] specifiers = value.substring(equals + 1).split(",", MOST_RANGES + 1);
    if (specifiers.length > MOST_RANGES) {
      return new Ignored();
    }
    boolean any = false;
    List<ByteRange> ranges = new ArrayList<>();
    for (String text : specifiers) {
      String specifier = text.strip();
      if (specifier.isEmpty()) {
        continue;
      }
      Matcher matcher = SPECIFIER.matcher(specifier);
      if (!matcher.matches() || !isOrdered(matcher.group(1), matcher.group(2))) {
        return new Ignored();
      }
      any = true;
      range(matcher.group(1), matcher.group(2), size).ifPresent(range -> add(ranges, range));
    }
    if (!any) {
      return new Ignored();
    }
    return ranges.isEmpty() ? new Unsatisfiable() : new Satisfiable(ranges);
  }

  private static boolean isOrdered(String first, String last) {
    if (first.isEmpty() || last.isEmpty()) {
      return !(first.isEmpty() && last.isEmpty());
    }
    return number(first) <= number(last);
  }

  private static Optional<ByteRange> range(String firstText, String lastText, long size) {
    if (firstText.isEmpty()) {
      long length = Math.min(number(lastText), size);
      return length == 0 ? Optional.empty() : Optional.of(new ByteRange(size - length, size - 1));
    }
    long first = number(firstText);
    long last = lastText.isEmpty() ? size - 1 : Math.min(number(lastText), size - 1);
    return first >= size ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }

  /** Digits as a number; what is too large for any file is just that. */
  private static long number(String digits) {
    String significant = digits.replaceFirst("^0+(?=[0-9])", "");
    return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
  }

  /**
   * Overlapping ranges are sent once (RFC 9110 §15.3.7.2): else a small request is a large load.
   */
  private static void add(List<ByteRange> ranges, ByteRange added) {
    ByteRange merged = added;
    int position = ranges.size();
    for (int i = 0; i < ranges.size(); ) {
      if (ranges.get(i).overlaps(merged)) {
        merged = ranges.remove(i).union(merged);
        position = Math.min(position, i);
        // The union may reach what the range alone did not.
        i = 0;
      } else {
        i++;
      }
    }
    ranges.add(Math.min(position, ranges.size()), merged);
  }
}
