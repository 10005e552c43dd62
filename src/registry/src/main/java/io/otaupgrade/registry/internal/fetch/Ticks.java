package io.otaupgrade.registry.internal.fetch;

import java.time.Duration;

/** The clock of the limits, and their alarm. */
interface Ticks {
  /** Nanoseconds since an arbitrary moment; never goes back. */
  long nanoTime();

  /**
   * Runs a check every so often, on a thread of its own, until {@link Alarm#stop}.
   *
   * @param check returns at once
   */
  Alarm every(Duration period, Runnable check);

  /** Returns after this much time, or earlier if the thread is interrupted. */
  void pause(Duration duration);

  /** A check that goes on. */
  interface Alarm {
    void stop();
  }
}
