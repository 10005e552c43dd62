package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that are no request of an OTA client; all made by hand. */
class OddFramesTest {

  private final Stage stage = new Stage();
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      textBlock =
          """
          01 07 0A 00,                18070B0A81,       a command that does not exist
          11 07 0A 00,                18070B0A81,       the same without a wish for answers
          09 07 02 98,                10070B0281,       a command of a server
          05 34 12 07 03 00,          1C3412070B0383,   a manufacturer's command
          01 07 03 00 7C 11,          18070B0380,       a block request cut short
          01 07 01 00 7C 11,          18070B0180,       a query cut short
          01 07 01 01 7C 11 04 42 01 02 03 04, 18070B0180, a query without its hardware version
          01 07 04 00 7C 11,          18070B0480,       a page request cut short
          01 07 06,                   18070B0680,       an upgrade end cut short
          01 07 08 00,                18070B0880,       a query for a specific file cut short
          00 07 02 00 00,             18070B0281,       writing attributes
          04 34 12 07 00 00 00,       1C3412070B0084,   reading a manufacturer's attributes
          00 07 00 FD FF 02 00,       180701FDFF00210400020086, reading ClusterRevision and another
          00 07 00 FD,                18070B0080,       reading half an attribute
          00 07 0A 02 00 23 01 00 00 00, 18070B0A00,    a report
          """)
  void isAnswered(String frame, String answer, String what) {
    assertThat(lamp.asks(frame)).as(what).isEqualTo(answer);
    assertThat(stage.server.statistics().requests()).isZero();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      textBlock =
          """
          '',                          nothing at all
          01,                          one octet
          01 07,                       two octets
          03 07 00,                    a frame type that does not exist
          05 34 12 07,                 a manufacturer's header cut short
          00 07 0B 05 80,              a Default Response: a dislike of ours
          10 07 0B 00 00,              a Default Response: a liking
          00 07 0B,                    a Default Response cut short
          00 07 01 02 00 00 23 00,     an answer about attributes that nobody asked for
          00 07 04 00,                 an answer about writing
          08 07 0B 03 81,              a Default Response of another server
          10 07 0A 02 00 23 01 00 00 00, a report that wants no answer
          """)
  void isNotAnswered(String frame, String what) {
    lamp.hears();
    lamp.sends(frame);
    assertThat(lamp.hears()).as(what).isEmpty();
    assertThat(stage.server.statistics().requests()).isZero();
  }

  @Test
  void whatCannotBeReadIsCounted() {
    lamp.sends("01").sends("01 07 03 00").sends("00 07 0B");
    assertThat(stage.server.statistics().malformed()).isEqualTo(3);
  }

  @Test
  void aDislikeOfABlockEndsNothing() {
    stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, 300), LAMP, 1);
    lamp.asksBlock(0, 50);
    lamp.sends("00 02 0B 05 80"); // Hue says MALFORMED_COMMAND after a block
    assertThat(lamp.asksBlock(50, 50)).startsWith("190205007C11");
  }

  @Test
  void framesOfOtherClustersAndOfZdoAreNobodysBusinessHere() {
    ByteBuffer query = ByteBuffer.wrap(new byte[] {1, 1, 1, 0, 0x7C, 0x11, 4, 0x42, 0, 0, 0, 0});
    for (int[] pair : new int[][] {{0x0104, 0x0006}, {0, 0x0019}}) {
      stage.server.received(
          ApsFrame.from(1, Optional.of(lamp.eui64), 11, 1, pair[0], pair[1], 0, query));
    }
    assertThat(lamp.hears()).isEmpty();
  }

  @Test
  void aStrangersOddFramesAreAnsweredTheSame() {
    lamp.isKnown = false;
    assertThat(lamp.asks("01 07 0A 00")).isEqualTo("18070B0A81");
    assertThat(lamp.asks("00 07 00 FD FF")).isEqualTo("180701FDFF00210400");
  }
}
