package io.otaupgrade.drivers.internal.lua;

import java.time.Duration;

/**
 * What a script may use.
 *
 * @param instructions of the virtual machine in one call from outside; library calls cost by what
 *     they do
 * @param time of one call from outside, for what instructions do not count well
 * @param depth of calls within each other
 * @param memory octets that its strings, tables, functions and numbers may occupy while they are
 *     reachable; more is noticed before a quarter more is allocated
 * @param coroutines that have begun and not ended
 */
public record Limits(long instructions, Duration time, int depth, long memory, int coroutines) {

  /** What a driver that is in order never comes near. */
  public static final Limits DEFAULT =
      new Limits(10_000_000, Duration.ofSeconds(10), 200, 8L << 20, 16);

  public Limits {
    if (instructions < 1000 || depth < 10 || memory < 256 << 10 || coroutines < 0) {
      throw new IllegalArgumentException(
          "limits too low: %d instructions, depth %d, %d octets, %d coroutines"
              .formatted(instructions, depth, memory, coroutines));
    }
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("time must be positive, was " + time);
    }
  }
}
