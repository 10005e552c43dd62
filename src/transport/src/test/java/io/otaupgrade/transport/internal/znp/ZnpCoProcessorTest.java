package io.otaupgrade.transport.internal.znp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.transport.internal.link.RadioFault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A co-processor on its network. */
class ZnpCoProcessorTest {

  private final ZnpKit kit = ZnpKit.up();

  @Nested
  class Sending {

    @Test
    void aFrameGoesOutAsDataRequest() {
      kit.send(
          0x2A,
          ApsFrame.to(
              0x1F17, 1, 3, 0x0104, 0x0019, ByteBuffer.wrap(ScriptedZnp.bytes("1905029800"))));
      // destination, endpoints, cluster, transaction, APS acknowledgement, radius, length, ASDU
      assertThat(kit.znp.asked)
          .containsExactly(
              "2401" + "171f" + "03" + "01" + "1900" + "2a" + "10" + "1e" + "05" + "1905029800");
    }

    @Test
    void withoutAcknowledgementIfItIsNotWanted() {
      kit.coProcessor.send(7, ZnpKit.frame(0x1F17, 0), TxOptions.UNACKNOWLEDGED);
      assertThat(kit.znp.asked)
          .containsExactly("2401" + "171f" + "02" + "01" + "1900" + "07" + "00" + "1e" + "00");
    }

    @Test
    void aConfirmationThatComesLateIsToldAllTheSame() {
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.loop.advance(Duration.ofSeconds(60));
      kit.znp.answer(ScriptedZnp.DATA, "10");
      kit.send(2, ZnpKit.frame(0x1F17, 82));
      kit.told("4480" + "00" + "01" + "01");
      assertThat(kit.events).containsExactlyInAnyOrder("1 DELIVERED", "2 REFUSED");
    }

    @Test
    void whatTheCoProcessorTookIsNotYetDelivered() {
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.loop.runDue();
      assertThat(kit.events).isEmpty();
      assertThat(kit.counters.framesSent).hasValue(1);
      kit.told("4480" + "00" + "01" + "01");
      assertThat(kit.events).containsExactly("1 DELIVERED");
    }

    @ParameterizedTest
    @CsvSource({
      "00, DELIVERED", // ZSuccess
      "10, BUSY", // ZMemError
      "11, BUSY", // ZBufferFull
      "1a, BUSY", // ZMacNoResources
      "b1, NO_ACK", // ZApsFail
      "b7, NO_ACK", // ZApsNoAck
      "cc, NO_ACK", // ZNwkNoAck
      "cd, NO_ACK", // ZNwkNoRoute
      "e1, BUSY", // ZMacChannelAccessFailure
      "e5, REFUSED", // ZMacFrameTooLong
      "e9, NO_ACK", // ZMacNoAck
      "f0, NO_ACK", // ZMacTransactionExpired
      "f1, BUSY", // ZMacTransactionOverflow
      "02, REFUSED", // ZInvalidParameter
      "7f, NO_ACK", // nobody knows
    })
    void whatBecameOfItIsToldOnce(String status, String told) {
      kit.send(9, ZnpKit.frame(0x1F17, 10));
      kit.loop.runDue();
      kit.told("4480" + status + "01" + "09");
      kit.told("4480" + status + "01" + "09");
      assertThat(kit.events).containsExactly("9 " + told);
    }

    @ParameterizedTest
    @CsvSource({
      "10, BUSY",
      "11, BUSY",
      "13, BUSY",
      "1a, BUSY",
      "cd, NO_ACK",
      "02, REFUSED",
      "e8, REFUSED",
      "7f, REFUSED",
    })
    void whatTheCoProcessorDoesNotTakeIsToldAtOnce(String status, String told) {
      kit.znp.answer(ScriptedZnp.DATA, status);
      kit.send(9, ZnpKit.frame(0x1F17, 60));
      kit.loop.runDue();
      assertThat(kit.events).containsExactly("9 " + told);
      assertThat(kit.counters.framesSent).hasValue(0);
    }

