package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.ImageId;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** An upgrade has succeeded when the device is seen running the new version, and not before. */
class SeenRunningTest {

  private static final int SIZE = 300;

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, SIZE);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private void complete() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    stage.advance(Duration.ofMinutes(1)); // so that it may be notified again
    lamp.queries(OLD);
    lamp.downloads(0, SIZE);
    end(TYPE);
  }

  private void end(int imageType) {
    lamp.asks(
        OtaRequest.UpgradeEnd.of(ZclStatus.SUCCESS, new ImageId(MANUFACTURER, imageType, NEW)));
    assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
  }

  private void assertState(UpgradeState state, UpgradeReason reason) {
    assertThat(lamp.upgrade().state()).isEqualTo(state);
    assertThat(lamp.upgrade().reason()).isEqualTo(reason);
  }

  /** What the server reads when the device announces itself. */
  private String announces() {
    stage.advance(Duration.ofSeconds(5));
    lamp.hears();
    lamp.event(NodeEvent.Kind.ANNOUNCED);
    List<String> frames = lamp.hears();
    assertThat(frames).hasSize(1);
    assertThat(frames.get(0)).startsWith("18").endsWith("000200");
    return frames.get(0).substring(2, 4); // the sequence number
  }

  private static String littleEndian(long version) {
    return "%08X".formatted(Integer.reverseBytes((int) version));
  }

  @Nested
  @DisplayName("by its CurrentFileVersion (attribute 0x0002), read after it announced itself")
  class Attribute {

    @Test
    void theNewVersionIsSuccess() {
      complete();
      String number = announces();
      lamp.sends("08" + number + "01020000" + "23" + littleEndian(NEW));
      assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
      assertThat(stage.server.runningVersion(lamp.eui64, MANUFACTURER, TYPE)).hasValue(NEW);
    }

    @Test
    void anotherVersionIsARefusal() {
      complete();
      String number = announces();
      lamp.sends("08" + number + "01020000" + "23" + littleEndian(OLD));
      assertState(UpgradeState.REFUSED, UpgradeReason.WRONG_VERSION);
    }

    @Test
    void anAnswerWithAnotherNumberOrFromAnotherEndpointProvesNothing() {
      complete();
      String number = announces();
      lamp.sends("08" + "FE" + "01020000" + "23" + littleEndian(NEW));
      lamp.endpoint = 12;
      lamp.sends("08" + number + "01020000" + "23" + littleEndian(NEW));
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }

    @Test
    void aDeviceThatDoesNotKnowTheAttributeIsMadeToQuery() {
      complete();
      String number = announces();
      lamp.sends("08" + number + "01020086");
      assertThat(lamp.hears()).hasSize(1).allMatch(hex -> hex.endsWith("000064"));
      lamp.queries(NEW);
      assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
    }

    @Test
    void aDeviceThatDoesNotAnswerIsAskedThreeTimesAndThenMadeToQuery() {
      complete();
      announces();
      stage.advance(Duration.ofSeconds(16));
      List<String> frames = lamp.hears();
      assertThat(frames).hasSize(3);
      assertThat(frames.subList(0, 2)).allMatch(hex -> hex.endsWith("000200"));
      assertThat(frames.get(2)).endsWith("000064");
    }

    @Test
    void oneVersionOfADeviceWithSeveralImagesTellsOnlyOfItsOwn() {
      TestImage other = TestImage.of(MANUFACTURER, TYPE + 1, NEW + 1, SIZE);
      stage.registry.register(other, LAMP, 1);
      complete();
      lamp.asks(
          OtaRequest.UpgradeEnd.of(
              ZclStatus.SUCCESS, new ImageId(MANUFACTURER, TYPE + 1, NEW + 1)));

      String number = announces();
      lamp.sends("08" + number + "01020000" + "23" + littleEndian(NEW));

      assertThat(stage.server.upgrades(lamp.eui64))
          .extracting(upgrade -> upgrade.image().imageType(), upgrade -> upgrade.state())
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(TYPE, UpgradeState.UPGRADED),
              org.assertj.core.groups.Tuple.tuple(TYPE + 1, UpgradeState.ACTIVATING));
    }

    @Test
    void isReadUnaskedFromADeviceWhoseAnnouncementWasMissed() {
      complete();
      lamp.hears();
      stage.advance(Duration.ofSeconds(62));
      String read = lamp.hears().get(0);
      assertThat(read).endsWith("000200");
      lamp.sends("08" + read.substring(2, 4) + "01020000" + "23" + littleEndian(NEW));
      assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
    }

    @Test
    void theOldVersionOfADeviceThatDidNotRestartYetProvesNothingUntilTheTimeIsUp() {
      complete();
      lamp.hears();
      stage.advance(Duration.ofSeconds(62));
      String read = lamp.hears().get(0);
      lamp.sends("08" + read.substring(2, 4) + "01020000" + "23" + littleEndian(OLD));
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
      stage.advance(Duration.ofSeconds(118));
      assertThat(lamp.hears()).isEmpty();
      stage.advance(Duration.ofMinutes(10));
      assertState(UpgradeState.REFUSED, UpgradeReason.WRONG_VERSION);
    }
  }

  @Nested
  @DisplayName("by its next query")
  class Query {

    @Test
    void theNewVersionIsSuccess() {
      complete();
      stage.advanceMillis(100);
      lamp.queries(NEW);
      assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
    }

    @Test
    void theOldVersionBeforeTheTimeIsNotYetARefusalAndGetsNoSecondOffer() {
      stage.configure(Map.of("activationDelay", 3_600));
      complete();
      stage.advance(Duration.ofMinutes(30));
      assertThat(lamp.queries(OLD)).endsWith("0298");
      assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    }

    @Test
    void theOldVersionAfterTheTimeIsARefusalAndTheImageIsOfferedAgain() {
      complete();
      stage.advance(Duration.ofSeconds(30));
      assertThat(lamp.queries(OLD)).contains("0200" + "7C11");
      assertThat(stage.server.upgrades(lamp.eui64))
          .extracting(upgrade -> upgrade.reason())
          .containsExactly(UpgradeReason.WRONG_VERSION, UpgradeReason.NONE);
    }

    @Test
    void theNewVersionInMidTransferMeansThatTheEndWasMissed() {
      stage.registry.register(image, LAMP, lamp.networkAddress);
      lamp.queries(OLD);
      lamp.downloads(0, SIZE);
      lamp.queries(NEW);
      assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
    }
  }

  @Test
  void aDeviceThatIsNotHeardOfEndsUnconfirmed() {
    complete();
    stage.advance(Duration.ofMinutes(10));
    assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);
    stage.advance(Duration.ofSeconds(2));
    assertState(UpgradeState.APPLIED_UNCONFIRMED, UpgradeReason.NO_EVIDENCE);
  }

  @Test
  void theSameVersionInstalledAnewNeedsARestartAsEvidence() {
    stage.registry.add(
        FakeRegistry.registration(
            image, LAMP, Set.of(1), Optional.empty(), ImageSelectors.NONE, VersionPolicy.ANY));
    lamp.queries(NEW);
    lamp.downloads(0, SIZE);
    lamp.queries(NEW);
    assertState(UpgradeState.DOWNLOADING, UpgradeReason.NONE);
    end(TYPE);
    stage.advance(Duration.ofSeconds(5));
    lamp.queries(NEW);
    assertState(UpgradeState.ACTIVATING, UpgradeReason.NONE);

    String number = announces();
    lamp.sends("08" + number + "01020000" + "23" + littleEndian(NEW));
    assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
  }

  @Test
  void anEndWithoutADownloadIsNoSuccessEither() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    lamp.queries(OLD);
    end(TYPE);
    stage.advance(Duration.ofMinutes(11));
    assertState(UpgradeState.APPLIED_UNCONFIRMED, UpgradeReason.NO_EVIDENCE);
  }

  @Test
  void aDeviceThatRefusesAnImageThreeTimesIsOfferedItNoMoreUntilSomebodyAsks() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
    for (int i = 0; i < 3; i++) {
      assertThat(lamp.queries(OLD)).contains("0200");
      lamp.asks(
          OtaRequest.UpgradeEnd.of(ZclStatus.INVALID_IMAGE, new ImageId(MANUFACTURER, TYPE, NEW)));
    }
    assertThat(lamp.queries(OLD)).endsWith("0298");
    stage.server.notify(lamp.eui64);
    stage.radio.loop.runDue();
    assertThat(lamp.queries(OLD)).contains("0200");
  }

  @Test
  void aQueryWithAHardwareVersionIsAsGoodAsAnyOther() {
    complete();
    lamp.asks(new OtaRequest.QueryNextImage(MANUFACTURER, TYPE, NEW, OptionalInt.of(3)));
    assertState(UpgradeState.UPGRADED, UpgradeReason.NONE);
  }
}
