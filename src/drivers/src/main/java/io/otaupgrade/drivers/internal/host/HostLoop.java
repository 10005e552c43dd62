package io.otaupgrade.drivers.internal.host;

import java.time.Duration;
import java.time.InstantSource;

/** The one thread that packages and instances are looked after on, and its clock. */
interface HostLoop extends InstantSource {

  /** Runs the task on the thread, after those that were given before. */
  void execute(Runnable task);

  /** Runs the task on the thread, not before this much time has passed. */
  Timer after(Duration delay, Runnable task);

  /** Whether the caller is on the thread. */
  boolean inLoop();

  /** A task that waits. */
  interface Timer {
    /** Keeps it from running; no effect once it has begun. */
    void cancel();
  }
}