    @Test
    void noRouteStartsASearchForOneBeforeItIsTold() {
      kit.znp.mute(ScriptedZnp.ROUTE);
      for (int tag = 1; tag <= 2; tag++) {
        kit.send(tag, ZnpKit.frame(0x1F17, 10));
        kit.loop.runDue();
      }
      kit.told("4480" + "cd" + "01" + "01");
      kit.told("4480" + "cd" + "01" + "02");
      // One search serves both.
      assertThat(kit.znp.asked).endsWith("2545" + "171f" + "00" + "1e").hasSize(3);
      assertThat(kit.events).containsExactly("1 NO_ACK", "2 NO_ACK");
    }

    @Test
    void aSearchIsRepeatedAfterAWhile() {
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.told("4480" + "cd" + "01" + "01");
      kit.loop.advance(Duration.ofSeconds(6));
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.told("4480" + "cd" + "01" + "01");
      assertThat(asked(ScriptedZnp.ROUTE)).hasSize(2);
    }

    @Test
    void aBroadcastCountsAsDeliveredOnceItIsTaken() {
      kit.send(3, ZnpKit.frame(0xFFFD, 10));
      kit.loop.runDue();
      assertThat(kit.events).containsExactly("3 DELIVERED");
      kit.told("4480" + "00" + "01" + "03");
      assertThat(kit.events).hasSize(1);
    }

    @Test
    void aFrameOfOurDeviceObjectsCountsAsDeliveredOnceItIsTaken() {
      kit.send(
          4, ApsFrame.to(0x1F17, 0, 0, 0, 0x0005, ByteBuffer.wrap(ScriptedZnp.bytes("81171f"))));
      kit.loop.runDue();
      assertThat(kit.znp.asked)
          .containsExactly(
              "2401" + "171f" + "00" + "00" + "0500" + "04" + "10" + "1e" + "03" + "81171f");
      assertThat(kit.events).containsExactly("4 DELIVERED");
    }

    @Test
    void aFrameThatNoCommandHoldsIsRefused() {
      kit.send(4, ZnpKit.frame(0x1F17, 129));
      assertThat(kit.events).containsExactly("4 REFUSED");
      assertThat(kit.znp.asked).isEmpty();
    }

    @Test
    void oneCommandIsOutstandingAtATimeAndOursGoFirst() {
      kit.znp.mute(ScriptedZnp.DATA);
      for (int tag = 1; tag <= 3; tag++) {
        kit.send(tag, ZnpKit.frame(0x1F17, 0));
      }
      kit.coProcessor.permitJoin(Duration.ofSeconds(60));
      kit.loop.runDue();
      assertThat(kit.znp.asked).hasSize(1);
      kit.told("6401" + "00");
      assertThat(kit.znp.asked).hasSize(3);
      assertThat(kit.znp.asked.get(1)).startsWith(ScriptedZnp.PERMIT);
      assertThat(kit.znp.asked.get(2)).startsWith("2401171f0201190002");
      kit.told("6401" + "00");
      kit.told("6401" + "00");
      assertThat(kit.znp.asked).hasSize(4).last().asString().startsWith("2401171f0201190003");
      assertThat(kit.faults).isEmpty();
    }

    @Test
    void anAnswerThatNobodyWaitsForDoesNoHarm() {
      kit.told("6401" + "00");
      kit.znp.mute(ScriptedZnp.DATA);
      kit.send(1, ZnpKit.frame(0x1F17, 0));
      kit.told("6536" + "00");
      kit.told("6401" + "11");
      assertThat(kit.events).containsExactly("1 BUSY");
    }
  }

  @Nested
  class MaximumPayload {

    @Test
    void isWhatTheHeadersLeave() {
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(82);
    }

