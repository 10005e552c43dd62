package io.otaupgrade.simulator.internal.air;

/** A frame on its way between the coordinator and one device, hop after hop. */
abstract class Journey implements Transmission {

  final Air air;
  final Link link;

  /** Towards the device. */
  final boolean down;

  private final int mpduOctets;
  private int hopsLeft;
  private long keptUntil;

  Journey(Link link, boolean down, int mpduOctets) {
    this.air = link.air();
    this.link = link;
    this.down = down;
    this.mpduOctets = mpduOctets + (down ? link.sourceRouteOctets() : 0);
  }

  final void depart() {
    hopsLeft = link.hopsOnAir();
    goOn();
  }

  private void goOn() {
    if (down && hopsLeft == 1 && link.isSleepy()) {
      keptByParent();
      link.keep(this);
    } else {
      air.channel().send(this);
    }
  }

  /** The child has polled for it. */
  final void release() {
    air.channel().send(this);
  }

  final long keptUntil() {
    return keptUntil;
  }

  final void keepUntil(long nanos) {
    keptUntil = nanos;
  }

  @Override
  public final int mpduOctets() {
    return mpduOctets;
  }

  @Override
  public final void transmitted() {
    if (air.isClosed()) {
      return;
    }
    if (!down && hopsLeft == link.hopsOnAir()) {
      leftTheDevice();
    }
    if (--hopsLeft > 0) {
      goOn();
    } else {
      arrived();
    }
  }

  /** It has crossed the first hop of the way up. */
  void leftTheDevice() {}

  /** The parent of a sleepy device has it now. */
  void keptByParent() {}

  /** It has crossed the last hop. */
  abstract void arrived();

  /** The child did not poll for it in time. */
  abstract void expired();
}
