package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.server.Hold;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A lease on a device, on the mesh's clock; safe from any thread. */
final class HoldLease implements Hold {
  private final LongSupplier clock;
  private final Runnable shortened;
  private final AtomicLong until;

  /**
   * Starts the lease.
   *
   * @param clock nanoseconds
   * @param shortened is run, on the thread that does it, when the end comes nearer than it was
   */
  HoldLease(LongSupplier clock, Duration lease, Runnable shortened) {
    this.clock = clock;
    this.shortened = shortened;
    this.until = new AtomicLong(end(lease));
  }

  @Override
  public boolean renew(Duration lease) {
    long renewed = end(lease);
    long before = until.get();
    while (before > clock.getAsLong()) {
      if (until.compareAndSet(before, renewed)) {
        if (renewed < before) {
          shortened.run();
        }
        return true;
      }
      before = until.get();
    }
    return false;
  }

  @Override
  public void close() {
    long now = clock.getAsLong();
    if (until.getAndUpdate(end -> Math.min(end, now)) > now) {
      shortened.run();
    }
  }

  boolean lasts() {
    return until.get() > clock.getAsLong();
  }

  /** When it ends, or has ended. */
  long until() {
    return until.get();
  }

  private long end(Duration lease) {
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease must be longer than 0 s, was " + lease);
    }
    return clock.getAsLong() + Mesh.nanos(lease);
  }
}
