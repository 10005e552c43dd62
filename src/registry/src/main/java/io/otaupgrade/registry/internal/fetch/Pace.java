package io.otaupgrade.registry.internal.fetch;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Whether octets come fast enough: as many as the slowest rate demands in each window, one after
 * another. Two threads use it, the one that receives and the one that checks.
 */
final class Pace {
  private final long demanded;
  private final Duration window;

  private long received;
  private long windowStart;
  private boolean paused = true;

  /**
   * @param slowestRate octets a second; 0 = no demand
   */
  Pace(int slowestRate, Duration window) {
    this.demanded = slowestRate * window.toSeconds();
    this.window = window;
  }

  /** The peer's turn begins: a new window does too. */
  synchronized void resume(long now) {
    windowStart = now;
    received = 0;
    paused = false;
  }

  /** Our own turn: name service and sink are not the peer's fault. */
  synchronized void pause() {
    paused = true;
  }

  /** The peer's turn goes on after a pause, which does not count. */
  synchronized void received(int octets, long pausedNanos) {
    received += octets;
    windowStart += pausedNanos;
    paused = false;
  }

  /** Octets in the window that has just ended, when they were too few. */
  synchronized OptionalLong tooFew(long now) {
    if (paused || now - windowStart < window.toNanos()) {
      return OptionalLong.empty();
    }
    long octets = received;
    windowStart = now;
    received = 0;
    return octets < demanded ? OptionalLong.of(octets) : OptionalLong.empty();
  }
}
