package io.otaupgrade.simulator.internal.time;

import java.time.Clock;
import java.time.Instant;

/**
 * A loop with a thread of its own whose time runs faster (or slower) than real time by a factor,
 * from the wall clock's time on. When the machine cannot keep up, time falls behind rather than
 * skip: every timer still sees its own time.
 */
public final class ScaledTimeLoop extends SimulatedTimeLoop {

  private final double factor;
  private final long realStart = System.nanoTime();

  /**
   * How far the loop's time may have got by now: the next timer's time while the loop is parked,
   * the time of the last turn otherwise. It keeps other threads from reading a time that the loop
   * has yet to reach.
   */
  private volatile long horizon;

  private ScaledTimeLoop(String threadName, double factor, Instant start) {
    super(start, threadName);
    this.factor = factor;
  }

  /**
   * Starts a loop.
   *
   * @param factor seconds of its time per real second, 0.01..10 000
   */
  public static ScaledTimeLoop started(String threadName, double factor) {
    if (!(factor >= 0.01 && factor <= 10_000)) {
      throw new IllegalArgumentException("factor must be 0.01..10000, was " + factor);
    }
    ScaledTimeLoop loop = new ScaledTimeLoop(threadName, factor, Clock.systemUTC().instant());
    loop.startThread();
    return loop;
  }

  private long scaled() {
    return (long) ((System.nanoTime() - realStart) * factor);
  }

  @Override
  long nanosElsewhere() {
    long real = scaled(); // before the horizon: the loop lowers the horizon, then reads the clock
    return Math.max(super.nanosElsewhere(), Math.min(real, horizon));
  }

  @Override
  long liveOneTurn() {
    horizon = nanos();
    long real = scaled();
    long next = nextTimerAt();
    setNow(Math.min(real, next));
    if (runOneTurn() || next <= real) {
      return 0;
    }
    next = nextTimerAt();
    horizon = next;
    return next == TimerQueue.NONE
        ? Long.MAX_VALUE
        : Math.max(1, (long) Math.ceil((next - scaled()) / factor));
  }

  @Override
  public void assist(Runnable work, Runnable heldUp) {
    workThenLive(work);
  }
}
