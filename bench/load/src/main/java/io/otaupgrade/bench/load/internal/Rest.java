package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.radio.EventLoop;

/** Between rounds, virtual time would race through hours of idle devices. */
final class Rest {

  private volatile EventLoop.TimeHold hold = () -> {};

  /** Time stands still, as far as it can. On the loop, where what ends a round ends. */
  void begin(EventLoop loop) {
    hold = loop.holdTime();
  }

  /** Time goes on. */
  void end() {
    hold.close();
  }
}
