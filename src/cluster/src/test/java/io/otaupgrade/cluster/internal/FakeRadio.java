package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A mesh that keeps what is sent and settles it as the test says. */
final class FakeRadio implements RadioTransport {

  /** A frame that was handed to the radio. */
  record Sent(ApsFrame frame, TxOptions options, Duration deadline, DeliveryListener listener) {}

  final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  final List<Sent> sent = new ArrayList<>();
  final Map<Eui64, Node> nodes = new TreeMap<>();

  /** What becomes of a frame; empty: nothing, until the test settles it. */
  Function<ApsFrame, Optional<Delivery>> fate = frame -> Optional.of(Delivery.DELIVERED);

  /** What a look-up finds. */
  Function<Integer, Optional<Eui64>> addresses = address -> Optional.empty();

  int maximumPayload = 82;
  int lookUps;

  @Override
  public String mesh() {
    return "house";
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public void send(
      ApsFrame frame,
      Priority priority,
      TxOptions options,
      Duration deadline,
      DeliveryListener listener) {
    sent.add(new Sent(frame, options, deadline, listener));
    fate.apply(frame).ifPresent(delivery -> loop.execute(() -> listener.settled(delivery)));
  }

  @Override
  public int maximumPayload(int networkAddress) {
    return maximumPayload;
  }

  @Override
  public void zdo(
      int networkAddress,
      int cluster,
      ByteBuffer payload,
      Duration timeout,
      Consumer<Optional<ByteBuffer>> answer) {
    throw new UnsupportedOperationException("the cluster sends no ZDO requests");
  }

  @Override
  public void lookUp(int networkAddress, Duration timeout, Consumer<Optional<Eui64>> answer) {
    lookUps++;
    Optional<Eui64> found = addresses.apply(networkAddress);
    Duration after = found.isPresent() ? Duration.ofMillis(300) : timeout;
    EventLoop.Timer unused = loop.after(after, () -> answer.accept(found));
  }

  @Override
  public void permitJoin(Duration duration) {}

  @Override
  public List<Node> nodes() {
    return List.copyOf(nodes.values());
  }

  @Override
  public Optional<Node> node(Eui64 eui64) {
    return Optional.ofNullable(nodes.get(eui64));
  }

  @Override
  public Optional<Node> node(int networkAddress) {
    return nodes.values().stream()
        .filter(node -> node.networkAddress() == networkAddress)
        .findFirst();
  }
}
