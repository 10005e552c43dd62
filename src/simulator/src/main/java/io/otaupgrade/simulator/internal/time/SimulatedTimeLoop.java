package io.otaupgrade.simulator.internal.time;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@link VirtualTimeLoop} and {@link ScaledTimeLoop} have in common: the tasks, the timers,
 * and a clock that stands still while a task runs. A timer's task sees exactly the time it was set
 * for, however late it runs, so that a chain of timers does not drift.
 */
public abstract class SimulatedTimeLoop implements EventLoop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedTimeLoop.class);
  private static final long CLOSE_MILLIS = 5_000;
  private static final int LAST_TURNS = 100;

  /** Tasks give each other tasks; what is left after these turns is for the loop's own thread. */
  private static final int ASSISTED_TURNS = 8;

  private final TimerQueue timers = new TimerQueue();
  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final Instant start;
  private final Consumer<Throwable> failures;
  private final Thread thread;
  private final boolean ownThread;

  /** The loop's time; written by the loop alone, so that its own reads may be plain. */
  private final AtomicLong now = new AtomicLong();

  /** Who is the loop now; nobody while its thread rests. */
  private final AtomicReference<Thread> baton = new AtomicReference<>();

  /** Whose own work is under way, after which it looks for what was posted itself. */
  private volatile Thread assistant;

  /** The loop's own thread waits for the baton. */
  private volatile boolean wanted;

  private volatile boolean closed;

  /** A loop that the calling thread runs itself, by whatever method the subclass has for it. */
  SimulatedTimeLoop(Instant start, Consumer<Throwable> failures) {
    this.start = start;
    this.failures = failures;
    this.thread = Thread.currentThread();
    this.ownThread = false;
    baton.set(thread);
  }

  /** A loop with a thread of its own, which {@link #startThread} starts. */
  SimulatedTimeLoop(Instant start, String threadName) {
    this.start = start;
    this.failures = failure -> LOG.error("A task of {} failed", threadName, failure);
    this.thread = new Thread(this::live, threadName);
    this.ownThread = true;
    thread.setDaemon(true);
  }

  @Override
  public final void execute(Runnable task) {
    Objects.requireNonNull(task);
    if (inLoop()) {
      ready.add(task);
    } else {
      post(task);
    }
  }

  @Override
  public final Timer after(Duration delay, Runnable task) {
    Objects.requireNonNull(task);
    TimerQueue.Entry entry = timers.entry(later(nanos(), delay), task);
    if (inLoop()) {
      timers.add(entry);
    } else {
      post(() -> timers.add(entry));
    }
    return entry;
  }

  /** {@code delay} after {@code nanos}; the end of time rather than an overflow. */
  static long later(long nanos, Duration delay) {
    if (delay.isNegative()) {
      return nanos;
    }
    if (delay.toSeconds() > 9_000_000_000L) {
      return TimerQueue.NONE - 1;
    }
    long at = nanos + delay.toNanos();
    return at < nanos ? TimerQueue.NONE - 1 : at;
  }

  @Override
  public final boolean inLoop() {
    return Thread.currentThread() == baton.get();
  }

  @Override
  public final long nanos() {
    return inLoop() ? now.getPlain() : nanosElsewhere();
  }

  @Override
  public final Instant instant() {
    return start.plusNanos(nanos());
  }

  /** The time for a caller that is not on the loop. */
  long nanosElsewhere() {
    return now.getOpaque();
  }

  final void setNow(long nanos) {
    if (nanos > now.getPlain()) {
      now.setOpaque(nanos);
    }
  }

  /** When the next timer is due, or {@link TimerQueue#NONE}. */
  final long nextTimerAt() {
    return timers.nextAt();
  }

  /**
   * Runs what was ready when it was called, then the timers that are due; tasks that these give
   * wait for the next turn, so that neither kind starves the other.
   *
   * @return whether there was anything to run
   */
  final boolean runOneTurn() {
    Runnable arrived = posted.poll();
    while (arrived != null) {
      ready.add(arrived);
      arrived = posted.poll();
    }
    int turn = ready.size();
    boolean worked = turn > 0;
    for (; turn > 0; turn--) {
      run(ready.remove());
    }
    while (timers.nextAt() <= now.getPlain()) {
      worked = true;
      run(timers.take());
      if (!ready.isEmpty()) {
        break;
      }
    }
    return worked;
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
      failures.accept(failure);
    }
  }

  private void post(Runnable task) {
    if (closed) {
      LOG.debug("{} has ended; dropped {}", thread.getName(), task);
      return;
    }
    posted.add(task);
    // Whoever has the baton looks again after giving it away, and the assistant after its work.
    if (Thread.currentThread() != assistant) {
      wake();
    }
  }

  /** Makes a resting loop look again. */
  final void wake() {
    if (baton.get() == null) {
      LockSupport.unpark(thread);
    }
  }

  /** What {@link #assist} does in a loop that may be lived on any thread. */
  final void workThenLive(Runnable work) {
    Thread caller = Thread.currentThread();
    assistant = caller;
    try {
      work.run();
    } finally {
      assistant = null;
      if (!posted.isEmpty() && !wanted && !closed && baton.compareAndSet(null, caller)) {
        long before = nextTimerAt();
        long wait = liveOneTurn();
        for (int turn = 1; wait == 0 && turn < ASSISTED_TURNS; turn++) {
          wait = liveOneTurn();
        }
        boolean sooner = wait == 0 || nextTimerAt() < before;
        baton.set(null);
        if (sooner || wanted || closed || !posted.isEmpty()) {
          LockSupport.unpark(thread);
        }
      }
    }
  }

  final void startThread() {
    thread.start();
  }

  private void live() {
    takeBaton();
    while (!closed) {
      long wait = liveOneTurn();
      if (wait > 0) {
        baton.set(null);
        if (posted.isEmpty() && !closed && mayPark()) {
          LockSupport.parkNanos(this, wait);
        }
        takeBaton();
      }
    }
    // What was posted before the end still runs, since others may wait to hear of it; but a mesh
    // that was not closed would go on for ever.
    for (int turn = 0; turn < LAST_TURNS && (!posted.isEmpty() || !ready.isEmpty()); turn++) {
      runOneTurn();
    }
  }

  private void takeBaton() {
    while (!baton.compareAndSet(null, thread)) {
      wanted = true;
      if (baton.get() != null) {
        LockSupport.park(this);
      }
    }
    wanted = false;
  }

  /**
   * One turn of the thread.
   *
   * @return for how many real nanoseconds nothing will be due; 0 to go on at once
   */
  abstract long liveOneTurn();

  /** Asked once more before parking, for reasons to go on at once. */
  boolean mayPark() {
    return true;
  }

  final boolean isClosed() {
    return closed;
  }

  /**
   * Ends the loop: what was posted before runs, timers do not, later tasks are dropped. Waits for
   * the thread's end unless the caller is on it.
   */
  @Override
  public final void close() {
    closed = true;
    LockSupport.unpark(thread);
    if (ownThread && !inLoop()) {
      try {
        thread.join(CLOSE_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        LOG.warn("{} did not end within {} ms", thread.getName(), CLOSE_MILLIS);
      }
    }
  }
}
