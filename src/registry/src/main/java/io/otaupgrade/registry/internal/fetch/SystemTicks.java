package io.otaupgrade.registry.internal.fetch;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Real time. Its one thread is there only while something is to be checked. */
final class SystemTicks implements Ticks, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;

  SystemTicks() {
    executor = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("ota-fetch-ticks"));
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(10, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Alarm every(Duration period, Runnable check) {
    try {
      Future<?> future =
          executor.scheduleAtFixedRate(
              check, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      // Closed: whatever was to be checked is being cancelled.
      return () -> {};
    }
  }

  @Override
  public void pause(Duration duration) {
    LockSupport.parkNanos(this, duration.toNanos());
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
