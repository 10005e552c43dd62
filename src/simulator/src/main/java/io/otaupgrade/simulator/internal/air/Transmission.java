package io.otaupgrade.simulator.internal.air;

/** A frame that waits for the channel, to cross one hop. */
interface Transmission {
  /** Length from the MAC header to the frame check sequence. */
  int mpduOctets();

  /** The frame has crossed the hop. */
  void transmitted();
}
