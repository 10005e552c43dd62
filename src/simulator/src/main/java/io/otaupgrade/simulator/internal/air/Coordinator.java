package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.spi.Confirmation;

/** The co-processor, as the air sees it. */
public interface Coordinator {
  /** A frame from a device came in. */
  void received(ApsFrame frame);

  /** What became of a frame that the co-processor sent. */
  void confirmed(int tag, Confirmation confirmation);

  /** Whether its radio is on, so that frames to it are received and acknowledged. */
  default boolean isListening() {
    return true;
  }
}
