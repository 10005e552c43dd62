package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;

/**
 * What runs on a co-processor of software: a protocol towards the host, the stack's own answers
 * towards the mesh. Its non-volatile memory lives as long as it does. Called on the loop only; no
 * octets of the host's may make it throw.
 */
public interface Firmware {

  /** A host has connected; what is written from now on goes to it. */
  void attached(Wire wire);

  /**
   * Octets came from the host, in whatever portions.
   *
   * @param octets from position to limit; the framework's, so valid during the call only
   */
  void received(ByteBuffer octets);

  /** The host has gone. A co-processor on a real line would not know. */
  void detached();

  /**
   * The watchdog bites, after the framework has stopped the radio: what is not in non-volatile
   * memory is lost, and the host is told what this firmware tells after a reset of that kind.
   */
  void reset();

  /** A frame came in from the mesh, ZDO frames (profile 0) included. */
  void received(ApsFrame frame);

  /** What became of the frame that was sent with this tag; not after {@link Radio#stop}. */
  void confirmed(int tag, Confirmation confirmation);

  /** A device that asked to join while the network was open is a member now. */
  void joined(Eui64 device, int networkAddress);

  /** A device left. */
  void left(Eui64 device);

  /** Makes a firmware. */
  @FunctionalInterface
  interface Maker {
    /** A firmware that has just been switched on; it finds on its board all it needs. */
    Firmware on(Board board);
  }
}
