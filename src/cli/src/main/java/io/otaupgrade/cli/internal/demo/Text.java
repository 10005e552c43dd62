package io.otaupgrade.cli.internal.demo;

import java.time.Duration;
import java.util.Locale;

/** How the demo writes times and versions. */
final class Text {

  private Text() {}

  /** A version as vendors print it. */
  static String version(long version) {
    return String.format(Locale.ROOT, "0x%08X", version);
  }

  /** {@code 12.3 s}, {@code 4:05 min} or {@code 3:04:05 h}. */
  static String time(Duration time) {
    if (time.toSeconds() < 60) {
      return clock(time);
    }
    return clock(time) + (time.toHours() == 0 ? " min" : " h");
  }

  /** {@code 12.3 s}, {@code 4:05} or {@code 3:04:05}, where there is little room. */
  static String clock(Duration time) {
    if (time.toSeconds() < 60) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
    return time.toHours() == 0
        ? String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart())
        : String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            time.toHours(),
            time.toMinutesPart(),
            time.toSecondsPart());
  }
}
