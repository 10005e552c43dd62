package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.simulator.internal.time.Alarm;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * The one processor of a co-processor: it takes its time for each command and does them in turn.
 * Belongs to the loop.
 */
public final class CommandQueue {

  private final long turnaround;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final Alarm alarm;
  private final EventLoop loop;
  private long doneAt;

  /**
   * An idle processor.
   *
   * @param turnaround for each command; zero runs it at once
   */
  public CommandQueue(EventLoop loop, Duration turnaround) {
    this.loop = loop;
    this.turnaround = turnaround.toNanos();
    this.alarm = new Alarm(loop, this::next);
  }

  /** Whether commands run within {@link #add}. */
  public boolean isInstant() {
    return turnaround == 0;
  }

  /** Runs a command when those before are done and its own time is over. */
  public void add(Runnable command) {
    if (turnaround == 0) {
      command.run();
      return;
    }
    waiting.add(command);
    if (waiting.size() == 1) {
      doneAt = loop.nanos() + turnaround;
      alarm.setNanos(turnaround);
    }
  }

  /** Forgets what waits. */
  public void clear() {
    waiting.clear();
    alarm.clear();
  }

  private void next() {
    Runnable command = waiting.poll();
    if (!waiting.isEmpty()) {
      doneAt += turnaround; // not from now on: in real time this task runs a little late
      alarm.setNanos(doneAt - loop.nanos());
    }
    if (command != null) {
      command.run();
    }
  }
}
