package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The radio under a firmware, and the simulated devices around it. It is off at first. What comes
 * in goes to the {@link Firmware}; nothing of the stack is answered here. On the loop.
 */
public interface Radio {

  /** The co-processor's own EUI-64. */
  Eui64 eui64();

  /**
   * Is the coordinator of this network from now on. Devices that are members of it go on there;
   * members of another network are lost, and wait until this one is open.
   */
  void start(Network network);

  /** Hears and sends nothing from now on; frames under way are never confirmed. */
  void stop();

  /** Whether it is on a network. */
  boolean isOn();

  /**
   * Sends a frame, broadcasts included; {@link Firmware#confirmed} tells what became of it, always
   * after this has returned. REFUSED: there is no such node, or no network. A frame to the
   * coordinator itself is the firmware's to answer and is refused too.
   *
   * @param tag 0..255, unique among the frames not yet confirmed
   */
  void send(int tag, ApsFrame frame, TxOptions options);

  /** Opens the network to devices that want to join for so long; zero closes it. */
  void permitJoin(Duration duration);

  /** The longest ASDU that goes to this node in one frame, octets. */
  int maximumPayload(int networkAddress);

  /** Whose this address is; empty for nobody's. */
  Optional<Eui64> eui64(int networkAddress);

  /** The address of a member of the network; empty for a stranger. */
  OptionalInt networkAddress(Eui64 device);

  /** How many relays are on the way to this node, 0..29; 0 for a stranger. */
  int relays(int networkAddress);
}
