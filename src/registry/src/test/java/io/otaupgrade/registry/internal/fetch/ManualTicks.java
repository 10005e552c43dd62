package io.otaupgrade.registry.internal.fetch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes when a test says so; checks run on the test's thread. */
final class ManualTicks implements Ticks {
  private final List<Periodic> checks = new ArrayList<>();
  private long now;

  private static final class Periodic {
    final Runnable check;
    final long period;
    long due;

    Periodic(Runnable check, long period, long due) {
      this.check = check;
      this.period = period;
      this.due = due;
    }
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Alarm every(Duration period, Runnable check) {
    var periodic = new Periodic(check, period.toNanos(), now + period.toNanos());
    checks.add(periodic);
    return () -> {
      synchronized (this) {
        checks.remove(periodic);
      }
    };
  }

  @Override
  public void pause(Duration duration) {
    advance(duration);
  }

  synchronized int running() {
    return checks.size();
  }

  void advance(Duration duration) {
    long end;
    synchronized (this) {
      end = now + duration.toNanos();
    }
    while (true) {
      Runnable next;
      synchronized (this) {
        Periodic first = null;
        for (Periodic periodic : checks) {
          if (periodic.due <= end && (first == null || periodic.due < first.due)) {
            first = periodic;
          }
        }
        if (first == null) {
          now = end;
          return;
        }
        now = first.due;
        first.due += first.period;
        next = first.check;
      }
      next.run();
    }
  }
}
