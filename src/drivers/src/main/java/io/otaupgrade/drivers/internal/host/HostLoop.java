package io.otaupgrade.drivers.internal.host;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** The one thread that packages and instances are looked after on, and its clock. */
interface HostLoop extends InstantSource {

  /** Runs the task on the thread, after those that were given before; not once it has stopped. */
  void execute(Runnable task);

  /**
   * The same for a task that somebody waits for. Not to be waited for on the thread.
   *
   * @return cancelled when the thread stops before it gets to the task
   * @throws java.util.concurrent.RejectedExecutionException when it has stopped
   */
  <T> Future<T> submit(Callable<T> task);

  /**
   * Holds the thread up until another one has done something, however that ended.
   *
   * @return whether it had within that time
   */
  boolean await(CompletableFuture<?> done, Duration atMost);

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
