package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Query Next Image Request (ZCL rev 8 §11.13.4)")
class QueryNextImageTest {

  private static final String NO_IMAGE = "98";

  private final Stage stage = new Stage();
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  /** Status of a Query Next Image Response, the rest of it too when there is more. */
  private static String status(String response) {
    assertThat(response)
        .startsWith("19")
        .satisfies(hex -> assertThat(hex.substring(4, 6)).isEqualTo("02"));
    return response.substring(6);
  }

  @Test
  void theOfferEchoesTheRequestAndIsAcknowledged() {
    // zigbee-herdsman-converters#9368: 10F2/7B32/02600460, 150 014 octets
    stage.registry.register(TestImage.of(0x10F2, 0x7B32, 0x02600460, 150_014), LAMP, 1);
    lamp.hears();

    lamp.sends("01 18 01 00 F2 10 32 7B 00 00 00 01");

    FakeRadio.Sent answer = lamp.frames().get(0);
    assertThat(Stage.hex(answer.frame().payload())).isEqualTo("19180200F210327B60046002FE490200");
    assertThat(answer.options()).isEqualTo(TxOptions.ACKNOWLEDGED);
    assertThat(answer.frame().sourceEndpoint()).isEqualTo(1);
    assertThat(answer.frame().destinationEndpoint()).isEqualTo(11);
    assertThat(answer.frame().profile()).isEqualTo(0x0104);
  }

  @Test
  void everyFormOfQueryIsAnsweredEvenWithNothingToOffer() {
    // home-assistant/core#114375, core#76893 (default response not disabled / disabled),
    // zigbee-herdsman#60, zigbee2mqtt#22226
    assertThat(lamp.asks("01 87 01 00 21 10 11 00 FF 43 53 00")).isEqualTo("19870298");
    assertThat(lamp.asks("11 00 01 00 0C 11 03 00 10 05 02 01")).isEqualTo("19000298");
    assertThat(lamp.asks("01 01 01 00 71 10 EB 00 E1 00 00 00")).isEqualTo("19010298");
    assertThat(lamp.asks("11 F0 01 00 0C 11 27 00 11 05 02 01")).isEqualTo("19F00298");
    // com.zsmartsystems.zigbee, QueryNextImageCommandTest: with hardware version
    assertThat(lamp.asks("01 09 01 01 0C 11 62 00 03 05 02 01 33 44")).isEqualTo("19090298");
    assertThat(stage.server.statistics().unanswered()).isZero();
  }

  @Test
  void whatTheDeviceRunsIsRememberedAsItSaysIt() {
    lamp.queries(OLD);

    assertThat(stage.server.runningVersion(lamp.eui64, MANUFACTURER, TYPE)).hasValue(OLD);
    assertThat(stage.server.runningVersion(lamp.eui64, MANUFACTURER, TYPE + 1)).isEmpty();
    assertThat(stage.server.runningVersion(new Eui64(5), MANUFACTURER, TYPE)).isEmpty();
  }

  @Test
  void isToldToListenersWithTheOfferAndThoughOneOfThemFails() {
    List<DeviceQuery> heard = new ArrayList<>();
    stage.queryListeners.add(
        query -> {
          throw new IllegalStateException("a listener's fault");
        });
    stage.queryListeners.add(heard::add);

    lamp.asks(new OtaRequest.QueryNextImage(MANUFACTURER, TYPE, OLD, OptionalInt.of(0x0103)));
    stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);
    lamp.queries(OLD);

