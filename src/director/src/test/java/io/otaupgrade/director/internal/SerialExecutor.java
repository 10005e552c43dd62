package io.otaupgrade.director.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs tasks in order on the caller, or when the test lets it. */
final class SerialExecutor extends AbstractExecutorService {

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean paused;
  private boolean running;
  private boolean shutdown;

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    drain();
  }

  private void drain() {
    if (running || paused) {
      return;
    }
    running = true;
    try {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    } finally {
      running = false;
    }
  }

  @Override
  public void execute(Runnable task) {
    if (shutdown) {
      throw new RejectedExecutionException("shut down");
    }
    tasks.add(task);
    drain();
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return List.copyOf(tasks);
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown && tasks.isEmpty();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    drain();
    return isTerminated();
  }
}
