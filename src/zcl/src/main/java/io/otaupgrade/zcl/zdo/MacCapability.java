package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.internal.Ranges;

/**
 * What a device said of itself when it joined (05-3474 rev 22 §2.3.2.3.6).
 *
 * @param flags the octet on the air, 0x00 to 0xFF, reserved bits included
 */
public record MacCapability(int flags) {

  /** A mains powered router. */
  public static final MacCapability ROUTER = new MacCapability(0x8E);

  /** A mains powered end device that always listens. */
  public static final MacCapability END_DEVICE = new MacCapability(0x8C);

  /** A battery powered end device that hears only what its parent keeps for it. */
  public static final MacCapability SLEEPY_END_DEVICE = new MacCapability(0x80);

  public MacCapability {
    Ranges.u8("flags", flags);
  }

  public boolean alternatePanCoordinator() {
    return bit(0);
  }

  /** A full function device: it may be a router. */
  public boolean fullFunctionDevice() {
    return bit(1);
  }

  public boolean mainsPowered() {
    return bit(2);
  }

  /** False for a sleepy device. */
  public boolean receiverOnWhenIdle() {
    return bit(3);
  }

  public boolean securityCapability() {
    return bit(6);
  }

  public boolean allocateAddress() {
    return bit(7);
  }

  private boolean bit(int number) {
    return (flags >> number & 1) != 0;
  }
}
