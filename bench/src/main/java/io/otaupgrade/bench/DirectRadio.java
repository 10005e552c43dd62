package io.otaupgrade.bench;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A radio with one device that takes every frame, and nothing more to it. */
final class DirectRadio implements RadioTransport {

  static final int NETWORK_ADDRESS = 0x1234;
  static final int ENDPOINT = 1;
  static final int PROFILE = 0x0104;
  static final Eui64 DEVICE = new Eui64(0x00124B0000112233L);

  private static final int MAXIMUM_PAYLOAD = 82;

  private final EventLoop loop;
  private final Optional<Node> node =
      Optional.of(
          new Node(
              DEVICE,
              NETWORK_ADDRESS,
              /* receiverOnWhenIdle= */ true,
              /* online= */ true,
              Optional.empty(),
              Optional.empty(),
              List.of(new NodeEndpoint(ENDPOINT, PROFILE, List.of(), List.of(OtaCluster.ID)))));
  private ApsFrame last = ApsFrame.to(0, 0, 0, 0, 0, ByteBuffer.allocate(0));
  private DeliveryListener listener = DeliveryListener.NONE;

  DirectRadio(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void send(
      ApsFrame frame,
      Priority priority,
      TxOptions options,
      Duration deadline,
      DeliveryListener deliveryListener) {
    last = frame;
    listener = deliveryListener;
  }

  /** The frame that was sent last, which the device has got now. */
  ApsFrame deliver() {
    listener.settled(Delivery.DELIVERED);
    listener = DeliveryListener.NONE;
    return last;
  }

  @Override
  public String mesh() {
    return "bench";
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public int maximumPayload(int networkAddress) {
    return MAXIMUM_PAYLOAD;
  }

  @Override
  public void zdo(
      int networkAddress,
      int cluster,
      ByteBuffer payload,
      Duration timeout,
      Consumer<Optional<ByteBuffer>> answer) {
    answer.accept(Optional.empty());
  }

  @Override
  public void lookUp(int networkAddress, Duration timeout, Consumer<Optional<Eui64>> answer) {
    answer.accept(Optional.of(DEVICE));
  }

  @Override
  public void permitJoin(Duration duration) {}

  @Override
  public List<Node> nodes() {
    return List.of(node.orElseThrow());
  }

  @Override
  public Optional<Node> node(Eui64 eui64) {
    return node.filter(known -> known.eui64().equals(eui64));
  }

  @Override
  public Optional<Node> node(int networkAddress) {
    return node.filter(known -> known.networkAddress() == networkAddress);
  }
}
