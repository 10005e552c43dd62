package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.ImageId;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Upgrade End Request (ZCL rev 8 §11.13.9)")
class UpgradeEndTest {

  private static final int SIZE = 300;
  private static final String IDS = "7C11044223960220";

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, SIZE);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private static OtaRequest end(ZclStatus status) {
    return end(status, TYPE);
  }

  private static OtaRequest end(ZclStatus status, int imageType) {
    return OtaRequest.UpgradeEnd.of(status, new ImageId(MANUFACTURER, imageType, NEW));
  }

  private void download() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    lamp.queries(OLD);
    lamp.downloads(0, SIZE);
  }

  private void assertState(UpgradeState state, UpgradeReason reason) {
    assertThat(lamp.upgrade().state()).isEqualTo(state);
    assertThat(lamp.upgrade().reason()).isEqualTo(reason);
  }

  @Nested
  @DisplayName("SUCCESS")
  class Success {

    @Test
    void isAnsweredWithTheConfiguredDelayFromNowOn() {
      stage.configure(Map.of("activationDelay", 16));
      download();
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).isEqualTo("190807" + IDS + "0000000010000000");
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }

    @Test
    void againIsAnsweredWithWhatIsLeftOfTheDelay() {
      stage.configure(Map.of("activationDelay", 16));
      download();
      lamp.asks(end(ZclStatus.SUCCESS));
      stage.advanceMillis(5_500);
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).endsWith("000000000B000000");
      stage.advance(Duration.ofSeconds(20));
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).endsWith("0000000000000000");
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }

    @Test
    void ofAnImageNobodyHeardOfIsRefused() {
      stage.afterStartGrace();
      // made by hand; the ids are those of espressif/esp-zigbee-sdk#466
      assertThat(lamp.asks("01 DA 06 00 77 77 11 00 99 99 00 00")).isEqualTo("18DA0B0695");
      assertThat(stage.server.upgrades()).isEmpty();
    }

    @Test
    void withoutAnySessionIsTakenUp() {
      stage.registry.register(image, LAMP, lamp.networkAddress);
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).startsWith("190107" + IDS);
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
      assertThat(lamp.upgrade().counters().blocks()).isZero();
    }

    @Test
    void justAfterTheStartMakesTheDeviceWaitUntilItsImageIsRegistered() {
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).isEqualTo("190107" + IDS + "00000000FFFFFFFF");

      stage.registry.register(image, LAMP, lamp.networkAddress);

      assertThat(lamp.hears()).containsExactly("190107" + IDS + "0000000001000000");
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }

    @Test
    void ofASenderNobodyKnowsIsAnsweredForAStoredImage() {
      stage.registry.register(image, LAMP, lamp.networkAddress);
      lamp.isKnown = false;
      lamp.hears();
      lamp.sends(end(ZclStatus.SUCCESS));
      stage.advance(Duration.ofSeconds(2));
      assertThat(lamp.hears()).containsExactly("190107" + IDS + "0000000001000000");
    }

    @Test
    void ofASenderNobodyKnowsIsToWaitAtFirstAndRefusedLater() {
      lamp.isKnown = false;
      lamp.sends(end(ZclStatus.SUCCESS));
      stage.advance(Duration.ofSeconds(2));
      assertThat(lamp.hears()).containsExactly("190107" + IDS + "00000000FFFFFFFF");
      stage.afterStartGrace();
      lamp.sends(end(ZclStatus.SUCCESS));
      lamp.sends(end(ZclStatus.ABORT));
      stage.advance(Duration.ofSeconds(2));
      assertThat(lamp.hears()).containsExactly("18020B0695", "18030B0600");
    }

    @Test
    void itsResponseIsSentAgainWhenItWasNotAcknowledged() {
      download();
      stage.radio.fate = frame -> Optional.of(Delivery.NO_ACK);
      lamp.hears();

      lamp.sends(end(ZclStatus.SUCCESS));
      assertThat(lamp.hears()).hasSize(1);
      stage.advance(Duration.ofSeconds(16));

      assertThat(lamp.hears())
          .hasSize(3)
          .allSatisfy(
              hex -> assertThat(hex.substring(4)).isEqualTo("07" + IDS + "0000000000000000"));
      assertState(UpgradeState.WAITING_FOR_ACTIVATION, UpgradeReason.NONE);
      stage.radio.fate = frame -> Optional.of(Delivery.DELIVERED);
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).endsWith("0000000001000000");
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }
  }

  @Nested
  @DisplayName("anything else")
  class Otherwise {

    @Test
    void invalidImageIsAcceptedAndTheUpgradeRefused() {
      // home-assistant/core#114375, raw, and its answer made by hand
      stage.registry.register(TestImage.of(0x1021, 0x0012, 0x00464203, SIZE), LAMP, 1);
      lamp.asks("01 35 03 00 21 10 12 00 03 42 46 00 00 00 00 00 20");
      assertThat(lamp.asks("01 36 06 96 21 10 12 00 03 42 46 00")).isEqualTo("18360B0600");
      assertState(UpgradeState.REFUSED, UpgradeReason.INVALID_IMAGE);
    }

    @Test
    void abortIsAcceptedAndEndsTheUpgrade() {
      download();
      assertThat(lamp.asks(end(ZclStatus.ABORT))).isEqualTo("18080B0600");
      assertState(UpgradeState.ABORTED, UpgradeReason.ABORTED_BY_DEVICE);
    }

    @Test
    void withoutTheRestOfTheFieldsTheRunningTransferIsMeant() {
      download();
      assertThat(lamp.asks("01 09 06 95")).isEqualTo("18090B0600");
      assertState(UpgradeState.ABORTED, UpgradeReason.ABORTED_BY_DEVICE);
      assertThat(lamp.asks("01 0A 06 95")).isEqualTo("180A0B0600");
    }

    @Test
    void aStatusThatDoesNotExistIsAcceptedToo() {
      download();
      assertThat(lamp.asks("01 09 06 EE " + IDS)).isEqualTo("18090B0600");
      assertState(UpgradeState.ABORTED, UpgradeReason.ABORTED_BY_DEVICE);
    }

    @Test
    void successWithoutItsFieldsIsMalformed() {
      download();
      assertThat(lamp.asks("01 09 06 00 7C 11")).isEqualTo("18090B0680");
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
    }

    @Test
    void anotherImageThanTheOneDownloadedChangesNothing() {
      download();
      assertThat(lamp.asks("01 09 06 95 7C 11 04 42 FF FF FF 00")).isEqualTo("18090B0600");
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
    }

    @Test
    void aDeviceThatGaveUpMayStartAgain() {
      download();
      lamp.asks(end(ZclStatus.ABORT));
      assertThat(lamp.asksBlock(0, 50)).startsWith("190905" + "00");
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
    }

    @Test
    void aStragglingBlockRequestIsServedAndStartsNothing() {
      download();
      lamp.asks(end(ZclStatus.ABORT));
      assertThat(lamp.asksBlock(250, 50)).startsWith("190905" + "00");
      assertThat(stage.server.upgrades()).hasSize(1);
      assertState(UpgradeState.ABORTED, UpgradeReason.ABORTED_BY_DEVICE);
      stage.advance(Duration.ofSeconds(11));
      lamp.asksBlock(250, 50);
      assertThat(stage.server.upgrades().stream().map(Upgrade::state))
          .containsExactlyInAnyOrder(UpgradeState.ABORTED, UpgradeState.DOWNLOADING);
    }
  }

  @Nested
  @DisplayName("REQUIRE_MORE_IMAGE")
  class MoreImages {

    private static final int SECOND = TYPE + 1;

    private OtaRequest secondBlock(int offset) {
      return new OtaRequest.ImageBlock(
          MANUFACTURER, SECOND, NEW, offset, 50, Optional.empty(), OptionalInt.empty());
    }

    @Test
    void oneResponseActivatesAllFilesOfADevice() {
      stage.registry.register(TestImage.of(MANUFACTURER, SECOND, NEW, SIZE), LAMP, 1);
      download();
      assertThat(lamp.asks(end(ZclStatus.REQUIRE_MORE_IMAGE))).isEqualTo("18080B0600");
      assertState(UpgradeState.MORE_IMAGES_REQUIRED, UpgradeReason.NONE);
      lamp.asks(secondBlock(0));
      stage.advance(Duration.ofHours(2)); // it takes its time; the first file waits
      lamp.asks(secondBlock(0));
      assertThat(lamp.asks(end(ZclStatus.SUCCESS, SECOND))).contains("077C110542");

      assertThat(stage.server.upgrades(lamp.eui64).stream().map(Upgrade::state))
          .filteredOn(state -> state == UpgradeState.ACTIVATING)
          .hasSize(2);
    }
  }

  @Nested
  @DisplayName("with activation on request")
  class OnRequest {

    private void complete() {
      stage.configure(Map.of("activationPolicy", "onRequest"));
      download();
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).isEqualTo("190807" + IDS + "00000000FFFFFFFF");
      assertState(UpgradeState.WAITING_FOR_ACTIVATION, UpgradeReason.NONE);
    }

    @Test
    void theDeviceWaitsForHoursAndMayAskAgain() {
      complete();
      stage.advance(Duration.ofHours(5));
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).endsWith("00000000FFFFFFFF");
      assertState(UpgradeState.WAITING_FOR_ACTIVATION, UpgradeReason.NONE);
    }

    @Test
    void activationSendsAnUnaskedResponse() {
      complete();
      assertThat(stage.server.activate(lamp.eui64, Duration.ofSeconds(10))).isTrue();
      stage.radio.loop.runDue();
      assertThat(lamp.hears()).containsExactly("190207" + IDS + "000000000A000000");
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
      assertThat(stage.server.activate(lamp.eui64, Duration.ZERO)).isFalse();
    }

    @Test
    void aDeviceThatCouldNotBeReachedIsToldWhenItAsksAgain() {
      complete();
      stage.radio.fate = frame -> Optional.of(Delivery.NO_ACK);
      stage.server.activate(lamp.eui64, Duration.ofHours(1));
      stage.advance(Duration.ofMinutes(1));
      assertState(UpgradeState.WAITING_FOR_ACTIVATION, UpgradeReason.NONE);

      stage.radio.fate = frame -> Optional.of(Delivery.DELIVERED);
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).endsWith("00000000D40D0000"); // 3 540 s
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }

    @Test
    void aDeviceThatAsksLongAfterTheTimeIsToldToUpgradeSoon() {
      complete();
      stage.radio.fate = frame -> Optional.of(Delivery.NO_ACK);
      stage.server.activate(lamp.eui64, Duration.ZERO);
      stage.advance(Duration.ofHours(1));
      stage.radio.fate = frame -> Optional.of(Delivery.DELIVERED);
      assertThat(lamp.asks(end(ZclStatus.SUCCESS))).endsWith("0000000001000000");
      stage.advance(Duration.ofMinutes(5));
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }

    @Test
    void aTimeOutOfRangeIsRejected() {
      assertThatThrownBy(() -> stage.server.activate(lamp.eui64, Duration.ofSeconds(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("after must be 0..4294967294 s");
      assertThatThrownBy(() -> stage.server.activate(lamp.eui64, Duration.ofDays(60_000)))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nobodyIsActivatedWhoDoesNotWait() {
      download();
      assertThat(stage.server.activate(lamp.eui64, Duration.ZERO)).isFalse();
      stage.radio.loop.runDue();
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
    }
  }
}
