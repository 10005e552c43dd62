package io.otaupgrade.drivers.internal.host;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Runs tasks at once, on the caller's thread, and timers when the test says that time passes. */
final class ManualLoop implements HostLoop {

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Waiting> timers = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private boolean running;
  private long order;

  private record Waiting(Instant due, long order, Runnable task) {}

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (running) {
      return;
    }
    running = true;
    try {
      for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
        next.run();
      }
    } finally {
      running = false;
    }
  }

  @Override
  public <T> Future<T> submit(Callable<T> task) {
    FutureTask<T> pending = new FutureTask<>(task);
    execute(pending);
    return pending;
  }

  /** What is not done by now is not within that time either. */
  @Override
  public boolean await(CompletableFuture<?> done, Duration atMost) {
    if (!done.isDone()) {
      now = now.plus(atMost);
    }
    return done.isDone();
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Waiting waiting = new Waiting(now.plus(delay), order++, task);
    timers.add(waiting);
    return () -> timers.remove(waiting);
  }

  @Override
  public boolean inLoop() {
    return running;
  }

  void advance(Duration time) {
    Instant end = now.plus(time);
    while (true) {
      Waiting next =
          timers.stream()
              .filter(one -> !one.due().isAfter(end))
              .min(Comparator.comparing(Waiting::due).thenComparing(Waiting::order))
              .orElse(null);
      if (next == null) {
        break;
      }
      timers.remove(next);
      now = next.due().isAfter(now) ? next.due() : now;
      execute(next.task());
    }
    now = end;
  }
}
