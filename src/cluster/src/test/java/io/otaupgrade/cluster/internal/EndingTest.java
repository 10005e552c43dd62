package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.server.Hold;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.ImageId;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How transfers end before they are through, are put off, or go on after an interruption. */
class EndingTest {

  private static final String ABORT = "0595";
  private static final int SIZE = 300;

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, SIZE);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private ImageRegistration startDownload() {
    ImageRegistration registration = stage.registry.register(image, LAMP, lamp.networkAddress, 99);
    lamp.queries(OLD);
    lamp.downloads(0, 100);
    return registration;
  }

  private static OtaRequest end() {
    return OtaRequest.UpgradeEnd.of(ZclStatus.SUCCESS, new ImageId(MANUFACTURER, TYPE, NEW));
  }

  private void assertState(UpgradeState state, UpgradeReason reason) {
    assertThat(lamp.upgrade().state()).isEqualTo(state);
    assertThat(lamp.upgrade().reason()).isEqualTo(reason);
  }

  @Nested
  class WhenTheImageIsTakenBack {

    @Test
    void itsTransfersGetAbortAndALateEndIsRefused() {
      ImageRegistration registration = startDownload();
      stage.registry.removeRegistration(registration);

      assertState(UpgradeState.ABORTED, UpgradeReason.IMAGE_WITHDRAWN);
      assertThat(lamp.asksBlock(100, 50)).endsWith(ABORT);
      assertThat(lamp.asksBlock(100, 50)).endsWith(ABORT);
      assertThat(lamp.asks(end())).endsWith("0B0695");
      assertThat(lamp.queries(OLD)).endsWith("0298");
    }

    @Test
    void byOneHolderOnlyItsOwnTransferIsAborted() {
      Stage.Device other = stage.joinLamp(5, 99);
      ImageRegistration registration = startDownload();
      other.queries(OLD);
      other.downloads(0, 100);

      stage.registry.withdrawHolder(registration, lamp.networkAddress);

      assertThat(lamp.asksBlock(100, 50)).endsWith(ABORT);
      assertThat(other.asksBlock(100, 50)).contains(image.hex(100, 50));
      assertThat(lamp.queries(OLD)).endsWith("0298");
      assertThat(other.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
    }

    @Test
    void andGivenAgainItIsOfferedAgain() {
      ImageRegistration registration = startDownload();
      stage.registry.withdrawHolder(registration, lamp.networkAddress);
      stage.registry.addHolder(stage.registry.registrations.get(0), lamp.networkAddress);
      assertThat(lamp.queries(OLD)).contains("0200");
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
    }

    @Test
    void byOneOfTwoIdsOfTheSameDeviceNothingChanges() {
      stage.table.bind(99, lamp.eui64, LAMP);
      ImageRegistration registration = startDownload();
      stage.registry.withdrawHolder(registration, lamp.networkAddress);
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
    }

    @Test
    void butRegisteredOtherwiseTheTransferGoesOn() {
      ImageRegistration registration = startDownload();
      stage.table.bind(77, lamp.eui64, "other.c4z");
      stage.registry.register(image, "other.c4z", 77);
      stage.registry.removeRegistration(registration);
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
    }

    @Test
    void forANewVersionTheDeviceGetsThatOneNext() {
      ImageRegistration registration = startDownload();
      TestImage newer = TestImage.of(MANUFACTURER, TYPE, NEW + 1, 400);
      stage.registry.removeRegistration(registration);
      stage.registry.register(newer, LAMP, lamp.networkAddress);

      assertThat(lamp.asksBlock(100, 50)).endsWith(ABORT);
      assertThat(lamp.queries(OLD)).endsWith("02007C1104422496022090010000");
    }

    @Test
    void whileADeviceRestartsIntoItNothingChanges() {
      ImageRegistration registration = startDownload();
      lamp.downloads(100, SIZE);
      lamp.asks(end());
      stage.registry.removeRegistration(registration);
      lamp.queries(NEW);
      assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
    }
  }

  @Nested
  class WhenAnOperatorAborts {

    @Test
    void theNextBlockGetsAbortAndTheImageIsNotOfferedAgain() {
      startDownload();
      assertThat(stage.server.abort(lamp.eui64)).isTrue();
      stage.radio.loop.runDue();

      assertState(UpgradeState.ABORTED, UpgradeReason.ABORTED_BY_OPERATOR);
      assertThat(lamp.asksBlock(100, 50)).endsWith(ABORT);
      assertThat(lamp.queries(OLD)).endsWith("0298");
      assertThat(stage.server.abort(lamp.eui64)).isFalse();
    }

    @Test
    void andNotifiesTheDeviceLaterItIsOfferedAgain() {
      startDownload();
      stage.server.abort(lamp.eui64);
      stage.server.notify(lamp.eui64);
      stage.radio.loop.runDue();
      assertThat(lamp.queries(OLD)).contains("0200");
      assertThat(lamp.asksBlock(0, 50)).contains(image.hex(0, 50));
    }

    @Test
    void andTheImageIsRegisteredAnewItIsOfferedAgain() {
      ImageRegistration registration = startDownload();
      stage.server.abort(lamp.eui64);
      stage.radio.loop.runDue();
      stage.registry.removeRegistration(registration);
      stage.registry.register(image, LAMP, lamp.networkAddress);
      assertThat(lamp.queries(OLD)).contains("0200");
    }

    @Test
    void aDeviceThatRestartsAlreadyItIsTooLate() {
      startDownload();
      lamp.asks(end());
      assertThat(stage.server.abort(lamp.eui64)).isFalse();
      stage.radio.loop.runDue();
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }
  }

  @Nested
  class WhenTheDeviceDoesSomethingElse {

    @Test
    void itsSilenceIsAStall() {
      startDownload();
      stage.advance(Duration.ofSeconds(299));
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
      stage.advance(Duration.ofSeconds(1));
      assertState(UpgradeState.STALLED, UpgradeReason.NO_REQUEST);
    }

    @Test
    void itMayGoOnAfterAStallAndKeepsWhatItRan() {
      startDownload();
      stage.advance(Duration.ofMinutes(20));
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
      assertThat(lamp.upgrade().currentFileVersion()).hasValue(OLD);
      assertThat(stage.server.upgrades(lamp.eui64))
          .extracting(Upgrade::state)
          .containsExactly(UpgradeState.STALLED, UpgradeState.DOWNLOADING);
    }

    @Test
    void anOfferThatItDoesNotTakeStallsToo() {
      stage.registry.register(image, LAMP, lamp.networkAddress);
      lamp.queries(OLD);
      stage.advance(Duration.ofMinutes(5));
      assertState(UpgradeState.STALLED, UpgradeReason.NO_REQUEST);
    }

    @Test
    void anotherImageOfTheSameTypeTakesThePlace() {
      startDownload();
      TestImage other = TestImage.of(MANUFACTURER, TYPE, NEW + 1, 400);
      stage.registry.register(other, LAMP, lamp.networkAddress);
      lamp.queries(OLD);
      lamp.asks("01 77 03 00 7C 11 04 42 24 96 02 20 00 00 00 00 32");
      assertThat(stage.server.upgrades(lamp.eui64))
          .extracting(Upgrade::state, Upgrade::reason)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(UpgradeState.ABORTED, UpgradeReason.SUPERSEDED),
              org.assertj.core.groups.Tuple.tuple(UpgradeState.DOWNLOADING, UpgradeReason.NONE));
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50)); // a straggler
      assertThat(lamp.upgrade().image().fileVersion()).isEqualTo(NEW + 1);
    }

    @Test
    void itsLeavingEndsIt() {
      startDownload();
      lamp.event(NodeEvent.Kind.LEFT);
      assertState(UpgradeState.ABORTED, UpgradeReason.DEVICE_LEFT);
      assertThat(stage.server.runningVersion(lamp.eui64, MANUFACTURER, TYPE)).isEmpty();
    }
  }

  @Nested
  class WhenTheServerGoes {

    @Test
    void nothingIsSaidAnyMore() {
      startDownload();
      OtaClusterServer gone = stage.server;
      stage.stopServer();
      lamp.hears();
      gone.received(
          io.otaupgrade.api.radio.ApsFrame.from(
              1,
              Optional.of(lamp.eui64),
              11,
              1,
              0x0104,
              0x0019,
              0,
              java.nio.ByteBuffer.wrap(new byte[] {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})));
      stage.advance(Duration.ofHours(1));
      assertThat(lamp.hears()).isEmpty();
    }

    @Test
    void theNextOneGoesOnFromTheDevicesOffset() {
      startDownload();
      stage.restartServer();

      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
      assertThat(lamp.upgrade().currentFileVersion()).isEmpty();
      lamp.downloads(150, SIZE);
      lamp.asks(end());
      lamp.queries(NEW);
      assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
    }

    @Test
    void andTheHostTooTheDeviceWaitsForTheImageAndGoesOn() {
      ImageRegistration registration = startDownload();
      stage.registry.registrations.clear();
      stage.restartServer();

      assertThat(lamp.asksBlock(100, 50)).endsWith("0597000000001E0000000000");
      stage.registry.add(registration);
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
    }
  }

  @Nested
  class WhileSomebodyElseServesTheDevice {

    @Test
    void itsFramesAreLeftAlone() {
      startDownload();
      Hold hold = stage.server.hold(lamp.eui64, Duration.ofMinutes(1)).orElseThrow();
      stage.radio.loop.runDue();
      lamp.hears();

      lamp.sends(Stage.block(100, 50)).sends(Stage.query(OLD)).sends("01 01 0A 00").sends("01");
      assertThat(lamp.hears()).isEmpty();
      assertThat(stage.server.statistics().malformed()).isZero();

      hold.close();
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
    }

    @Test
    void theLeaseCanBeRenewedUntilItHasEnded() {
      startDownload();
      Hold hold = stage.server.hold(lamp.eui64, Duration.ofSeconds(10)).orElseThrow();
      stage.advance(Duration.ofSeconds(9));
      assertThat(hold.renew(Duration.ofSeconds(10))).isTrue();
      stage.advance(Duration.ofSeconds(9));
      lamp.hears();
      lamp.sends(Stage.block(100, 50));
      assertThat(lamp.hears()).isEmpty();
      stage.advance(Duration.ofSeconds(1));
      assertThat(hold.renew(Duration.ofSeconds(10))).isFalse();
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
    }

    @Test
    void theLeaseOutlivesThatTheDeviceLeavesAndJoinsAgain() {
      Hold hold = stage.server.hold(lamp.eui64, Duration.ofMinutes(1)).orElseThrow();
      stage.radio.loop.runDue();
      lamp.event(NodeEvent.Kind.LEFT);
      lamp.event(NodeEvent.Kind.JOINED);
      assertThat(hold.renew(Duration.ofMinutes(1))).isTrue();
      lamp.hears();

      lamp.sends(Stage.query(OLD));
      assertThat(lamp.hears()).isEmpty();
    }

    @Test
    void itDoesNotStall() {
      startDownload();
      assertThat(stage.server.hold(lamp.eui64, Duration.ofHours(1))).isPresent();
      stage.advance(Duration.ofMinutes(64));
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
      stage.advance(Duration.ofMinutes(2));
      assertState(UpgradeState.STALLED, UpgradeReason.NO_REQUEST);
    }

    @Test
    void aLeaseThatIsEndedEarlyDoesNotPutOffTheStall() {
      startDownload();
      Hold hold = stage.server.hold(lamp.eui64, Duration.ofHours(1)).orElseThrow();
      stage.advance(Duration.ofMinutes(10));
      hold.close();
      stage.advance(Duration.ofMinutes(4));
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
      stage.advance(Duration.ofMinutes(2));
      assertState(UpgradeState.STALLED, UpgradeReason.NO_REQUEST);
    }

    @Test
    void neitherDoesALeaseThatIsRenewedForAShorterTime() {
      startDownload();
      Hold hold = stage.server.hold(lamp.eui64, Duration.ofHours(1)).orElseThrow();
      stage.advance(Duration.ofMinutes(10));
      assertThat(hold.renew(Duration.ofMinutes(1))).isTrue();
      stage.advance(Duration.ofMinutes(5));
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
      stage.advance(Duration.ofMinutes(2));
      assertState(UpgradeState.STALLED, UpgradeReason.NO_REQUEST);
    }

    @Test
    void theLastOfSeveralLeasesCounts() {
      startDownload();
      Hold first = stage.server.hold(lamp.eui64, Duration.ofHours(1)).orElseThrow();
      assertThat(stage.server.hold(lamp.eui64, Duration.ofMinutes(20))).isPresent();
      stage.advance(Duration.ofMinutes(10));
      first.close();
      stage.advance(Duration.ofMinutes(14));
      assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
      stage.advance(Duration.ofMinutes(2));
      assertState(UpgradeState.STALLED, UpgradeReason.NO_REQUEST);
    }

    @Test
    void itIsNotNotified() {
      assertThat(stage.server.hold(lamp.eui64, Duration.ofHours(1))).isPresent();
      stage.radio.loop.runDue();
      stage.registry.register(image, LAMP, lamp.networkAddress);
      assertThat(lamp.hears()).isEmpty();
    }

    @Test
    void onlyKnownDevicesAndRealLeasesCount() {
      assertThat(stage.server.hold(new Eui64(99), Duration.ofHours(1))).isEmpty();
      assertThatThrownBy(() -> stage.server.hold(lamp.eui64, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class WhenSomebodyHasToAdmitIt {

    private Optional<Duration> wait = Optional.of(Duration.ofSeconds(90));
    private int underWay = -1;

    WhenSomebodyHasToAdmitIt() {
      stage.admissions.add(
          (mesh, device, registration, transfers) -> {
            underWay = transfers;
            return wait;
          });
      stage.admissions.add((mesh, device, registration, transfers) -> Optional.empty());
      stage.registry.register(image, LAMP, lamp.networkAddress);
    }

    @Test
    void aQueryGetsNoImageAndTheDeviceIsNotifiedLater() {
      assertThat(lamp.queries(OLD)).endsWith("0298");
      assertThat(stage.server.upgrades()).isEmpty();
      assertThat(underWay).isZero();
      lamp.hears();
      stage.advance(Duration.ofSeconds(90));
      assertThat(lamp.hears()).hasSize(1);

      wait = Optional.empty();
      assertThat(lamp.queries(OLD)).contains("0200");
    }

    @Test
    void aBlockGetsWaitForData() {
      assertThat(lamp.asksBlock(100, 50)).endsWith("0597000000005A0000000000");
      wait = Optional.of(Duration.ofMillis(5));
      assertThat(lamp.asksBlock(100, 50)).endsWith("059700000000010000000000");
    }

    @Test
    void whoWasAdmittedIsNotAskedForAgain() {
      wait = Optional.empty();
      lamp.queries(OLD);
      wait = Optional.of(Duration.ofSeconds(90));
      assertThat(lamp.queries(OLD)).contains("0200");
      assertThat(lamp.asksBlock(100, 50)).contains(image.hex(100, 50));
    }

    @Test
    void aDeviceThatHasItAllIsNotAskedFor() {
      assertThat(lamp.asks(end())).contains("077C1104");
    }

    @Test
    void oneThatFailsDoesNotObject() {
      wait = Optional.empty();
      stage.admissions.add(
          (mesh, device, registration, transfers) -> {
            throw new IllegalStateException("on purpose");
          });
      assertThat(lamp.queries(OLD)).contains("0200");
    }
  }

  @Nested
  class WhileAnImageIsFetched {

    @Test
    void timeStandsStillUntilWhatCameOfItIsKnown() {
      stage.registry.tell(ImageEvent.Kind.FETCH_BEGAN);
      assertThat(stage.radio.loop.advance(Duration.ofSeconds(1))).isFalse();
      stage.registry.tell(ImageEvent.Kind.FETCH_ENDED);
      assertThat(stage.radio.loop.advance(Duration.ofSeconds(1))).isTrue();
    }

    @Test
    void aServerThatGoesLetsItPass() {
      stage.registry.tell(ImageEvent.Kind.FETCH_BEGAN);
      stage.stopServer();
      assertThat(stage.radio.loop.advance(Duration.ofSeconds(1))).isTrue();
    }

    @Test
    void anEndWithoutABeginningIsNothing() {
      stage.registry.tell(ImageEvent.Kind.FETCH_ENDED);
      stage.registry.tell(ImageEvent.Kind.FETCH_BEGAN);
      assertThat(stage.radio.loop.advance(Duration.ofSeconds(1))).isFalse();
    }
  }
}
