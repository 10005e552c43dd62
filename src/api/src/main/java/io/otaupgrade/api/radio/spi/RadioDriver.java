package io.otaupgrade.api.radio.spi;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.RadioCounters;
import io.otaupgrade.api.radio.TxOptions;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A Zigbee co-processor. Whiteboard service with the service property {@link #MESH}; the
 * radio-transport bundle alone uses it. All methods but {@link #loop} and {@link #counters} are
 * called on the mesh's loop and none may block; events go to {@link RadioEvents} on the loop too.
 */
@ConsumerType
public interface RadioDriver {

  /** Service property: name of the mesh, unique in the host. */
  String MESH = "mesh";

  /**
   * Service property: {@code true} keeps the mesh's node table from being stored across restarts,
   * as suits a mesh that is made anew each time.
   */
  String EPHEMERAL = "ota.ephemeral";

  /**
   * The loop that this driver wants for its mesh; empty for one in real time, which the transport
   * makes then.
   */
  default Optional<EventLoop> loop() {
    return Optional.empty();
  }

  /** Starts work. The driver reports {@link RadioEvents#networkUp} when it is on its network. */
  void open(RadioEvents events, EventLoop loop);

  /** Ends work; no event follows. A driver may be opened again. */
  void close();

  /** What this co-processor can take; asked after {@link RadioEvents#networkUp}. */
  RadioLimits limits();

  /** The longest ASDU that goes unfragmented to this node over the present route, octets. */
  int maximumPayload(int networkAddress);

  /**
   * Sends a frame, ZDO frames (profile 0) included; a broadcast when its address says so. The
   * driver reports every frame by {@link RadioEvents#confirmed}, broadcasts too, and may do so
   * before it returns.
   *
   * @param tag 0..255, unique among the frames not yet confirmed; comes back in {@link
   *     RadioEvents#confirmed}
   */
  void send(int tag, ApsFrame frame, TxOptions options);

  /**
   * Lets devices join for this long, 0..254 s; zero closes the network. Called while the
   * co-processor is on its network. A driver whose devices need no leave to join does nothing.
   */
  default void permitJoin(Duration duration) {}

  /** What has been counted since {@link #open}; from any thread. */
  default RadioCounters counters() {
    return RadioCounters.NONE;
  }
}
