package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.ApsFrame;

/** A device, as the air sees it. */
public interface Station {
  /**
   * A frame came in.
   *
   * @param frame as the coordinator sent it: its network address is the destination
   */
  void received(ApsFrame frame);

  /** A unicast of its own has crossed its first hop. */
  void frameLeft(ApsFrame frame);
}
