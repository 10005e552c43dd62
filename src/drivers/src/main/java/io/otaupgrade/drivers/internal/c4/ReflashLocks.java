package io.otaupgrade.drivers.internal.c4;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The right to upgrade a device of a mesh by hand: one driver of the mesh has it at a time, for a
 * minute unless it says that it goes on.
 */
final class ReflashLocks {
  static final Duration LEASE = Duration.ofSeconds(60);

  /** Who asks for it. */
  interface Holder {
    void granted();

    void revoked();
  }

  private final DriverTimers timers;
  private final Deque<Holder> queue = new ArrayDeque<>();
  private Holder holder;
  private DriverTimers.Waiting lease;

  ReflashLocks(DriverTimers timers) {
    this.timers = timers;
  }

  /** Gives it now or when those who asked before are done; asking twice is asking once. */
  void request(Holder who) {
    synchronized (this) {
      if (who.equals(holder)) {
        begin();
      } else if (holder != null) {
        if (!queue.contains(who)) {
          queue.add(who);
        }
        return;
      } else {
        holder = who;
        begin();
      }
    }
    who.granted();
  }

  /** Starts the minute anew; false when it is somebody else's. */
  synchronized boolean keep(Holder who) {
    if (!who.equals(holder)) {
      return false;
    }
    begin();
    return true;
  }

  synchronized boolean holds(Holder who) {
    return who.equals(holder);
  }

  void release(Holder who) {
    Holder next;
    synchronized (this) {
      queue.remove(who);
      if (!who.equals(holder)) {
        return;
      }
      next = pass();
    }
    if (next != null) {
      next.granted();
    }
  }

  private void begin() {
    if (lease != null) {
      lease.cancel();
    }
    Holder who = holder;
    lease = timers.after(LEASE, () -> expire(who));
  }

  private void expire(Holder who) {
    Holder next;
    synchronized (this) {
      if (!who.equals(holder)) {
        return;
      }
      next = pass();
    }
    who.revoked();
    if (next != null) {
      next.granted();
    }
  }

  private Holder pass() {
    lease.cancel();
    lease = null;
    holder = queue.poll();
    if (holder != null) {
      begin();
    }
    return holder;
  }
}