    @Test
    void isShorterByTheSourceRoute() {
      kit.told("45c4" + "171f" + "03" + "1111" + "2222" + "3333");
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(74);
      assertThat(kit.coProcessor.maximumPayload(0x1F18)).isEqualTo(82);
      kit.told("45c4" + "171f" + "00");
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(82);
    }

    @Test
    void isForgottenWhenTheNodeJoinsAnew() {
      kit.told("45c4" + "171f" + "01" + "1111");
      kit.told("45ca" + "171f" + "bb269bfeffb1b3f4" + "0000");
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(82);
    }

    @Test
    void isLearntWhenALoneFrameIsTooLong() {
      // zigbee2mqtt#3010: a block of 63 octets, 80 in all, meets status 0x10.
      kit.znp.answer(ScriptedZnp.DATA, data -> new byte[] {(byte) (data[9] > 78 ? 0x10 : 0x00)});
      for (int length = 82; length > 78; length--) {
        assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(length);
        kit.send(1, ZnpKit.frame(0x1F17, length));
        kit.loop.runDue();
      }
      assertThat(kit.events).hasSize(4).containsOnly("1 REFUSED");
      kit.send(1, ZnpKit.frame(0x1F17, 78));
      kit.told("4480" + "00" + "01" + "01");
      assertThat(kit.events).last().isEqualTo("1 DELIVERED");
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(78);
    }

    @Test
    void isLearntThoughAFrameWasNeverConfirmed() {
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.loop.advance(Duration.ofSeconds(15));
      kit.znp.answer(ScriptedZnp.DATA, "10");
      kit.send(2, ZnpKit.frame(0x1F17, 82));
      kit.loop.runDue();
      assertThat(kit.events).containsExactly("2 REFUSED");
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(81);
    }

    @Test
    void isNotLearntWhileAnotherFrameMayYetBeConfirmed() {
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.loop.advance(Duration.ofMillis(14_999));
      kit.znp.answer(ScriptedZnp.DATA, "10");
      kit.send(2, ZnpKit.frame(0x1F17, 82));
      kit.loop.runDue();
      assertThat(kit.events).containsExactly("2 BUSY");
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(82);
    }

    @Test
    void isNotLearntWhileOthersTakeTheMemory() {
      kit.send(1, ZnpKit.frame(0x1F17, 82));
      kit.znp.answer(ScriptedZnp.DATA, "10");
      kit.send(2, ZnpKit.frame(0x1F17, 82));
      kit.loop.runDue();
      assertThat(kit.events).containsExactly("2 BUSY");
      assertThat(kit.coProcessor.maximumPayload(0x1F17)).isEqualTo(82);
    }
  }

  @Nested
  class Receiving {

    @Test
    void aFrameComesAsIncomingMsg() {
      // group, cluster, source, endpoints, broadcast, LQI, security, timestamp, sequence, length,
      // ASDU; then, of newer firmware, the last hop and the radius.
      kit.told(
          "4481"
              + "0000"
              + "1900"
              + "171f"
              + "0b"
              + "01"
              + "00"
              + "6e"
              + "00"
              + "12345678"
              + "00"
              + "03"
              + "010203"
              + "171f"
              + "1d");
      assertThat(kit.frames).hasSize(1);
      ApsFrame frame = kit.frames.get(0);
      assertThat(frame).hasToString("1f17 ep 11>1 profile 0104 cluster 0019, 3 octets");
      assertThat(frame.lqi()).isEqualTo(0x6E);
      assertThat(frame.payload().isReadOnly()).isTrue();
      assertThat(ZnpKit.asdu(frame)).isEqualTo("010203");
      assertThat(kit.counters.framesReceived).hasValue(1);
    }

