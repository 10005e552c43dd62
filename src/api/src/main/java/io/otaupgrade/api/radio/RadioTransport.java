package io.otaupgrade.api.radio;

import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One mesh, shared by all bundles of the host. A service of this type, with the service property
 * {@link #MESH}, is there while the co-processor is on its network. Safe from any thread; callbacks
 * come on {@link #loop}.
 */
@ProviderType
public interface RadioTransport {

  /** Service property: name of the mesh. */
  String MESH = "mesh";

  /** Name of the mesh. */
  String mesh();

  /** The mesh's loop. */
  EventLoop loop();

  /**
   * Sends a frame when its turn comes.
   *
   * @param deadline how long it may wait for its turn before it is given up as EXPIRED
   * @param listener hears the outcome, exactly once, never before this call returns
   */
  void send(
      ApsFrame frame,
      Priority priority,
      TxOptions options,
      Duration deadline,
      DeliveryListener listener);

  /** The longest ASDU that goes to this node unfragmented now, octets. */
  int maximumPayload(int networkAddress);

  /**
   * Sends a ZDO request and waits for its answer.
   *
   * @param networkAddress where to, from 0xFFF8 on a broadcast address
   * @param cluster the request's ZDO cluster, below 0x8000
   * @param payload the request after its transaction sequence number, which is the transport's
   * @param answer hears the first answer after its transaction sequence number, or empty when none
   *     came within the time-out
   */
  void zdo(
      int networkAddress,
      int cluster,
      ByteBuffer payload,
      Duration timeout,
      Consumer<Optional<ByteBuffer>> answer);

  /** Finds out whose network address this is, from the node table or by asking the node. */
  void lookUp(int networkAddress, Duration timeout, Consumer<Optional<Eui64>> answer);

  /**
   * Lets devices join the network, through all of its routers.
   *
   * @param duration up to 254 s, the longest that Mgmt_Permit_Joining_req knows besides for ever;
   *     zero closes the network again
   * @throws IllegalArgumentException if it is negative or longer
   */
  void permitJoin(Duration duration);

  /** All nodes but the co-processor itself, by EUI-64. */
  List<Node> nodes();

  /** One node by its EUI-64. */
  Optional<Node> node(Eui64 eui64);

  /** One node by its present network address. */
  Optional<Node> node(int networkAddress);
}
