package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The timers of one mesh's drivers. They run by the time of the mesh, which may be virtual, as long
 * as its radio is there, and by the host's while it is not.
 */
final class DriverTimers {

  /** The host's own time. */
  interface Host {
    /** Nanoseconds since an arbitrary start. */
    long nanos();

    /** Runs a task later; what is returned keeps it from running. */
    Runnable after(Duration delay, Runnable task);
  }

  /** A task that waits. */
  final class Waiting {
    private final Runnable task;
    private long remaining;
    private long since;
    private Runnable cancel = () -> {};
    private boolean over;

    private Waiting(Duration delay, Runnable task) {
      this.task = task;
      this.remaining = Math.max(0, delay.toNanos());
    }

    void cancel() {
      synchronized (DriverTimers.this) {
        over = true;
        cancel.run();
        waiting.remove(this);
      }
    }

    private void arm() {
      since = now().getAsLong();
      Duration delay = Duration.ofNanos(remaining);
      EventLoop on = loop;
      if (on == null) {
        cancel = host.after(delay, this::run);
      } else {
        cancel = on.after(delay, this::run)::cancel;
      }
    }

    private void disarm() {
      cancel.run();
      remaining = Math.max(0, remaining - (now().getAsLong() - since));
    }

    private void run() {
      synchronized (DriverTimers.this) {
        if (over) {
          return;
        }
        over = true;
        waiting.remove(this);
      }
      task.run();
    }
  }

  private final Host host;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private volatile EventLoop loop;

  DriverTimers(Host host) {
    this.host = host;
  }

  synchronized Waiting after(Duration delay, Runnable task) {
    Waiting timer = new Waiting(delay, task);
    waiting.add(timer);
    timer.arm();
    return timer;
  }

  /** From now on by the time of this loop, or by the host's when it is empty. */
  synchronized void use(Optional<EventLoop> next) {
    waiting.forEach(Waiting::disarm);
    loop = next.orElse(null);
    waiting.forEach(Waiting::arm);
  }

  /** The time by which they run, nanoseconds. */
  LongSupplier now() {
    EventLoop on = loop;
    return on == null ? host::nanos : on::nanos;
  }

  /** Keeps virtual time from passing while a driver works. */
  EventLoop.TimeHold holdTime() {
    EventLoop on = loop;
    return on == null ? () -> {} : on.holdTime();
  }
}