    assertThat(heard)
        .containsExactly(
            query(OptionalInt.of(0x0103), OptionalLong.empty()),
            query(OptionalInt.empty(), OptionalLong.of(NEW)));
    assertThat(stage.server.statistics().unanswered()).isZero();
  }

  private DeviceQuery query(OptionalInt hardwareVersion, OptionalLong offered) {
    return new DeviceQuery(
        stage.radio.mesh(),
        lamp.eui64,
        lamp.endpoint,
        MANUFACTURER,
        TYPE,
        OLD,
        hardwareVersion,
        offered);
  }

  @Nested
  @DisplayName("who gets an offer")
  class Matching {

    @Test
    void aDeviceOfAnotherDriverTypeGetsNone() {
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), "blind.c4z", 1);

      assertThat(status(lamp.queries(OLD))).isEqualTo(NO_IMAGE);
      assertThat(stage.server.upgrades()).isEmpty();
    }

    @Test
    void aHeaderOfAnyManufacturerSuitsAndTheRequestsCodeIsEchoed() {
      stage.registry.register(TestImage.of(0xFFFF, TYPE, NEW, 300), LAMP, 1);

      assertThat(status(lamp.queries(OLD))).isEqualTo("007C110442239602202C010000");
      assertThat(lamp.upgrade().image().manufacturerCode()).isEqualTo(MANUFACTURER);
      assertThat(lamp.asksBlock(0, 16)).startsWith("190205007C110442");
    }

    @Test
    void ofSeveralTheHighestVersionIsOffered() {
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, 0xF000_0000L, 400), LAMP, 1);

      assertThat(status(lamp.queries(OLD))).isEqualTo("007C110442000000F090010000");
    }

    @Test
    void versionsCompareUnsignedAndWhatRunsOrIsLowerIsNotOffered() {
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);

      assertThat(status(lamp.queries(NEW))).isEqualTo(NO_IMAGE);
      assertThat(status(lamp.queries(0xF000_0000L))).isEqualTo(NO_IMAGE);
    }

    @Test
    void aPolicyMayOfferALowerVersion() {
      stage.registry.add(
          FakeRegistry.registration(
              TestImage.of(MANUFACTURER, TYPE, NEW, 300),
              LAMP,
              Set.of(1),
              Optional.empty(),
              ImageSelectors.NONE,
              VersionPolicy.DIFFERENT));

      assertThat(status(lamp.queries(NEW + 5))).startsWith("00");
      assertThat(status(lamp.queries(NEW))).isEqualTo(NO_IMAGE);
    }

    @Test
    void theHardwareVersionMustBeToldAndBeInTheRange() {
      stage.registry.register(
          TestImage.forHardware(new HardwareVersionRange(2, 4), MANUFACTURER, TYPE, NEW), LAMP, 1);

      assertThat(status(lamp.asks(query(OptionalInt.empty())))).isEqualTo(NO_IMAGE);
      assertThat(status(lamp.asks(query(OptionalInt.of(1))))).isEqualTo(NO_IMAGE);
      assertThat(status(lamp.asks(query(OptionalInt.of(2))))).startsWith("00");
      assertThat(status(lamp.asks(query(OptionalInt.of(4))))).startsWith("00");
      assertThat(status(lamp.asks(query(OptionalInt.of(5))))).isEqualTo(NO_IMAGE);
    }

    private OtaRequest query(OptionalInt hardwareVersion) {
      return new OtaRequest.QueryNextImage(MANUFACTURER, TYPE, OLD, hardwareVersion);
    }

    @Test
    void anImageMadeForOneDeviceIsForNoOther() {
      TestImage image = TestImage.forDevice(new Eui64(7), MANUFACTURER, TYPE, NEW, 300);
      stage.registry.register(image, LAMP, 1);

      assertThat(status(lamp.queries(OLD))).isEqualTo(NO_IMAGE);
    }

    @Test
    void anOperatorsImageGoesByModelMakerAndMesh() {
      Stage.Device stranger = stage.join(0x5L, 0x0505);
      operators(Set.of("model B"), Set.of(), "house", NEW);
      operators(Set.of(), Set.of("maker X"), "house", NEW + 1);
      operators(Set.of("model A"), Set.of("maker B"), "garden", NEW + 2);
      assertThat(status(stranger.queries(OLD))).isEqualTo(NO_IMAGE);

      operators(Set.of("model A"), Set.of("maker B"), "house", NEW + 3);
      assertThat(status(stranger.queries(OLD))).startsWith("00");
    }

    private void operators(Set<String> models, Set<String> makers, String mesh, long version) {
      stage.registry.add(
          FakeRegistry.registration(
              TestImage.of(MANUFACTURER, TYPE, version, 300),
              ImageKey.OPERATOR,
              Set.of(),
              Optional.of(mesh),
              new ImageSelectors(models, makers, Optional.empty()),
              VersionPolicy.NEWER));
    }
  }

  @Nested
  @DisplayName("of a sender whose EUI-64 is not known")
  class Strangers {

    @Test
    void waitsForTheLookUpAndIsAnsweredAsIfKnown() {
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);
      stage.radio.addresses = address -> Optional.of(lamp.eui64);
      lamp.hears();
      lamp.isKnown = false;

      lamp.sends(Stage.query(OLD));
      assertThat(lamp.hears()).isEmpty();
      stage.advanceMillis(400);

      assertThat(lamp.hears()).containsExactly("190102007C110442239602202C010000");
      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.OFFERED);
      assertThat(stage.server.statistics().unanswered()).isZero();
    }

    @Test
    void isToldThatThereIsNoImageAfterTwoSeconds() {
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);
      lamp.hears();
      lamp.isKnown = false;

      lamp.sends(Stage.query(OLD));
      lamp.sends(Stage.query(OLD));
      stage.advanceMillis(1_999);
      assertThat(lamp.hears()).isEmpty();
      stage.advanceMillis(1);

      assertThat(lamp.hears()).containsExactly("19010298", "19020298");
      assertThat(stage.server.statistics().unanswered()).isZero();
    }

    @Test
    void isNotAnsweredByAServerThatWentMeanwhile() {
      lamp.isKnown = false;
      lamp.sends(Stage.query(OLD));
      lamp.hears();

      stage.stopServer();
      stage.advance(Duration.ofSeconds(3));

      assertThat(lamp.hears()).isEmpty();
    }
  }

  @Nested
  @DisplayName("again")
  class Again {

    @Test
    void inMidTransferGetsTheSameOfferAndTheTransferGoesOn() {
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);
      lamp.queries(OLD);
      lamp.downloads(0, 150);

      assertThat(status(lamp.queries(OLD))).startsWith("00");

      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
      assertThat(stage.server.upgrades()).hasSize(1);
      assertThat(lamp.asksBlock(150, 50))
          .contains(TestImage.of(MANUFACTURER, TYPE, NEW, 300).hex(150, 50));
    }

    @Test
    void withAnotherImageTypeIsAnUpgradeOfItsOwn() {
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE + 1, NEW, 300), LAMP, 1);
      lamp.queries(OLD);

      lamp.asks(new OtaRequest.QueryNextImage(MANUFACTURER, TYPE + 1, OLD, OptionalInt.empty()));

      assertThat(stage.server.upgrades(lamp.eui64)).hasSize(2);
    }
  }
}
