package io.otaupgrade.api.radio.spi;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.zcl.Eui64;
import org.osgi.annotation.versioning.ProviderType;

/** What a {@link RadioDriver} tells; called on the mesh's loop. */
@ProviderType
public interface RadioEvents {

  /**
   * How the driver fares on its way to the network, for the operator; {@link #networkUp} and {@link
   * #networkDown} tell of the rest. From any thread.
   *
   * @param radio what it is and where: {@code znp at /dev/ttyUSB0}
   * @param message one line
   */
  void progress(String radio, RadioState state, String message);

  /** The co-processor is on its network. */
  void networkUp(NetworkParameters network);

  /** The co-processor is off its network, or the link to it broke; frames in flight are void. */
  void networkDown(String reason);

  /**
   * A frame came in, ZDO frames (profile 0) included; but not the ZDO requests that the
   * co-processor answers itself, since the transport answers those it gets.
   */
  void received(ApsFrame frame);

  /** What became of the frame with this tag; at most once each. */
  void confirmed(int tag, Confirmation confirmation);

  /** The trust centre let a device in. */
  void joined(Eui64 device, int networkAddress);

  /** A device left, or was removed. */
  void left(Eui64 device);
}