    @Test
    void anExtendedOneComesAsIncomingMsgExt() {
      kit.told(
          "4482"
              + "0000"
              + "1900"
              + "02"
              + "171f000000000000"
              + "0b"
              + "0000"
              + "0d"
              + "00"
              + "6e"
              + "00"
              + "12345678"
              + "00"
              + "0300"
              + "010203"
              + "171f"
              + "1d");
      assertThat(kit.frames)
          .singleElement()
          .hasToString("1f17 ep 11>13 profile 0104 cluster 0019, 3 octets");
      assertThat(ZnpKit.asdu(kit.frames.get(0))).isEqualTo("010203");
    }

    @ParameterizedTest
    @CsvSource({
      "4481 0000 1900 171f 0b 01 00 6e 00 12345678 00 04 010203, 25",
      "4481 0000 1900 171f 0b 01 00 6e 00 12345678 00, 21",
      "4482 0000 1900 02 171f000000000000 0b 0000 0d 00 6e 00 12345678 00 2c01 171f 1d, 35",
      "4482 0000 1900 03 0102030405060708 0b 0000 0d 00 6e 00 12345678 00 0000 171f 1d, 35",
      "45ff 171f 00 0580 00 81 00, 13",
      "4480 00 01, 7",
      "45ca 171f bb269bfeffb1b3, 14",
    })
    void whatIsCutShortIsCountedAndNotTold(String frame, int octets) {
      kit.told(frame);
      assertThat(kit.frames).isEmpty();
      assertThat(kit.events).isEmpty();
      assertThat(kit.counters.malformedOctets).hasValue(octets);
    }

    @Test
    void aZdoResponseComesWithItsSequenceNumber() {
      kit.told("45ff" + "171f" + "00" + "0580" + "00" + "81" + "0000" + "00171f0101");
      assertThat(kit.frames)
          .singleElement()
          .hasToString("1f17 ep 0>0 profile 0000 cluster 8005, 6 octets");
      assertThat(ZnpKit.asdu(kit.frames.get(0))).isEqualTo("8100171f0101");
    }

    @Test
    void theSameResponseWithoutItsSequenceNumberIsNotTold() {
      kit.told("4585" + "171f" + "00171f0101");
      assertThat(kit.frames).isEmpty();
      assertThat(kit.counters.malformedOctets).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
      "01, 5ec0, 1", // Light Link: Z-Stack knows no endpoint of that profile
      "01, 0901, 1", // Smart Energy
      "01, 0401, 0", // Home Automation: answered by Z-Stack
      "01, ffff, 0",
      "00, 5ec0, 0", // asked of us alone, Z-Stack says that there is none
    })
    void aMatchDescReqIsToldIfZStackLeavesItToUs(String broadcast, String profile, int told) {
      kit.told(
          "45ff" + "171f" + broadcast + "0600" + "00" + "05" + "fdff" + "fdff" + profile + "01"
              + "1900" + "00");
      assertThat(kit.frames).hasSize(told);
    }

    @Test
    void anAnnounceThatIsToldTwiceIsTakenOnce() {
      // From a log in a zigpy issue: a bulb with EUI-64 f4b3b1fffe9b26bb is switched on.
      kit.told("45c1" + "171f" + "171f" + "bb269bfeffb1b3f4" + "8e");
      kit.told("45ff" + "171f" + "01" + "1300" + "00" + "81" + "ffff" + "171fbb269bfeffb1b3f48e");
      assertThat(kit.frames)
          .singleElement()
          .hasToString("1f17 ep 0>0 profile 0000 cluster 0013, 12 octets");
      assertThat(ZnpKit.asdu(kit.frames.get(0))).isEqualTo("00171fbb269bfeffb1b3f48e");
    }

    @Test
    void announcesOfSeveralNodesAreTakenEach() {
      kit.told("45c1" + "171f" + "171f" + "bb269bfeffb1b3f4" + "8e");
      kit.told("45c1" + "181f" + "181f" + "bc269bfeffb1b3f4" + "8e");
      kit.loop.advance(Duration.ofSeconds(2));
      kit.told("45c1" + "181f" + "181f" + "bc269bfeffb1b3f4" + "8e");
      assertThat(kit.frames).hasSize(3);
    }

