package io.otaupgrade.registry.internal.web;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Dates in header fields (RFC 9110 §5.6.7), whole seconds. */
final class HttpDates {
  private static final DateTimeFormatter FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  /** All three forms must be understood; two-digit years are taken for those around 2000. */
  private static final List<DateTimeFormatter> FORMS =
      List.of(
          FIXDATE,
          new DateTimeFormatterBuilder()
              .parseCaseInsensitive()
              .appendText(ChronoField.DAY_OF_WEEK, TextStyle.FULL)
              .appendPattern(", dd-MMM-")
              .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.of(1970, 1, 1))
              .appendPattern(" HH:mm:ss 'GMT'")
              .toFormatter(Locale.US),
          new DateTimeFormatterBuilder()
              .appendPattern("EEE MMM ")
              .padNext(2)
              .appendValue(ChronoField.DAY_OF_MONTH)
              .appendPattern(" HH:mm:ss uuuu")
              .toFormatter(Locale.US));

  private HttpDates() {}

  static String format(Instant instant) {
    return FIXDATE.format(instant);
  }

  /** Empty when the text is no date: a condition with it does not count. */
  static Optional<Instant> parse(String text) {
    for (DateTimeFormatter form : FORMS) {
      try {
        return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        // The next form.
      }
    }
    return Optional.empty();
  }
}
