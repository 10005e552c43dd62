package io.otaupgrade.bench;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * A loop in real time on the caller's own thread, who lets it {@link #run}. For what is due it goes
 * by the last time that anybody asked for, as a busy loop looks at the clock once a turn.
 */
final class TimedLoop implements EventLoop {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
  private long lastNanos;

  /** A task and its time. */
  private record Waiting(long at, Runnable task) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      return Long.compare(at - other.at, 0);
    }
  }

  /** Runs what is due. */
  void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    if (!waiting.isEmpty() && waiting.element().at() - lastNanos <= 0) {
      waiting.remove().task().run();
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Waiting entry = new Waiting(nanos() + delay.toNanos(), task);
    waiting.add(entry);
    return () -> waiting.remove(entry);
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public long nanos() {
    lastNanos = System.nanoTime();
    return lastNanos;
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }
}