    @Test
    void joinsAndLeavesAreTold() {
      kit.told("45ca" + "171f" + "bb269bfeffb1b3f4" + "0000");
      kit.told("45c9" + "171f" + "bb269bfeffb1b3f4" + "00" + "00" + "00");
      kit.told("45c9" + "171f" + "bb269bfeffb1b3f4" + "00" + "00" + "01"); // comes back
      assertThat(kit.events)
          .containsExactly("joined f4b3b1fffe9b26bb 1f17", "left f4b3b1fffe9b26bb");
    }
  }

  @Test
  void joiningIsPermittedThroughAllRouters() {
    kit.coProcessor.permitJoin(Duration.ofSeconds(254));
    kit.coProcessor.permitJoin(Duration.ZERO);
    kit.loop.runDue();
    assertThat(kit.znp.asked)
        .containsExactly(
            "2536" + "0f" + "fcff" + "fe" + "01", "2536" + "0f" + "fcff" + "00" + "01");
  }

  @Nested
  class Watching {

    @Test
    void aSilentCoProcessorIsAskedWhetherItIsThere() {
      kit.loop.advance(Duration.ofSeconds(10));
      assertThat(kit.znp.asked).containsOnly(ScriptedZnp.PING).hasSizeBetween(5, 7);
      assertThat(kit.faults).isEmpty();
    }

    @Test
    void oneThatSpeaksIsNotAsked() {
      for (int i = 0; i < 20; i++) {
        kit.loop.advance(Duration.ofMillis(500));
        kit.told("45c4" + "171f" + "00");
      }
      assertThat(kit.znp.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700, 1_499, 1_500, 1_501, 2_300})
    void aDeadOneIsFoundWithinFiveSecondsWheneverItDies(int milliseconds) {
      kit.loop.advance(Duration.ofMillis(milliseconds));
      kit.znp.muteAll();
      kit.loop.advance(Duration.ofSeconds(5));
      assertThat(kit.faults)
          .containsExactly(RadioFault.passing("no answer to SYS_PING within 2000 ms"));
    }

    @Test
    void oneThatTakesAFrameAndSaysNothingIsFoundToo() {
      kit.znp.muteAll();
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.loop.advance(Duration.ofMillis(2_500));
      assertThat(kit.faults)
          .containsExactly(RadioFault.passing("no answer to AF_DATA_REQUEST within 2000 ms"));
    }

    @Test
    void aRestartIsAFault() {
      kit.told("4180" + "00" + "0201" + "020701");
      assertThat(kit.faults)
          .containsExactly(
              RadioFault.passing("the co-processor restarted by itself: power came back"));
    }

    @Test
    void leavingTheNetworkIsAFault() {
      kit.told("45c0" + "00");
      assertThat(kit.faults)
          .containsExactly(RadioFault.passing("the co-processor is off its network: state 0"));
    }

    @Test
    void nothingIsToldOnceItIsClosed() {
      kit.send(1, ZnpKit.frame(0x1F17, 10));
      kit.coProcessor.close();
      kit.told("4480" + "00" + "01" + "01");
      kit.told("4481" + "0000190017 1f0b01006e00123456780003010203".replace(" ", ""));
      kit.coProcessor.send(2, ZnpKit.frame(0x1F17, 10), TxOptions.ACKNOWLEDGED);
      kit.loop.runUntilIdle();
      assertThat(kit.frames).isEmpty();
      assertThat(kit.faults).isEmpty();
      assertThat(asked(ScriptedZnp.DATA)).hasSize(1);
      // What was given to it afterwards was refused on the spot.
      assertThat(kit.events).containsExactly("2 REFUSED");
    }
  }

  private List<String> asked(String command) {
    return kit.znp.asked.stream().filter(all -> all.startsWith(command)).toList();
  }
}
