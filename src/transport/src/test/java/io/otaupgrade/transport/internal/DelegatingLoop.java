package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;
import java.time.Instant;

/**
 * Another loop, but for what has a default: holds on its time do nothing, and assistants do their
 * own work only. As with a loop in real time, or as a subclass wants it.
 */
public class DelegatingLoop implements EventLoop {

  private final EventLoop loop;

  /** What is given to it runs on this one. */
  public DelegatingLoop(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    return loop.after(delay, task);
  }

  @Override
  public boolean inLoop() {
    return loop.inLoop();
  }

  @Override
  public long nanos() {
    return loop.nanos();
  }

  @Override
  public Instant instant() {
    return loop.instant();
  }
}
