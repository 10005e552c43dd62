package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.ApsFrame;

/** A broadcast, which routers repeat hop after hop until it has been everywhere. */
final class Broadcast implements Transmission {

  private final Air air;
  private final int mpduOctets;
  private final Runnable everywhere;
  private int hopsLeft;

  Broadcast(Air air, ApsFrame frame, int hops, Runnable everywhere) {
    this.air = air;
    this.mpduOctets = Airtime.MPDU_OVERHEAD + frame.payload().remaining();
    this.hopsLeft = hops;
    this.everywhere = everywhere;
  }

  void depart() {
    air.channel().send(this);
  }

  @Override
  public int mpduOctets() {
    return mpduOctets;
  }

  @Override
  public void transmitted() {
    if (air.isClosed()) {
      return;
    }
    if (--hopsLeft > 0) {
      depart();
    } else {
      everywhere.run();
    }
  }
}
