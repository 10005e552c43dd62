package io.otaupgrade.simulator.internal.ncp.ezsp;

import java.util.Arrays;

/** EmberCounterType: what a stack counts, each up to 65535. Those that are not here stay zero. */
final class StackCounters {

  static final int APS_TX_BROADCAST = 7;
  static final int APS_RX_UNICAST = 8;
  static final int APS_TX_UNICAST_SUCCESS = 9;
  static final int APS_TX_UNICAST_FAILED = 11;
  static final int JOIN_INDICATION = 16;
  static final int CHILD_REMOVED = 17;
  static final int ALLOCATE_PACKET_BUFFER_FAILURE = 27;
  static final int BROADCAST_TABLE_FULL = 33;

  private static final int TYPES = 42;
  private static final int FULL = 0xFFFF;

  private final int[] counts = new int[TYPES];

  void count(int type) {
    counts[type] = Math.min(FULL, counts[type] + 1);
  }

  void write(EzspOutput out) {
    for (int count : counts) {
      out.u16(count);
    }
  }

  void clear() {
    Arrays.fill(counts, 0);
  }
}
