package io.otaupgrade.transport.internal;

import java.time.Duration;

/** Durations as the loop's nanoseconds. */
final class Nanos {

  /** Longer than any host runs, and far from overflowing when added to a time. */
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private Nanos() {}

  /** So many nanoseconds; none for a negative duration, about 73 years for all that is longer. */
  static long of(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.toSeconds() >= FOREVER / 1_000_000_000L ? FOREVER : duration.toNanos();
  }
}
