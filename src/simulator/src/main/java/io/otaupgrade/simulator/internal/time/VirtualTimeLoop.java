package io.otaupgrade.simulator.internal.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A loop whose time jumps to the next timer as soon as nothing is left to do, unless time is held.
 * It starts at {@link #START}, whatever the wall clock says, so that a run repeats exactly.
 *
 * <p>Either the thread that made it runs it, call by call ({@link #manual()}, for tests), or it has
 * a thread of its own ({@link #started}), which runs as fast as it can and so never rests while a
 * periodic timer is set.
 */
public final class VirtualTimeLoop extends SimulatedTimeLoop {

  /** Where the time of every such loop begins. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicInteger holds = new AtomicInteger();

  /** What tasks threw since the last call that runs them; used without an own thread only. */
  private final List<Throwable> failed;

  private VirtualTimeLoop(Consumer<Throwable> failures, List<Throwable> failed) {
    super(START, failures);
    this.failed = failed;
  }

  private VirtualTimeLoop(String threadName) {
    super(START, threadName);
    this.failed = List.of();
  }

  /**
   * A loop that is the calling thread's: it runs when {@link #advance} and its like are called.
   * What a task throws comes out of that call, after everything else in it has run.
   */
  public static VirtualTimeLoop manual() {
    List<Throwable> failed = new ArrayList<>();
    return new VirtualTimeLoop(failed::add, failed);
  }

  /** The same, for a test that wants to see for itself what tasks throw. */
  public static VirtualTimeLoop manual(Consumer<Throwable> failures) {
    return new VirtualTimeLoop(failures, List.of());
  }

  /** A loop with a thread of its own, which runs now and until {@link #close}. */
  public static VirtualTimeLoop started(String threadName) {
    VirtualTimeLoop loop = new VirtualTimeLoop(threadName);
    loop.startThread();
    return loop;
  }

  /** Runs what is due now; time stands still. */
  public void runDue() {
    turnsUntilNothingIsDue();
    throwFailure();
  }

  /**
   * Runs everything that is due within this much time, in order.
   *
   * @return false when a hold kept time from getting there
   */
  public boolean advance(Duration duration) {
    long target = later(nanos(), duration);
    boolean arrived = jumpUntil(target, () -> false);
    throwFailure();
    return arrived;
  }

  /**
   * Runs until the condition is true; it is asked whenever nothing is left to do at the present
   * time.
   *
   * @param limit how much time it may take
   * @return whether it became true
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    jumpUntil(later(nanos(), limit), condition);
    throwFailure();
    return condition.getAsBoolean();
  }

  /** Runs until neither tasks nor timers are left; never returns while a periodic timer is set. */
  public void runUntilIdle() {
    turnsUntilNothingIsDue();
    while (nextTimerAt() != TimerQueue.NONE && holds.get() == 0) {
      setNow(nextTimerAt());
      turnsUntilNothingIsDue();
    }
    throwFailure();
  }

  private boolean jumpUntil(long target, BooleanSupplier enough) {
    turnsUntilNothingIsDue();
    while (!enough.getAsBoolean()) {
      if (holds.get() > 0) {
        return false;
      }
      long next = nextTimerAt();
      setNow(Math.min(next, target));
      if (next > target) {
        return true;
      }
      turnsUntilNothingIsDue();
    }
    return true;
  }

  private void turnsUntilNothingIsDue() {
    if (!inLoop()) {
      throw new IllegalStateException("only the thread that made this loop may run it");
    }
    boolean worked = true;
    while (worked) {
      worked = runOneTurn();
    }
  }

  private void throwFailure() {
    if (failed.isEmpty()) {
      return;
    }
    Throwable first = failed.get(0);
    failed.stream().skip(1).filter(other -> other != first).forEach(first::addSuppressed);
    failed.clear();
    if (first instanceof Error error) {
      throw error;
    }
    throw first instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(first);
  }

  @Override
  long liveOneTurn() {
    if (runOneTurn()) {
      return 0;
    }
    long next = nextTimerAt();
    if (next == TimerQueue.NONE || holds.get() > 0) {
      return Long.MAX_VALUE;
    }
    setNow(next);
    return 0;
  }

  @Override
  boolean mayPark() {
    return holds.get() > 0 || nextTimerAt() == TimerQueue.NONE;
  }

  @Override
  public TimeHold holdTime() {
    holds.incrementAndGet();
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        holds.decrementAndGet();
        wake();
      }
    };
  }
}
