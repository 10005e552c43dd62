package io.otaupgrade.simulator.internal.time;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;

/**
 * A timer that is set again and again. Setting it later than before costs nothing: the loop's timer
 * stays, and looks at the new time when it fires. Belongs to the loop's thread.
 */
public final class Alarm {

  private static final long NEVER = Long.MAX_VALUE;
  private static final EventLoop.Timer NO_TIMER = new NoTimer();

  private final Runnable action;
  private final Runnable fire = this::fire;
  private EventLoop loop;
  private long due = NEVER;
  private long armedFor = NEVER;
  private EventLoop.Timer timer = NO_TIMER;

  /** An alarm that has no loop yet: see {@link #moveTo}. */
  public Alarm(Runnable action) {
    this.action = action;
  }

  /** An alarm on this loop. */
  public Alarm(EventLoop loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  /** Cancels the alarm and uses this loop from now on. */
  public void moveTo(EventLoop other) {
    cancel();
    loop = other;
  }

  /** Runs the action after this delay, and at no other time set before. */
  public void set(Duration delay) {
    setNanos(delay.toNanos());
  }

  /** The same; a delay that is negative is none. */
  public void setNanos(long delay) {
    due = loop.nanos() + Math.max(0, delay);
    if (due < armedFor) {
      timer.cancel();
      arm();
    }
  }

  /** Whether the action is to run. */
  public boolean isSet() {
    return due != NEVER;
  }

  /** Keeps the action from running until the alarm is set again. */
  public void clear() {
    due = NEVER;
  }

  /** The same, and takes the timer out of the loop. */
  public void cancel() {
    due = NEVER;
    armedFor = NEVER;
    timer.cancel();
    timer = NO_TIMER;
  }

  private void arm() {
    armedFor = due;
    timer = loop.after(Duration.ofNanos(due - loop.nanos()), fire);
  }

  private void fire() {
    armedFor = NEVER;
    timer = NO_TIMER;
    if (due == NEVER) {
      return;
    }
    if (loop.nanos() < due) {
      arm();
      return;
    }
    due = NEVER;
    action.run();
  }

  private static final class NoTimer implements EventLoop.Timer {
    @Override
    public void cancel() {
      // there is none
    }
  }
}
