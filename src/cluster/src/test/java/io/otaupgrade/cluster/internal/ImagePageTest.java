package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Image Page Request (ZCL rev 8 §11.13.7)")
class ImagePageTest {

  private static final int SIZE = 1_000;

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, SIZE);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private void offer() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    lamp.hears();
  }

  private static OtaRequest page(long offset, int size, int pageSize, int spacing) {
    return new OtaRequest.ImagePage(
        MANUFACTURER, TYPE, NEW, offset, size, pageSize, spacing, Optional.empty());
  }

  private String block(int sequenceNumber, int offset, int length) {
    return "19%02X05007C11044223960220%08X%02X%s"
        .formatted(sequenceNumber, Integer.reverseBytes(offset), length, image.hex(offset, length));
  }

  @Test
  void aRecordedRequestGetsItsPageAndNoOctetMore() {
    // zigbee-herdsman-converters#9368, raw: offset 66, maximum 64, page 160, spacing 0
    TestImage ubisys = TestImage.of(0x10F2, 0x7B32, 0x02600460, 150_014);
    stage.registry.register(ubisys, LAMP, 1);
    lamp.hears();

    lamp.sends("01 1D 04 00 F2 10 32 7B 60 04 60 02 42 00 00 00 40 A0 00 00 00");
    stage.advance(Duration.ofSeconds(5));

    assertThat(lamp.hears())
        .containsExactly(
            "191D0500F210327B600460024200000040" + ubisys.hex(66, 64),
            "191D0500F210327B600460028200000040" + ubisys.hex(130, 64),
            "191D0500F210327B60046002C200000020" + ubisys.hex(194, 32));
    assertThat(stage.server.statistics().requests()).isEqualTo(1);
    assertThat(stage.server.statistics().unanswered()).isZero();
  }

  @Test
  void itsBlocksKeepTheSpacingAndTheSequenceNumber() {
    offer();
    lamp.sends(page(0, 50, 150, 300));
    assertThat(lamp.hears()).containsExactly(block(1, 0, 50));
    stage.advanceMillis(299);
    assertThat(lamp.hears()).isEmpty();
    stage.advanceMillis(1);
    assertThat(lamp.hears()).containsExactly(block(1, 50, 50));
    stage.advanceMillis(300);
    List<FakeRadio.Sent> last = lamp.frames();
    assertThat(last).hasSize(1);
    assertThat(Stage.hex(last.get(0).frame().payload())).isEqualTo(block(1, 100, 50));
    assertThat(last.get(0).options()).isEqualTo(TxOptions.UNACKNOWLEDGED);
    stage.advance(Duration.ofSeconds(5));
    assertThat(lamp.hears()).isEmpty();
  }

  @Test
  void aSpacingOfNothingIsTheConfiguredMinimum() {
    stage.configure(Map.of("pageSpacingMinimum", 20));
    offer();
    lamp.sends(page(0, 50, 150, 0));
    stage.advanceMillis(39);
    assertThat(lamp.hears()).hasSize(2);
    stage.advanceMillis(1);
    assertThat(lamp.hears()).hasSize(1);
  }

  @Test
  void theNextBlockWaitsUntilTheRadioHasDoneWithTheLast() {
    offer();
    stage.radio.fate = frame -> Optional.empty();
    lamp.sends(page(0, 50, 150, 20));
    stage.advance(Duration.ofSeconds(1));

    List<FakeRadio.Sent> first = lamp.frames();
    assertThat(first).hasSize(1);
    first.get(0).listener().settled(Delivery.DELIVERED);
    stage.advanceMillis(19);

    assertThat(lamp.frames()).hasSize(1);
  }

  @Test
  void aPageEndsWithTheImage() {
    offer();
    lamp.sends(page(900, 40, 0xFFFF, 0));
    stage.advance(Duration.ofSeconds(60));

    assertThat(lamp.hears())
        .containsExactly(block(1, 900, 40), block(1, 940, 40), block(1, 980, 20));
  }

  @Test
  void anythingTheDeviceAsksNextEndsThePage() {
    offer();
    List<OtaRequest> others =
        List.of(
            Stage.block(0, 10),
            Stage.query(OLD),
            page(500, 50, 50, 0),
            new OtaRequest.UpgradeEnd(0x95, Optional.empty()));
    for (OtaRequest other : others) {
      lamp.sends(page(0, 50, 500, 20));
      stage.advanceMillis(45);
      assertThat(lamp.hears()).hasSize(3);

      lamp.sends(other);
      assertThat(lamp.hears()).hasSize(1);
      stage.advanceMillis(90); // not long enough for a block to be sent again
      assertThat(lamp.hears()).isEmpty();
    }
  }

  @Test
  void soDoesItsRestartAndTheWithdrawalOfTheImage() {
    var registration = stage.registry.register(image, LAMP, lamp.networkAddress);
    lamp.hears();
    lamp.sends(page(0, 50, 500, 20));
    lamp.event(NodeEvent.Kind.ANNOUNCED);
    lamp.hears();
    stage.advanceMillis(90);
    assertThat(lamp.hears()).isEmpty();

    lamp.sends(page(0, 50, 500, 20));
    stage.registry.removeRegistration(registration);
    lamp.hears();
    stage.advanceMillis(90);
    assertThat(lamp.hears()).isEmpty();
    lamp.sends(page(0, 50, 500, 20));
    assertThat(lamp.hears()).containsExactly("19030595");
  }

  @Test
  void lostBlocksAreLeftToTheDevice() {
    offer();
    stage.radio.fate = frame -> Optional.of(Delivery.NO_ACK);
    lamp.sends(page(0, 50, 100, 20));
    stage.advance(Duration.ofSeconds(5));

    assertThat(lamp.hears()).containsExactly(block(1, 0, 50), block(1, 50, 50));
    assertThat(stage.server.statistics().undelivered()).isEqualTo(2);
  }

  @Test
  void aSlowPageIsNoStall() {
    offer();
    lamp.sends(page(0, 1, 100, 60_000));
    stage.advance(Duration.ofMinutes(30));

    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
  }

  @Test
  void emptyPagesEmptyBlocksAndOffsetsBeyondTheImageAreMalformed() {
    offer();
    assertThat(lamp.asks(page(0, 50, 0, 0))).isEqualTo("18010B0480");
    assertThat(lamp.asks(page(0, 0, 50, 0))).isEqualTo("18020B0480");
    assertThat(lamp.asks(page(SIZE, 50, 50, 0))).isEqualTo("18030B0480");
    assertThat(stage.server.upgrades()).isEmpty();
  }

  @Test
  void anUnknownImageIsToBeWaitedForAtFirstAndThenUnknown() {
    assertThat(lamp.asks(page(0, 50, 100, 0))).isEqualTo("19010597000000001E0000000000");
    stage.afterStartGrace();
    assertThat(lamp.asks(page(0, 50, 100, 0))).isEqualTo("18020B0498");
  }

  @Test
  void pagesCanBeSwitchedOff() {
    stage.configure(Map.of("pageRequests", "false"));
    offer();
    assertThat(lamp.asks(page(0, 50, 100, 0))).isEqualTo("18010B0481");
    assertThat(stage.server.statistics().unanswered()).isZero();
  }

  @Test
  void ofASenderNobodyKnowsItsFirstBlockIsServed() {
    offer();
    lamp.isKnown = false;
    lamp.sends(page(100, 50, 200, 0));
    stage.advanceMillis(2_000);
    assertThat(lamp.hears()).containsExactly(block(1, 100, 50));
    stage.advance(Duration.ofSeconds(5));
    assertThat(lamp.hears()).isEmpty();
  }
}
