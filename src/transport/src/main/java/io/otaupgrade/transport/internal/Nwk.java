package io.otaupgrade.transport.internal;

import io.otaupgrade.zcl.Eui64;

/** Addresses of the network layer (05-3474 rev 22 §3.6.5). */
final class Nwk {

  /** From here on an address means several nodes, or nobody. */
  static final int LOWEST_BROADCAST = 0xFFF8;

  /** All nodes whose receiver is on when idle. */
  static final int ALL_LISTENING = 0xFFFD;

  private Nwk() {}

  /** Whether a node may have this address. */
  static boolean isUnicast(int address) {
    return address < LOWEST_BROADCAST;
  }

  /** Whether nodes listen to this broadcast address; the others are reserved. */
  static boolean isBroadcast(int address) {
    return address >= 0xFFFB && address <= 0xFFFF && address != KnownNode.NO_ADDRESS;
  }

  /** Whether a frame can be sent there. */
  static boolean isDestination(int address) {
    return isUnicast(address) || isBroadcast(address);
  }

  /** Whether a device may have this EUI-64: all zeros and all ones mean "unknown" on the air. */
  static boolean isDevice(Eui64 eui64) {
    return eui64.value() != 0 && eui64.value() != -1;
  }
}
