package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.server.UpgradeCounters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A block that may have got lost is sent again, before the device has to ask again. */
class ResendTest {

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, 1_000);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private String offer() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    return lamp.asksBlock(0, 50);
  }

  @Test
  void onceWhenTheNextRequestIsLate() {
    String block = offer();
    stage.advanceMillis(99);
    assertThat(lamp.hears()).isEmpty();
    stage.advanceMillis(1);
    assertThat(lamp.hears()).containsExactly(block);
    stage.advance(Duration.ofSeconds(60));
    assertThat(lamp.hears()).isEmpty();
    assertThat(lamp.upgrade().counters()).isEqualTo(new UpgradeCounters(1, 1));
    assertThat(stage.server.statistics().repeats()).isEqualTo(1);
    assertThat(stage.server.statistics().answered()).isEqualTo(1);
  }

  @Test
  void notWhenTheNextRequestCameInTime() {
    offer();
    for (int offset = 50; offset < 1_000; offset += 50) {
      stage.advanceMillis(90);
      lamp.asksBlock(offset, 50);
    }
    assertThat(stage.server.statistics().repeats()).isZero();
  }

  @Test
  void notWhenAnyOtherRequestCame() {
    offer();
    stage.advanceMillis(50);
    lamp.sends("01 09 06 95 7C 11 04 42 23 96 02 20");
    lamp.hears();
    stage.advance(Duration.ofSeconds(5));
    assertThat(lamp.hears()).isEmpty();
  }

  @Test
  void afterFourRoundTripsOfASlowDevice() {
    offer();
    for (int offset = 50; offset < 1_000; offset += 50) {
      stage.advanceMillis(90);
      lamp.asksBlock(offset, 50);
    }
    stage.advanceMillis(359);
    assertThat(lamp.hears()).isEmpty();
    stage.advanceMillis(1);
    assertThat(lamp.hears()).hasSize(1);
  }

  @Test
  void theTimeCountsFromWhenTheRadioHasSentTheBlock() {
    stage.radio.fate = frame -> Optional.empty();
    offer();
    stage.advance(Duration.ofSeconds(2)); // in a queue
    assertThat(lamp.hears()).isEmpty();

    settleLast(Delivery.DELIVERED);
    stage.advanceMillis(99);
    assertThat(lamp.hears()).isEmpty();
    stage.advanceMillis(1);
    assertThat(lamp.hears()).hasSize(1);
  }

  private void settleLast(Delivery delivery) {
    List<FakeRadio.Sent> sent = stage.radio.sent;
    sent.get(sent.size() - 1).listener().settled(delivery);
  }

  @Test
  void atOnceWhenTheRadioSaysItWasNotAcknowledgedButThreeTimesAtMost() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    stage.radio.fate = frame -> Optional.of(Delivery.NO_ACK);
    lamp.hears();
    lamp.sends(Stage.block(0, 50));
    assertThat(lamp.hears()).hasSize(4);
    stage.advance(Duration.ofSeconds(60));
    assertThat(lamp.hears()).isEmpty();

    lamp.sends(Stage.block(50, 50));
    assertThat(lamp.hears()).hasSize(4);
    assertThat(stage.server.statistics().undelivered()).isEqualTo(8);
  }

  @Test
  void notWhenTheUnacknowledgedBlockIsNotTheLastOne() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    stage.radio.fate = frame -> Optional.empty();
    lamp.sends(Stage.block(0, 50)).sends(Stage.block(50, 50));
    int sent = stage.radio.sent.size();

    stage.radio.sent.get(sent - 2).listener().settled(Delivery.NO_ACK);
    assertThat(stage.radio.sent).hasSize(sent);
    settleLast(Delivery.NO_ACK);
    assertThat(stage.radio.sent).hasSize(sent + 1);
    assertThat(Stage.hex(stage.radio.sent.get(sent).frame().payload()))
        .isEqualTo(Stage.hex(stage.radio.sent.get(sent - 1).frame().payload()));
  }

  @Test
  void notWhenItsTimeWasOverBeforeItWasSent() {
    stage.radio.fate = frame -> Optional.of(Delivery.EXPIRED);
    stage.registry.register(image, LAMP, lamp.networkAddress);
    lamp.hears();
    lamp.sends(Stage.block(0, 50));
    stage.advance(Duration.ofSeconds(5));
    assertThat(lamp.hears()).hasSize(1);
  }

  @Test
  void notToADeviceThatRestartedMovedOrIsHeld() {
    offer();
    lamp.event(NodeEvent.Kind.ADDRESS_CHANGED);
    stage.advance(Duration.ofSeconds(1));
    assertThat(lamp.hears()).isEmpty();

    lamp.asksBlock(50, 50);
    assertThat(stage.server.hold(lamp.eui64, Duration.ofSeconds(10))).isPresent();
    stage.advance(Duration.ofSeconds(1));
    assertThat(lamp.hears()).isEmpty();
  }

  @Test
  void notWhenTheAnswerWasNoBlock() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    lamp.queries(OLD);
    stage.advance(Duration.ofSeconds(1));
    assertThat(lamp.hears()).isEmpty();
  }
}
