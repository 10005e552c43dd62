package io.otaupgrade.simulator.internal.ncp;

import java.nio.ByteBuffer;

/** The line to the host, as the firmware's serial driver sees it; on the loop. */
public interface Wire {
  /**
   * Sends one whole frame of the line's protocol (what is lost or sent twice on purpose is a frame,
   * so each has a call of its own). The octets from position to limit are taken before this
   * returns; they leave at the modelled baud rate, and are dropped when the host does not take
   * them.
   */
  void write(ByteBuffer frame);
}
