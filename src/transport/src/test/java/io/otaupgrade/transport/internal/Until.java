package io.otaupgrade.transport.internal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads bring about. */
final class Until {

  private static final long LOOK_NANOS = 1_000_000;

  private Until() {}

  /**
   * Returns as soon as it is so.
   *
   * @return how long that took
   * @throws AssertionError when it is not so within the limit
   */
  static Duration so(Duration limit, Supplier<String> what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new AssertionError("not within " + limit + ": " + what.get());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
