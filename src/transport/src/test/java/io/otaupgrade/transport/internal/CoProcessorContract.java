package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What everybody may expect of a co-processor with a line to it, whatever protocol it speaks. */
@Timeout(90)
abstract class CoProcessorContract extends RadioContract {

  private final TcpRadio.Kind kind;
  private TcpRadio tcp;

  CoProcessorContract(TcpRadio.Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void theDeviceIsThere() {
    tcp = TcpRadio.start(kind, Map.of());
    passUntil(() -> !radio().nodes().isEmpty());
  }

  @AfterEach
  void nothingHangsOnClose() {
    tcp.close();
  }

  @Override
  Duration answerTime() {
    return Duration.ofSeconds(1);
  }

  @Override
  RadioTransport radio() {
    return tcp.transport();
  }

  @Override
  Eui64 peer() {
    return radio().nodes().get(0).eui64();
  }

  @Override
  int peerAddress() {
    return radio().nodes().get(0).networkAddress();
  }

  @Override
  void peerSays(int profile, int cluster, ByteBuffer payload) {
    tcp.says(ApsFrame.from(peerAddress(), Optional.empty(), 1, 1, profile, cluster, 255, payload));
  }

  @Override
  List<ApsFrame> peerHeard() {
    return tcp.heard;
  }

  @Override
  List<ApsFrame> received() {
    return tcp.received;
  }

  @Override
  void passUntil(BooleanSupplier condition) {
    tcp.until("what the test waits for", condition);
  }

  @Test
  void theNetworkThatItHoldsIsResumed() {
    Network network = tcp.settings.network();
    assertThat(tcp.status().state()).isEqualTo(RadioState.UP);
    assertThat(tcp.status().network())
        .hasValueSatisfying(
            found -> {
              assertThat(found.channel()).isEqualTo(network.channel());
              assertThat(found.panId()).isEqualTo(network.panId());
              assertThat(found.extendedPanId()).isEqualTo(network.extendedPanId());
              assertThat(found.networkAddress()).isZero();
            });
    assertThat(tcp.told).extracting(TcpRadio.Told::state).doesNotContain(RadioState.RETRYING);
  }

  @Test
  void whatAFullCoProcessorRefusesIsSentLater() {
    try (TcpRadio small = TcpRadio.start(kind, Map.of("devices", 4, "buffers", 2))) {
      RadioTransport radio = small.transport();
      small.until("all are there", () -> radio.nodes().size() == 4);
      List<List<Delivery>> all = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        List<Delivery> deliveries = new ArrayList<>();
        all.add(deliveries);
        int to = radio.nodes().get(i % 4).networkAddress();
        ByteBuffer payload = ByteBuffer.wrap(new byte[] {1, 2, (byte) i});
        radio
            .loop()
            .execute(
                () ->
                    radio.send(
                        ApsFrame.to(to, 1, 1, 0x0104, 0x0006, payload),
                        Priority.OTA,
                        TxOptions.ACKNOWLEDGED,
                        PATIENCE,
                        deliveries::add));
      }
      small.until("all have an outcome", () -> all.stream().noneMatch(List::isEmpty));
      assertThat(all).allMatch(deliveries -> deliveries.equals(List.of(Delivery.DELIVERED)));
      assertThat(small.heard).hasSize(80);
    }
  }

  @Test
  void devicesComeInWhileItIsOpen() {
    try (TcpRadio lonely = TcpRadio.start(kind, Map.of("devices", 2, "members", false))) {
      RadioTransport radio = lonely.transport();
      assertThat(radio.nodes()).isEmpty();
      radio.permitJoin(Duration.ofSeconds(60));
      lonely.until("both joined", () -> radio.nodes().size() == 2);
    }
  }

  @Test
  void closedWhileItIsBusyItStillSaysWhatBecameOfEachFrame() {
    List<List<Delivery>> all = new ArrayList<>();
    int address = peerAddress();
    for (int i = 0; i < 300; i++) {
      all.add(send(address, Priority.OTA, TxOptions.ACKNOWLEDGED, i));
    }
    passUntil(() -> !all.get(0).isEmpty());
    tcp.meshes.removeDriver(tcp.driver);
    passUntil(() -> all.stream().noneMatch(List::isEmpty));
    assertThat(all).allMatch(deliveries -> deliveries.size() == 1);
    assertThat(tcp.published).isEmpty();
    assertThat(tcp.meshes.radios()).isEmpty();
  }

  @Test
  void openedAgainAfterItWasClosedItIsBack() {
    tcp.meshes.removeDriver(tcp.driver);
    passUntil(() -> tcp.published.isEmpty());
    tcp.meshes.addDriver(tcp.driver, Map.of(RadioDriver.MESH, tcp.mesh));
    passUntil(() -> !tcp.published.isEmpty());
    assertThat(tcp.status().state()).isEqualTo(RadioState.UP);
  }
}
