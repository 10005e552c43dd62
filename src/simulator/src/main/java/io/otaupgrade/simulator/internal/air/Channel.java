package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;

/**
 * The one channel that every node of the mesh hears: it carries one frame at a time, in the order
 * in which they were ready.
 */
final class Channel {

  private final EventLoop loop;
  private final RandomGenerator random;
  private final boolean instant;
  private final Duration delay;
  private final ArrayDeque<Transmission> waiting = new ArrayDeque<>();
  private final Runnable end = this::end;
  private boolean busy;
  private long endsAt;
  private boolean closed;

  private Channel(EventLoop loop, RandomGenerator random, boolean instant, Duration delay) {
    this.loop = loop;
    this.random = random;
    this.instant = instant;
    this.delay = delay;
  }

  /** One that is free now and carries a frame at a time. */
  static Channel shared(EventLoop loop, RandomGenerator backoffs) {
    return new Channel(loop, backoffs, false, Duration.ZERO);
  }

  /** One on which frames do not wait for one another, and each takes the same time. */
  static Channel instant(EventLoop loop, Duration delay) {
    return new Channel(loop, () -> 0, true, delay);
  }

  void send(Transmission transmission) {
    if (closed) {
      return;
    }
    waiting.add(transmission);
    if (instant) {
      if (delay.isZero()) {
        loop.execute(end);
      } else {
        loop.after(delay, end);
      }
    } else if (!busy) {
      begin(loop.nanos());
    }
  }

  private void begin(long at) {
    busy = true;
    endsAt = at + Airtime.hop(waiting.element().mpduOctets(), random.nextInt(Airtime.BACKOFFS));
    loop.after(Duration.ofNanos(Math.max(0, endsAt - loop.nanos())), end);
  }

  private void end() {
    if (closed) {
      return;
    }
    Transmission sent = waiting.remove();
    if (waiting.isEmpty()) {
      busy = false;
    } else if (!instant) {
      begin(endsAt); // not now: in real time this task runs a little late
    }
    sent.transmitted();
  }

  /** Frames that wait are forgotten, and later ones too. */
  void close() {
    closed = true;
    waiting.clear();
  }
}
