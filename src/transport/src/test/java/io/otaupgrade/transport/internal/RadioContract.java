package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What everybody may expect of a {@link RadioTransport}, whatever driver is behind it. A subclass
 * brings up a mesh on which {@link #peer} is, a router with an OTA client on endpoint 1, and says
 * how time passes.
 */
abstract class RadioContract {

  /** So long an answer may take, and nobody is waited for. */
  Duration answerTime() {
    return Duration.ofSeconds(10);
  }

  /** An address that no node has. */
  static final int NOBODY = 0x0BAD;

  static final Duration PATIENCE = Duration.ofMinutes(1);

  /** The mesh under test; its network is up. */
  abstract RadioTransport radio();

  /** EUI-64 of the one node. */
  abstract Eui64 peer();

  /** Its network address. */
  abstract int peerAddress();

  /** Makes the peer send a frame to our endpoint 1. */
  abstract void peerSays(int profile, int cluster, ByteBuffer payload);

  /** The frames that came to the peer's endpoint 1, in order. */
  abstract List<ApsFrame> peerHeard();

  /** The frames that the transport delivered. */
  abstract List<ApsFrame> received();

  /** Lets time pass until this is so, at most {@link #PATIENCE} of the mesh's time. */
  abstract void passUntil(BooleanSupplier condition);

  final List<Delivery> send(int address, Priority priority, TxOptions options, int octet) {
    List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    radio()
        .send(
            ApsFrame.to(
                address, 1, 1, 0x0104, 0x0006, ByteBuffer.wrap(new byte[] {1, 2, (byte) octet})),
            priority,
            options,
            PATIENCE,
            deliveries::add);
    return deliveries;
  }

  @Test
  void aFrameArrivesAsItWasSentAndIsReportedOnce() {
    List<Delivery> deliveries = send(peerAddress(), Priority.CONTROL, TxOptions.ACKNOWLEDGED, 0x5A);
    passUntil(() -> !deliveries.isEmpty() && !peerHeard().isEmpty());
    assertThat(deliveries).containsExactly(Delivery.DELIVERED);
    ApsFrame heard = peerHeard().get(0);
    assertThat(heard.sourceEndpoint()).isEqualTo(1);
    assertThat(heard.profile()).isEqualTo(0x0104);
    assertThat(heard.cluster()).isEqualTo(0x0006);
    assertThat(heard.payload()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 0x5A}));
  }

  @Test
  void withoutAcknowledgementItArrivesToo() {
    List<Delivery> deliveries = send(peerAddress(), Priority.OTA, TxOptions.UNACKNOWLEDGED, 0x5A);
    passUntil(() -> !deliveries.isEmpty() && !peerHeard().isEmpty());
    assertThat(deliveries).containsExactly(Delivery.DELIVERED);
  }

  @Test
  void whoIsNotThereDoesNotAcknowledge() {
    List<Delivery> deliveries = send(NOBODY, Priority.CONTROL, TxOptions.ACKNOWLEDGED, 1);
    passUntil(() -> !deliveries.isEmpty());
    assertThat(deliveries)
        .hasSize(1)
        .doesNotContain(Delivery.DELIVERED)
        .doesNotContain(Delivery.EXPIRED);
  }

  @Test
  void framesToOneNodeArriveInOrder() {
    List<List<Delivery>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(send(peerAddress(), Priority.OTA, TxOptions.ACKNOWLEDGED, i));
    }
    passUntil(() -> all.stream().noneMatch(List::isEmpty) && peerHeard().size() >= 40);
    assertThat(all).allMatch(deliveries -> deliveries.equals(List.of(Delivery.DELIVERED)));
    assertThat(peerHeard().stream().map(frame -> (int) frame.payload().get(2)).toList()).isSorted();
  }

  @Test
  void manyFramesToManyNodesAllHaveAnOutcome() {
    Map<Integer, List<Delivery>> all = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      all.put(
          i,
          send(
              i % 2 == 0 ? peerAddress() : NOBODY,
              i % 3 == 0 ? Priority.CONTROL : Priority.OTA,
              TxOptions.ACKNOWLEDGED,
              i));
    }
    passUntil(() -> all.values().stream().noneMatch(List::isEmpty));
    assertThat(all.values()).allMatch(deliveries -> deliveries.size() == 1);
  }

  @Test
  void aBroadcastHasAnOutcomeToo() {
    List<Delivery> deliveries = send(0xFFFD, Priority.CONTROL, TxOptions.UNACKNOWLEDGED, 1);
    passUntil(() -> !deliveries.isEmpty());
    assertThat(deliveries).containsExactly(Delivery.DELIVERED);
  }

  @Test
  void whatANodeSaysIsDeliveredWithItsAddresses() {
    ByteBuffer payload = ByteBuffer.wrap(new byte[] {0x11, 0x22, 0x33});
    passUntil(() -> radio().node(peerAddress()).isPresent());
    received().clear();
    peerSays(0x0104, 0x0006, payload.duplicate());
    passUntil(() -> received().stream().anyMatch(frame -> frame.cluster() == 0x0006));
    ApsFrame frame =
        received().stream().filter(each -> each.cluster() == 0x0006).findFirst().orElseThrow();
    assertThat(frame.networkAddress()).isEqualTo(peerAddress());
    assertThat(frame.eui64()).contains(peer());
    assertThat(frame.profile()).isEqualTo(0x0104);
    assertThat(frame.destinationEndpoint()).isEqualTo(1);
    assertThat(frame.payload()).isEqualTo(payload);
    assertThat(frame.payload().isReadOnly()).isTrue();
  }

  @Test
  void theNodeIsDescribedBeforeLong() {
    passUntil(
        () -> radio().node(peer()).map(node -> node.modelIdentifier().isPresent()).orElse(false));
    Node node = radio().node(peer()).orElseThrow();
    assertThat(node.networkAddress()).isEqualTo(peerAddress());
    assertThat(node.online()).isTrue();
    assertThat(node.receiverOnWhenIdle()).isTrue();
    assertThat(node.endpoints())
        .filteredOn(endpoint -> endpoint.endpoint() == 1)
        .flatExtracting(NodeEndpoint::outputClusters)
        .contains(0x0019);
    assertThat(radio().nodes()).contains(node);
    assertThat(radio().node(peerAddress())).contains(node);
    assertThat(radio().node(NOBODY)).isEmpty();
  }

  @Test
  void aLookUpFindsTheNodeAndNobodyElse() {
    List<Optional<Eui64>> answers = new CopyOnWriteArrayList<>();
    radio().lookUp(peerAddress(), answerTime(), answers::add);
    passUntil(() -> !answers.isEmpty());
    radio().lookUp(NOBODY, answerTime(), answers::add);
    passUntil(() -> answers.size() == 2);
    assertThat(answers).containsExactly(Optional.of(peer()), Optional.empty());
  }

  @Test
  void aZdoRequestIsAnsweredOrNot() {
    List<Optional<ByteBuffer>> answers = new CopyOnWriteArrayList<>();
    for (int address : new int[] {peerAddress(), NOBODY}) {
      ByteBuffer payload = ByteBuffer.wrap(new byte[] {(byte) address, (byte) (address >> 8)});
      int before = answers.size();
      radio().zdo(address, ZdoCluster.ACTIVE_EP_REQ.id(), payload, answerTime(), answers::add);
      passUntil(() -> answers.size() > before);
    }
    ByteBuffer answer = answers.get(0).orElseThrow();
    assertThat(answer.get(answer.position())).as("status").isZero();
    assertThat(answers.get(1)).isEmpty();
  }

  @Test
  void anImageBlockFits() {
    assertThat(radio().maximumPayload(peerAddress())).isBetween(17 + 32, 255);
  }
}
