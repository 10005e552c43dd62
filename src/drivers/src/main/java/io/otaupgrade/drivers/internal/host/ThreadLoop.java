package io.otaupgrade.drivers.internal.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread of the host's own, which is there once there is something to do. */
final class ThreadLoop implements HostLoop {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);
  private static final int STOP_SECONDS = 30;

  private final InstantSource clock;
  private final ScheduledThreadPoolExecutor executor;
  private volatile Thread thread;

  ThreadLoop() {
    clock = InstantSource.system();
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              thread = new Thread(task, "ota-drivers");
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant instant() {
    return clock.instant();
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(guarded(task));
    } catch (RejectedExecutionException stopped) {
      LOG.debug("nothing to do any more: the driver host has stopped");
    }
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    try {
      Future<?> pending = executor.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> pending.cancel(false);
    } catch (RejectedExecutionException stopped) {
      return () -> {};
    }
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException fault) {
        LOG.error("a task of the driver host failed", fault);
      }
    };
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  /** Ends the thread, when it has done what it was given. */
  void stop() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a driver keeps the driver host from ending");
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
