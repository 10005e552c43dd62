package io.otaupgrade.drivers.internal.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread of the host's own, which is there once there is something to do. */
final class ThreadLoop implements HostLoop {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final Duration patience;
  private final ScheduledThreadPoolExecutor executor;
  private volatile Thread thread;

  ThreadLoop() {
    this(PATIENCE);
  }

  /**
   * The same.
   *
   * @param patience how long {@link #stop} waits for what is under way
   */
  ThreadLoop(Duration patience) {
    this.patience = patience;
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
  public <T> Future<T> submit(Callable<T> task) {
    return executor.submit(task);
  }

  @Override
  public boolean await(CompletableFuture<?> done, Duration atMost) {
    try {
      done.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      LOG.debug("what was waited for failed: {}", failed.getCause().toString());
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
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

  /** Ends the thread, when it has done what it was given, or when that takes too long. */
  void stop() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("a driver keeps the driver host from ending");
        executor.shutdownNow().forEach(ThreadLoop::cancel);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whoever waits for it would wait for ever. */
  private static void cancel(Runnable dropped) {
    if (dropped instanceof Future<?> future) {
      future.cancel(false);
    }
  }
}
