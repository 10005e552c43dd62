package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.server.UpgradeCounters;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Image Block Request (ZCL rev 8 §11.13.6)")
class ImageBlockTest {

  private static final int SIZE = 1_000;

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, SIZE);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private void offer() {
    stage.registry.register(image, LAMP, lamp.networkAddress);
  }

  private String success(int sequenceNumber, int offset, int length) {
    return "19%02X05007C11044223960220%08X%02X%s"
        .formatted(sequenceNumber, Integer.reverseBytes(offset), length, image.hex(offset, length));
  }

  @Nested
  @DisplayName("golden vectors")
  class Vectors {

    @Test
    void theLastBlockIsAsShortAsTheImageLeavesIt() {
      // zigpy/zigpy#497: request re-encoded from a device's log, response raw
      TestImage ikea =
          TestImage.of(MANUFACTURER, TYPE, NEW, 208_242)
              .with(208_214, "3C0B00205C0B00207C0B0020840C0020CC0C0020BC0D0020180E0020");
      stage.registry.register(ikea, LAMP, 1);

      assertThat(lamp.asks("01 0C 03 00 7C 11 04 42 23 96 02 20 56 2D 03 00 3F"))
          .isEqualTo(
              "190C05007C11044223960220562D03001C"
                  + "3C0B00205C0B00207C0B0020840C0020CC0C0020BC0D0020180E0020");
      // zigpy/zigpy#497, raw
      assertThat(lamp.asks("01 08 03 00 7C 11 04 42 23 96 02 20 50 00 00 00 3F"))
          .isEqualTo("190805007C11044223960220500000003F" + ikea.hex(80, 63));
    }

    @Test
    void blocksOfARealImageComeOutAsRecorded() {
      // zigbee-herdsman-converters#9368, raw: ubisys S1, three blocks of one file
      String first =
          "1EF1EE0B00013C000400F210327B60046002020075626973797320533120322E362E30000000000000000000"
              + "000000000000";
      String third =
          "000000000300D8B6458FCDA53A1CF394DCFAAD1A1D61E8490200030000000000000000000000000000000000"
              + "00007C9C045F";
      TestImage ubisys =
          TestImage.of(0x10F2, 0x7B32, 0x02600460, 150_014).with(0, first).with(116, third);
      stage.registry.register(ubisys, LAMP, 1);

      assertThat(lamp.asks("01 19 03 00 F2 10 32 7B 60 04 60 02 00 00 00 00 32"))
          .isEqualTo("19190500F210327B600460020000000032" + first);
      assertThat(lamp.asks("01 1A 03 00 F2 10 32 7B 60 04 60 02 32 00 00 00 06"))
          .isEqualTo("191A0500F210327B6004600232000000060000FE490200");
      assertThat(lamp.asks("01 1D 03 00 F2 10 32 7B 60 04 60 02 74 00 00 00 32"))
          .isEqualTo("191D0500F210327B600460027400000032" + third);
    }

    @Test
    void aPeriodFieldThatIsAnnouncedAndMissingIsTakenAsAbsent() {
      // zigbee-herdsman, frame.test.ts (z2m#28217): Legrand
      TestImage legrand = TestImage.of(0x1021, 0x0012, 0x005145FF, SIZE);
      stage.registry.register(legrand, LAMP, 1);

      assertThat(lamp.asks("01 03 03 02 21 10 12 00 FF 45 51 00 3E 00 00 00 08"))
          .isEqualTo("1903050021101200FF4551003E00000008" + legrand.hex(62, 8));
    }

    @Test
    void aTruncatedRequestIsMalformedAndChangesNothing() {
      offer();
      // zigbee-herdsman, frame.test.ts: maximum data size missing
      assertThat(lamp.asks("01 03 03 00 21 10 12 00 FF 45 51 00 3E 00 00 00"))
          .isEqualTo("18030B0380");
      assertThat(stage.server.upgrades()).isEmpty();
      assertThat(stage.server.statistics().malformed()).isEqualTo(1);
      assertThat(stage.server.statistics().requests()).isZero();
    }

    @Test
    void anUnknownImageGetsADefaultResponse() {
      stage.afterStartGrace();
      // home-assistant/core#142179, raw
      assertThat(lamp.asks("01 8B 03 00 37 10 01 00 FF 00 00 00 6E C0 03 00 30"))
          .isEqualTo("188B0B0398");
    }

    @Test
    void theRequestersAddressAndPeriodMayBeGiven() {
      TestImage configuration = TestImage.of(MANUFACTURER, 0xFFC0, 1, SIZE);
      stage.registry.register(configuration, LAMP, 1);
      // made by hand
      assertThat(
              lamp.asks(
                  "01 57 03 01 7C 11 C0 FF 01 00 00 00 00 00 00 00 28 88 77 66 55 44 33 22 11"))
          .isEqualTo("195705007C11C0FF010000000000000028" + configuration.hex(0, 40));
      assertThat(
              lamp.asks(
                  "01 58 03 03 7C 11 C0 FF 01 00 00 00 00 00 00 00 28 88 77 66 55 44 33 22 11 2C"
                      + " 01"))
          .isEqualTo("195805007C11C0FF010000000000000028" + configuration.hex(0, 40));
    }
  }

  @Nested
  @DisplayName("is answered from request and image alone")
  class Stateless {

    @Test
    void withoutAnyQueryBefore() {
      offer();

      assertThat(lamp.asksBlock(500, 48)).isEqualTo(success(1, 500, 48));
      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
      assertThat(lamp.upgrade().currentFileVersion()).isEmpty();
    }

    @Test
    void rightBehindTheQueryBeforeItsResponseIsDelivered() {
      offer();
      stage.radio.fate = frame -> Optional.empty();
      lamp.hears();

      lamp.sends(Stage.query(OLD)).sends(Stage.block(0, 50));

      assertThat(lamp.hears()).hasSize(2).element(1).isEqualTo(success(2, 0, 50));
    }

    @Test
    void whileResponsesAreInFlight() {
      offer();
      stage.radio.fate = frame -> Optional.empty();
      lamp.hears();

      for (int offset = 0; offset < SIZE; offset += 50) {
        lamp.sends(Stage.block(offset, 50));
      }

      assertThat(lamp.hears()).hasSize(20).element(19).isEqualTo(success(20, 950, 50));
    }

    @Test
    void atAnyOffsetInAnyOrderAsOftenAsAsked() {
      offer();
      int sequenceNumber = 0;
      for (int offset : new int[] {950, 3, 3, 0, 7, 999, 0}) {
        sequenceNumber++;
        assertThat(lamp.asksBlock(offset, 50))
            .isEqualTo(success(sequenceNumber, offset, Math.min(50, SIZE - offset)));
      }
      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
      assertThat(stage.server.statistics().blocks()).isEqualTo(5);
      assertThat(stage.server.statistics().repeats()).isEqualTo(2);
    }

    @Test
    void whenTheDeviceStartsAgainAtTheBeginning() {
      offer();
      lamp.queries(OLD);
      lamp.downloads(0, 600);

      lamp.downloads(0, SIZE);
      stage.advance(Duration.ofSeconds(2));

      assertThat(lamp.upgrade().counters()).isEqualTo(new UpgradeCounters(20, 13));
      assertThat(lamp.upgrade().furthestOctet()).isEqualTo(SIZE);
    }

    @Test
    void moreThanSixtyFiveThousandTimes() {
      int size = 70_000;
      stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, size), LAMP, 1);

      for (int offset = 0; offset < size; offset++) {
        lamp.sends(Stage.block(offset, 1));
      }

      assertThat(stage.server.statistics().answered()).isEqualTo(size);
      assertThat(stage.server.statistics().blocks()).isEqualTo(size);
      assertThat(stage.server.statistics().unanswered()).isZero();
    }
  }

  @Nested
  @DisplayName("how it travels")
  class Travel {

    @Test
    void withoutAcknowledgementToTheEndpointThatAsked() {
      offer();
      lamp.hears();
      lamp.sends(Stage.block(0, 50));

      FakeRadio.Sent block = lamp.frames().get(0);
      assertThat(block.options()).isEqualTo(TxOptions.UNACKNOWLEDGED);
      assertThat(block.frame().destinationEndpoint()).isEqualTo(11);
      assertThat(block.frame().sourceEndpoint()).isEqualTo(1);
    }

    @Test
    void noLongerThanTheRouteAllowsAndThenInSteps() {
      offer();
      stage.radio.maximumPayload = 82;
      assertThat(lamp.asksBlock(0, 64)).isEqualTo(success(1, 0, 64));
      stage.radio.maximumPayload = 73; // a source route of six relays leaves 56 octets of data
      assertThat(lamp.asksBlock(0, 64)).isEqualTo(success(2, 0, 48));
      assertThat(lamp.asksBlock(0, 56)).isEqualTo(success(3, 0, 56));
    }

    @Test
    void noLongerThanConfigured() {
      stage.configure(Map.of("blockSizeCap", 40));
      offer();
      assertThat(lamp.asksBlock(0, 64)).isEqualTo(success(1, 0, 32));
      assertThat(lamp.asksBlock(0, 40)).isEqualTo(success(2, 0, 40));
    }

    @Test
    void inASmallerSizeWhenTheRadioRefusesItAndThenInThatSize() {
      offer();
      stage.radio.fate =
          frame ->
              Optional.of(
                  frame.payload().remaining() > 17 + 50 ? Delivery.REFUSED : Delivery.DELIVERED);
      lamp.hears();

      lamp.sends(Stage.block(0, 63));
      assertThat(lamp.hears()).containsExactly(success(1, 0, 63), success(1, 0, 48));
      lamp.sends(Stage.block(48, 63));
      assertThat(lamp.hears()).containsExactly(success(2, 48, 48));
      assertThat(stage.server.statistics().undelivered()).isEqualTo(1);
    }

    @Test
    void inFullSizeAgainWhenTheSizeWasNotTheReason() {
      offer();
      stage.radio.fate = frame -> Optional.of(Delivery.REFUSED);
      lamp.hears();
      lamp.sends(Stage.block(0, 63));
      assertThat(lamp.hears()).hasSize(2);

      stage.radio.fate = frame -> Optional.of(Delivery.DELIVERED);
      assertThat(lamp.asksBlock(0, 63)).isEqualTo(success(2, 0, 63));
    }
  }

  @Nested
  @DisplayName("what is refused")
  class Refusals {

    @Test
    void anOffsetBeyondTheImageIsMalformed() {
      offer();
      lamp.queries(OLD);
      assertThat(lamp.asksBlock(SIZE, 50)).isEqualTo("18020B0380");
      assertThat(lamp.asksBlock(0xFFFF_FFFFL, 255)).isEqualTo("18030B0380");
      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.OFFERED);
    }

    @Test
    void askingForNoOctetsIsMalformed() {
      offer();
      assertThat(lamp.asksBlock(0, 0)).isEqualTo("18010B0380");
      assertThat(stage.server.upgrades()).isEmpty();
    }

    @Test
    void aDeviceThatIsNotCoveredGetsNoOctet() {
      offer();
      stage.afterStartGrace();
      Stage.Device other = stage.join(5, 0x0505);

      assertThat(other.asksBlock(0, 50)).isEqualTo("18010B0398");
      assertThat(stage.server.statistics().blocks()).isZero();
    }

    @Test
    void anotherVersionThanTheStoredOneIsUnknown() {
      offer();
      stage.afterStartGrace();
      assertThat(lamp.asks("01 44 03 00 7C 11 04 42 24 96 02 20 00 00 00 00 3F"))
          .isEqualTo("18440B0398");
    }

    @Test
    void anImageForAnotherDeviceIsUnknown() {
      stage.registry.register(
          TestImage.forDevice(new Eui64(7), MANUFACTURER, TYPE, NEW, SIZE), LAMP, 1);
      stage.afterStartGrace();
      assertThat(lamp.asksBlock(0, 50)).isEqualTo("18010B0398");
      lamp.isKnown = false;
      lamp.hears();
      lamp.sends(Stage.block(0, 50));
      assertThat(lamp.hears()).containsExactly("18020B0398");
    }
  }

  @Nested
  @DisplayName("WAIT_FOR_DATA (§11.13.8)")
  class WaitForData {

    @Test
    void isSaidOfUnknownImagesJustAfterTheStart() {
      assertThat(lamp.asksBlock(150, 50)).isEqualTo("19010597000000001E0000000000");

      offer();
      assertThat(lamp.asksBlock(150, 50)).isEqualTo(success(2, 150, 50));
    }

    @Test
    void isNotSaidWhenTheGraceIsOver() {
      stage.advance(Duration.ofSeconds(299));
      assertThat(lamp.asksBlock(150, 50)).startsWith("190105970000");
      stage.advance(Duration.ofSeconds(1));
      assertThat(lamp.asksBlock(150, 50)).isEqualTo("18020B0398");
    }

    @Test
    void tellsTheBlockPeriodTwiceAndThenInsistsNoMore() {
      stage.configure(Map.of("minimumBlockPeriod", 300));
      offer();

      assertThat(lamp.asks(withPeriod(0, 0))).isEqualTo("1901059700000000000000002C01");
      assertThat(lamp.asks(withPeriod(0, 0))).isEqualTo("1902059700000000000000002C01");
      assertThat(lamp.asks(withPeriod(0, 0))).isEqualTo(success(3, 0, 50));
    }

    @Test
    void isNotSaidToAClientThatKeepsThePeriodOrKnowsNone() {
      stage.configure(Map.of("minimumBlockPeriod", 300));
      offer();

      assertThat(lamp.asks(withPeriod(0, 300))).isEqualTo(success(1, 0, 50));
      assertThat(lamp.asksBlock(50, 50)).isEqualTo(success(2, 50, 50));
    }

    @Test
    void isNotSaidForAPeriodUnlessConfigured() {
      offer();
      assertThat(lamp.asks(withPeriod(0, 5_000))).isEqualTo(success(1, 0, 50));
    }

    private OtaRequest withPeriod(int offset, int period) {
      return new OtaRequest.ImageBlock(
          MANUFACTURER, TYPE, NEW, offset, 50, Optional.empty(), OptionalInt.of(period));
    }
  }

  @Nested
  @DisplayName("of a sender whose EUI-64 is not known")
  class Strangers {

    @Test
    void isAnsweredWhenOneStoredImageIsMeant() {
      offer();
      lamp.isKnown = false;

      assertThat(lamp.asksBlock(0, 50)).isEqualTo(success(1, 0, 50));
      assertThat(lamp.asksBlock(SIZE, 50)).isEqualTo("18020B0380");
      assertThat(stage.radio.lookUps).isEqualTo(1);
      assertThat(stage.server.upgrades()).isEmpty();
    }

    @Test
    void isToldToWaitForAnImageJustAfterTheStart() {
      lamp.isKnown = false;
      assertThat(lamp.asksBlock(0, 50)).isEqualTo("19010597000000001E0000000000");
    }

    @Test
    void waitsForTheLookUpWhenSeveralImagesAreMeant() {
      offer();
      TestImage other = image.with(900, "00112233445566");
      stage.registry.register(other, "blind.c4z", 2);
      stage.radio.addresses = address -> Optional.of(lamp.eui64);
      lamp.isKnown = false;
      lamp.hears();

      lamp.sends(Stage.block(900, 50));
      assertThat(lamp.hears()).isEmpty();
      stage.advanceMillis(350);

      assertThat(lamp.hears()).containsExactly(success(1, 900, 50));
      assertThat(stage.server.statistics().unanswered()).isZero();
    }

    @Test
    void isRefusedWhenSeveralImagesAreMeantAndNobodyKnowsWhoAsks() {
      stage.afterStartGrace();
      offer();
      stage.registry.register(image.with(900, "00112233445566"), "blind.c4z", 2);
      lamp.isKnown = false;
      lamp.hears();

      lamp.sends(Stage.block(900, 50));
      stage.advanceMillis(2_000);

      assertThat(lamp.hears()).containsExactly("18010B0398");
    }
  }

  @Nested
  @DisplayName("of vendors that want something else")
  class Quirks {

    @Test
    void instaGetsNoMoreThanForty() {
      TestImage insta = TestImage.of(0x117A, 1, NEW, SIZE);
      stage.registry.register(insta, LAMP, 1);
      assertThat(lamp.asks("01 01 03 00 7A 11 01 00 23 96 02 20 00 00 00 00 3F"))
          .isEqualTo("190105007A11010023960220" + "00000000" + "28" + insta.hex(0, 40));
    }

    @Test
    void boschMayPauseForAnHour() {
      stage.registry.register(TestImage.of(0x1209, 1, NEW, SIZE), LAMP, 1);
      lamp.asks("01 01 03 00 09 12 01 00 23 96 02 20 00 00 00 00 20");

      stage.advance(Duration.ofMinutes(59));
      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
      stage.advance(Duration.ofMinutes(2));
      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.STALLED);
    }
  }
}
