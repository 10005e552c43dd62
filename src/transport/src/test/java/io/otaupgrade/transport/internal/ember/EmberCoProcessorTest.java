package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.transport.internal.ember.ScriptedNcp.Command;
import io.otaupgrade.transport.internal.link.NetworkSettings;
import io.otaupgrade.transport.internal.link.RadioFault;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The co-processor's protocol against a script, in all versions where they differ. */
class EmberCoProcessorTest {

  private static final Eui64 LAMP = new Eui64(0x00124b0001020304L);

  @Nested
  class Starting {
    @ParameterizedTest
    @ValueSource(ints = {13, 14, 15, 16, 17, 18, 19})
    void resumesTheNetworkAndChangesNothingOfIt(int version) {
      ScriptedNcp ncp = new ScriptedNcp(version);
      ncp.start();
      assertThat(ncp.faults).isEmpty();
      assertThat(ncp.networks).containsExactly(ScriptedNcp.NETWORK);
      assertThat(ncp.progress).contains("EmberZNet 8.0.2 build 397, EZSP " + version);
      List<Command> versions = ncp.commands(EzspFrame.VERSION);
      assertThat(versions)
          .extracting(Command::hex)
          .containsExactly("13", "%02X".formatted(version));
      assertThat(ncp.commands)
          .extracting(Command::frameId)
          .doesNotContain(
              EzspFrame.FORM_NETWORK,
              EzspFrame.SET_INITIAL_SECURITY_STATE,
              EzspFrame.CLEAR_KEY_TABLE,
              EzspFrame.SET_VALUE);
      assertThat(ncp.coProcessor.limits()).isEqualTo(new RadioLimits(16, 4));
    }

    @Test
    void theOtaClusterIsAmongTheInputClustersOfBothEndpoints() {
      ScriptedNcp ncp = new ScriptedNcp(13);
      ncp.start();
      assertThat(ncp.commands(EzspFrame.ADD_ENDPOINT))
          .extracting(Command::hex)
          .containsExactly(
              // endpoint, profile, device, version, counts, input clusters, output clusters
              "01 04 01 05 00 00 01 01 19 00 00 00", "0D 04 01 05 00 00 01 00 19 00");
      List<Integer> order = ncp.commands.stream().map(Command::frameId).toList();
      assertThat(order.indexOf(EzspFrame.ADD_ENDPOINT))
          .as("after whatever takes memory")
          .isGreaterThan(order.lastIndexOf(EzspFrame.SET_CONFIGURATION_VALUE))
          .isLessThan(order.indexOf(EzspFrame.NETWORK_INIT));
    }

    @Test
    void aFirmwareKeepsWhatItHasMoreOf() {
      ScriptedNcp ncp = new ScriptedNcp(13);
      ncp.start();
      assertThat(ncp.commands(EzspFrame.SET_CONFIGURATION_VALUE))
          .extracting(Command::hex)
          .contains("03 20 00", "12 00 1E", "2A 04 00")
          // 255 source routes are more than 200.
          .noneMatch(hex -> hex.startsWith("1A"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 12, 20, 255})
    void otherVersionsAreALastingFaultThatNamesBoth(int version) {
      ScriptedNcp ncp = new ScriptedNcp(version);
      ncp.start();
      assertThat(ncp.faults).singleElement().matches(RadioFault::lasting);
      assertThat(ncp.faults.get(0).message())
          .contains("EZSP " + version + ",")
          .contains("EZSP 13 to 19")
          .contains(version < 13 ? "newer firmware" : "older firmware");
    }

    @Test
    void anotherStackIsALastingFault() {
      ScriptedNcp ncp = new ScriptedNcp(13);
      ncp.answer(EzspFrame.VERSION, Octets.of().u8(13).u8(1).u16(0));
      ncp.start();
      assertThat(ncp.faults).singleElement().matches(RadioFault::lasting);
      assertThat(ncp.faults.get(0).message()).contains("stack of type 1");
    }

    @ParameterizedTest
    @CsvSource({"13, 0x93", "14, 0x17", "19, 0x17"})
    void noNetworkIsALastingFaultThatSaysWhatToDo(int version, int notJoined) {
      ScriptedNcp ncp = new ScriptedNcp(version);
      ncp.answer(EzspFrame.NETWORK_INIT, ncp.status(notJoined));
      ncp.start();
      assertThat(ncp.faults).singleElement().matches(RadioFault::lasting);
      assertThat(ncp.faults.get(0).message()).contains("no network").contains("form=true");
    }

    @ParameterizedTest
    @CsvSource({"13, 0x93", "14, 0x17"})
    void aNetworkIsFormedWhenThatIsWanted(int version, int notJoined) {
      ScriptedNcp ncp = new ScriptedNcp(version);
      byte[] key = Octets.hex("01 03 05 07 09 0B 0D 0F 00 02 04 06 08 0A 0C 0D");
      ncp.network =
          new NetworkSettings(
              true,
              OptionalInt.of(20),
              OptionalInt.of(0x1a62),
              OptionalLong.of(0xdddddddd01020304L),
              Optional.of(new NetworkSettings.NetworkKey(key)));
      ncp.answer(EzspFrame.NETWORK_INIT, ncp.status(notJoined));
      ncp.answer(EzspFrame.SET_INITIAL_SECURITY_STATE, ncp.status(0));
      ncp.answer(EzspFrame.CLEAR_KEY_TABLE, ncp.status(0));
      ncp.answers.put(
          EzspFrame.FORM_NETWORK,
          command -> {
            ncp.stackStatus(version < 14 ? 0x90 : 0x15);
            return Optional.of(ncp.status(0).array());
          });
      ncp.start();
      assertThat(ncp.faults).isEmpty();
      assertThat(ncp.networks).containsExactly(ScriptedNcp.NETWORK);
      String security = ncp.commands(EzspFrame.SET_INITIAL_SECURITY_STATE).get(0).hex();
      // Bit mask, the trust centre's key, the network's, sequence number, trust centre.
      assertThat(security).startsWith("84 0B ");
      assertThat(security.substring(18 * 3))
          .isEqualTo(Octets.text(key) + " 00 00 00 00 00 00 00 00 00");
      assertThat(ncp.commands(EzspFrame.FORM_NETWORK))
          .extracting(Command::hex)
          .containsExactly(
              // extended PAN id, PAN id, power, channel, method, manager, update id, channels
              "04 03 02 01 DD DD DD DD 62 1A 08 14 00 00 00 00 00 F8 FF 07");
      assertThat(ncp.commands(EzspFrame.SET_VALUE))
          .extracting(Command::hex)
          .containsExactly("0A 02 10 01", "07 01 01");
      assertThat(String.join("\n", ncp.progress)).doesNotContain("0103");
    }

    @Test
    void aNetworkThatDoesNotComeUpIsAPassingFault() {
      ScriptedNcp ncp = new ScriptedNcp(13);
      ncp.answer(EzspFrame.NETWORK_INIT, ncp.status(0));
      ncp.start();
      ncp.loop.advance(Duration.ofSeconds(10));
      assertThat(ncp.faults).singleElement().matches(fault -> !fault.lasting());
      assertThat(ncp.faults.get(0).message()).contains("did not resume its network within 10 s");
    }

    @Test
    void aRouterIsNoCoordinator() {
      ScriptedNcp ncp = new ScriptedNcp(14);
      ncp.answer(
          EzspFrame.GET_NETWORK_PARAMETERS,
          ncp.status(0).u8(2).u64(1).u16(2).u8(8).u8(20).u8(0).u16(0).u8(0).u32(0));
      ncp.start();
      assertThat(ncp.faults).singleElement().matches(RadioFault::lasting);
      assertThat(ncp.faults.get(0).message()).contains("role 2");
    }

    @Test
    void whatAFirmwareRefusesStaysAsItIs() {
      ScriptedNcp ncp = new ScriptedNcp(13);
      ncp.answer(EzspFrame.SET_CONFIGURATION_VALUE, ncp.status(0x35));
      ncp.answer(EzspFrame.SET_POLICY, ncp.status(0x36));
      ncp.answer(EzspFrame.ADD_ENDPOINT, ncp.status(0x36));
      ncp.answers.remove(EzspFrame.SET_CONCENTRATOR);
      ncp.start();
      assertThat(ncp.faults).isEmpty();
      assertThat(ncp.networks).hasSize(1);
    }

    @Test
    void aResponseThatIsTooShortIsAFault() {
      ScriptedNcp ncp = new ScriptedNcp(13);
      ncp.answer(EzspFrame.GET_EUI64, Octets.of().u32(1));
      ncp.start();
      assertThat(ncp.faults.get(0).message())
          .isEqualTo(
              "the co-processor's response to frame 0x0026 is too short: need 8 octets, have 4");
    }
  }

  @Nested
  class Sending {
    private final ApsFrame block = frame(0x1234);

    private ApsFrame frame(int address) {
      return ApsFrame.to(address, 1, 3, 0x0104, 0x0019, Octets.buffer("19 22 05 00 AA"));
    }

    @ParameterizedTest
    @CsvSource({
      "13, 7F",
      "14, 7F 00",
      "19, 7F 00",
    })
    void aUnicastHasTheLayoutOfItsVersion(int version, String tag) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.coProcessor.send(0x7F, block, TxOptions.ACKNOWLEDGED);
      ncp.coProcessor.send(0x7F, block, TxOptions.UNACKNOWLEDGED);
      ncp.loop.runDue();
      String payload = " 05 19 22 05 00 AA";
      assertThat(ncp.commands)
          .extracting(Command::hex)
          .containsExactly(
              // direct, address, profile, cluster, endpoints, options, group, counter
              "00 34 12 04 01 19 00 01 03 40 01 00 00 00 " + tag + payload,
              "00 34 12 04 01 19 00 01 03 00 01 00 00 00 " + tag + payload);
      assertThat(ncp.confirmed).isEmpty();
      assertThat(ncp.counters.framesSent).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({
      "13, FD FF, 7F",
      "14, FF FF FD FF 00, 7F 00",
      "19, FF FF FD FF 00, 7F 00",
    })
    void aBroadcastHasTheLayoutOfItsVersionAndIsDoneWhenItIsTaken(
        int version, String addresses, String tag) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.coProcessor.send(0x7F, frame(0xFFFD), TxOptions.ACKNOWLEDGED);
      ncp.loop.runDue();
      assertThat(ncp.commands)
          .extracting(Command::hex)
          .containsExactly(
              addresses + " 04 01 19 00 01 03 00 00 00 00 00 1E " + tag + " 05 19 22 05 00 AA");
      assertThat(ncp.confirmed).containsExactly("127 DELIVERED");
      sent(ncp, 6, 0x7F, 0);
      assertThat(ncp.confirmed).as("what comes of it later is no news").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
      "13, 0x00, DELIVERED",
      "13, 0x66, NO_ACK",
      "14, 0x0000, DELIVERED",
      "14, 0x0C02, NO_ACK",
      "19, 0x0C20, NO_ACK",
    })
    void itsEndIsConfirmedOnce(int version, int status, String confirmation) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.coProcessor.send(200, block, TxOptions.ACKNOWLEDGED);
      ncp.loop.runDue();
      sent(ncp, 0, 201, status);
      assertThat(ncp.confirmed).isEmpty();
      sent(ncp, 0, 200, status);
      sent(ncp, 0, 200, status);
      assertThat(ncp.confirmed).containsExactly("200 " + confirmation);
    }

    private void sent(ScriptedNcp ncp, int type, int tag, int status) {
      Octets aps = Octets.of().octets("04 01 19 00 01 03 40 01 00 00 11");
      ncp.callback(
          EzspFrame.MESSAGE_SENT_HANDLER,
          ncp.version < 14
              ? Octets.of().u8(type).u16(0x1234).octets(aps.array()).u8(tag).u8(status).u8(0)
              : Octets.of().u32(status).u8(type).u16(0x1234).octets(aps.array()).u16(tag).u8(0));
    }

    @ParameterizedTest
    @CsvSource({
      "13, 0x18, BUSY", // NO_BUFFERS
      "13, 0x72, BUSY", // MAX_MESSAGE_LIMIT_REACHED
      "13, 0xA1, BUSY", // NETWORK_BUSY
      "13, 0x39, BUSY", // MAC_TRANSMIT_QUEUE_FULL
      "13, 0x74, REFUSED", // MESSAGE_TOO_LONG
      "13, 0x02, REFUSED", // BAD_ARGUMENT
      "13, 0x91, REFUSED", // NETWORK_DOWN
      "13, 0xEE, REFUSED",
      "14, 0x0019, BUSY", // ALLOCATION_FAILED
      "14, 0x0C03, BUSY", // ZIGBEE_MAX_MESSAGE_LIMIT_REACHED
      "14, 0x0004, BUSY", // BUSY
      "14, 0x0038, REFUSED", // MESSAGE_TOO_LONG
      "14, 0x0021, REFUSED", // INVALID_PARAMETER
      "14, 0x0C26, NO_ACK", // ZIGBEE_SEND_UNICAST_NO_ROUTE
      "19, 0x7FFFFFFF, REFUSED",
    })
    void whatTheCoProcessorDoesNotTakeIsToldAsWhatItIs(
        int version, int status, String confirmation) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.answer(EzspFrame.SEND_UNICAST, ncp.status(status).u8(0));
      ncp.coProcessor.send(5, block, TxOptions.ACKNOWLEDGED);
      ncp.loop.runDue();
      assertThat(ncp.confirmed).containsExactly("5 " + confirmation);
      assertThat(ncp.counters.framesSent).hasValue(0);
    }

    @Test
    void aFrameLongerThanAnyIsRefusedAtOnce() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ApsFrame tooLong = ApsFrame.to(1, 1, 1, 0x0104, 0x0019, ByteBuffer.allocate(129));
      ncp.coProcessor.send(9, tooLong, TxOptions.ACKNOWLEDGED);
      assertThat(ncp.confirmed).containsExactly("9 REFUSED");
      assertThat(ncp.commands).isEmpty();
    }

    @Test
    void managementGoesBeforeMessagesButTheOneThatComesNext() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      for (int tag = 0; tag < 4; tag++) {
        ncp.coProcessor.send(tag, block, TxOptions.ACKNOWLEDGED);
      }
      ncp.coProcessor.permitJoin(Duration.ofMinutes(1));
      ncp.loop.runDue();
      assertThat(ncp.commands)
          .extracting(Command::frameId)
          .containsExactly(
              EzspFrame.SEND_UNICAST,
              EzspFrame.SEND_UNICAST,
              EzspFrame.IMPORT_TRANSIENT_KEY,
              EzspFrame.SET_POLICY,
              EzspFrame.PERMIT_JOINING,
              EzspFrame.SEND_BROADCAST,
              EzspFrame.SEND_UNICAST,
              EzspFrame.SEND_UNICAST);
    }

    @Test
    void oneCommandIsOutstandingAndTheNextGoesHoweverBusyTheLoopIs() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.staySilentOn(EzspFrame.SEND_UNICAST);
      int before = ncp.dataFrames;
      for (int tag = 0; tag < 4; tag++) {
        ncp.coProcessor.send(tag, block, TxOptions.ACKNOWLEDGED);
      }
      ncp.loop.runDue();
      assertThat(ncp.dataFrames).isEqualTo(before + 1);
      // On the reader thread, while the loop does not run.
      ncp.respondAtOnce(EzspFrame.SEND_UNICAST, ncp.status(0x72).u8(0));
      assertThat(ncp.dataFrames).isEqualTo(before + 2);
      assertThat(ncp.confirmed).isEmpty();
      ncp.loop.runDue();
      assertThat(ncp.confirmed).containsExactly("0 BUSY");
      assertThat(ncp.dataFrames).as("the second one waits for its response").isEqualTo(before + 2);
    }
  }

  @Nested
  class Receiving {
    private Octets message(int version, int type, int options, int cluster, long eui64) {
      Octets aps =
          Octets.of()
              .u8(type)
              .u16(cluster == 0x19 ? 0x0104 : 0)
              .u16(cluster)
              .u8(cluster == 0x19 ? 3 : 0)
              .u8(cluster == 0x19 ? 1 : 0)
              .u16(options)
              .u16(0)
              .u8(0x42);
      if (version < 14) {
        aps.u8(180).u8(-50).u16(0x1234).u8(0xFF).u8(0xFF);
      } else {
        aps.u16(0x1234).u64(eui64).u8(0xFF).u8(0xFF).u8(180).u8(-50).u32(0x01020304);
      }
      return aps.u8(4).octets("01 05 03 00");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 19})
    void aMessageHasTheLayoutOfItsVersion(int version) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.callback(
          EzspFrame.INCOMING_MESSAGE_HANDLER, message(version, 0, 0x40, 0x19, LAMP.value()));
      ApsFrame frame = ncp.received.get(0);
      assertThat(frame.networkAddress()).isEqualTo(0x1234);
      assertThat(frame.profile()).isEqualTo(0x0104);
      assertThat(frame.cluster()).isEqualTo(0x0019);
      assertThat(frame.sourceEndpoint()).isEqualTo(3);
      assertThat(frame.destinationEndpoint()).isEqualTo(1);
      assertThat(frame.lqi()).isEqualTo(180);
      assertThat(frame.payload()).isEqualTo(Octets.buffer("01 05 03 00"));
      assertThat(frame.eui64()).isEqualTo(version < 14 ? Optional.empty() : Optional.of(LAMP));
      assertThat(ncp.counters.framesReceived).hasValue(1);
    }

    @Test
    void anUnknownEui64IsNone() {
      ScriptedNcp ncp = ScriptedNcp.up(14);
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(14, 0, 0x40, 0x19, -1));
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(14, 0, 0x40, 0x19, 0));
      assertThat(ncp.received).hasSize(2).allMatch(frame -> frame.eui64().isEmpty());
    }

    @Test
    void theSendersEui64ComesBeforeTheMessageInVersion13() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.callback(EzspFrame.INCOMING_SENDER_EUI64_HANDLER, Octets.of().u64(LAMP.value()));
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(13, 0, 0x40, 0x19, 0));
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(13, 0, 0x40, 0x19, 0));
      assertThat(ncp.received)
          .extracting(ApsFrame::eui64)
          .containsExactly(Optional.of(LAMP), Optional.empty());
    }

    @Test
    void thatFrameIsAnotherOneFrom17On() {
      ScriptedNcp ncp = ScriptedNcp.up(17);
      ncp.callback(EzspFrame.INCOMING_SENDER_EUI64_HANDLER, Octets.of().u8(15).u8(20));
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(17, 0, 0x40, 0x19, 0));
      assertThat(ncp.received).singleElement().matches(frame -> frame.eui64().isEmpty());
      assertThat(ncp.counters.malformedOctets).hasValue(0);
    }

    @Test
    void ourOwnBroadcastsAreNotHeard() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(13, 5, 0, 0x19, 0));
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(13, 3, 0, 0x19, 0));
      assertThat(ncp.received).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
      "Device_annce,                                         0x0013, 0x0000, true,  true",
      "a response,                                           0x8005, 0x0000, true,  true",
      "Match_Desc_req that the co-processor leaves to us,    0x0006, 0x4000, true,  true",
      "Match_Desc_req that says nothing of it,               0x0006, 0x0000, true,  true",
      "Match_Desc_req that the co-processor answers,         0x0006, 0x0000, false, false",
      "Node_Desc_req that the co-processor answers,          0x0002, 0x0000, true,  false",
      "IEEE_addr_req that the co-processor answers,          0x0001, 0x0000, true,  false",
      "a request that the co-processor leaves to us,         0x0002, 0x4000, false, true",
    })
    void zdoRequestsAreHandedOnIfTheyAreOurs(
        String what, int cluster, int options, boolean takesEndpointRequests, boolean handedOn) {
      ScriptedNcp ncp = new ScriptedNcp(14);
      if (!takesEndpointRequests) {
        ncp.answer(EzspFrame.SET_CONFIGURATION_VALUE, ncp.status(0x21));
      }
      ncp.start();
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(14, 0, options, cluster, 0));
      assertThat(ncp.received).hasSize(handedOn ? 1 : 0);
    }

    @Test
    void everyPrefixOfACallbackIsMalformed() {
      ScriptedNcp ncp = ScriptedNcp.up(14);
      byte[] whole = message(14, 0, 0x40, 0x19, 1).array();
      for (int length = 0; length < whole.length; length++) {
        ncp.callback(
            EzspFrame.INCOMING_MESSAGE_HANDLER, Octets.of().octets(Arrays.copyOf(whole, length)));
      }
      assertThat(ncp.received).isEmpty();
      assertThat(ncp.faults).isEmpty();
      assertThat(ncp.counters.malformedOctets.get()).isPositive();
    }

    @Test
    void routesShortenWhatAFrameMayCarry() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      assertThat(ncp.coProcessor.maximumPayload(0x1234)).isEqualTo(82);
      ncp.callback(
          EzspFrame.INCOMING_ROUTE_RECORD_HANDLER,
          Octets.of().u16(0x1234).u64(LAMP.value()).u8(200).u8(-40).u8(2).u16(0x1111).u16(0x2222));
      assertThat(ncp.coProcessor.maximumPayload(0x1234)).isEqualTo(76);
      assertThat(ncp.coProcessor.maximumPayload(0x1235)).isEqualTo(82);
      ncp.callback(EzspFrame.INCOMING_MESSAGE_HANDLER, message(13, 0, 0x40, 0x19, 0));
      assertThat(ncp.received.get(0).eui64()).as("the record's").contains(LAMP);
      ncp.callback(
          EzspFrame.CHILD_JOIN_HANDLER,
          Octets.of().u8(0).u8(1).u16(0x1234).u64(LAMP.value()).u8(3));
      assertThat(ncp.coProcessor.maximumPayload(0x1234)).isEqualTo(82);
    }

    @Test
    void aBrokenRouteIsLookedForWithTheNextFrame() {
      ScriptedNcp ncp = ScriptedNcp.up(14);
      ncp.callback(EzspFrame.INCOMING_ROUTE_ERROR_HANDLER, ncp.status(0x0C13).u16(0x1234));
      ApsFrame frame = ApsFrame.to(0x1234, 1, 3, 0x0104, 0x0019, Octets.buffer("01"));
      ncp.coProcessor.send(1, frame, TxOptions.UNACKNOWLEDGED);
      ncp.coProcessor.send(2, frame, TxOptions.UNACKNOWLEDGED);
      ncp.loop.runDue();
      assertThat(ncp.commands)
          .extracting(command -> command.in().getShort(9) & 0xFFFF)
          .containsExactly(0x0300, 0x0100);
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource({
      "0, 0, joined 00124b0001020304 1234, rejoined",
      "1, 0, joined 00124b0001020304 1234, joined",
      "3, 4, joined 00124b0001020304 1234, rejoined without security",
      "2, 3, left 00124b0001020304,        left",
      "1, 2, '',                           turned away",
    })
    void theTrustCentreTellsWhoComesAndGoes(int update, int decision, String device, String what) {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.callback(
          EzspFrame.TRUST_CENTER_JOIN_HANDLER,
          Octets.of().u16(0x1234).u64(LAMP.value()).u8(update).u8(decision).u16(0));
      assertThat(ncp.devices).isEqualTo(device.isEmpty() ? List.of() : List.of(device));
    }

    @ParameterizedTest
    @CsvSource({"13, 0x91", "14, 0x16"})
    void aCoProcessorThatLeavesItsNetworkHasFailed(int version, int down) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.stackStatus(down);
      ncp.loop.runDue();
      assertThat(ncp.faults).singleElement().matches(fault -> !fault.lasting());
      assertThat(ncp.faults.get(0).message()).contains("NETWORK_DOWN");
    }

    @ParameterizedTest
    @CsvSource({"13, 0x9B", "14, 0x0C17"})
    void aChangeOfChannelIsTold(int version, int changed) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.answer(
          EzspFrame.GET_NETWORK_PARAMETERS,
          ncp.status(0)
              .u8(1)
              .octets("04 03 02 01 DD DD DD DD")
              .u16(0x1a62)
              .u8(8)
              .u8(25)
              .u8(0)
              .u16(0)
              .u8(0)
              .u32(0));
      ncp.stackStatus(changed);
      ncp.loop.runDue();
      assertThat(ncp.networks)
          .hasSize(2)
          .last()
          .extracting(NetworkParameters::channel)
          .isEqualTo(25);
    }
  }

  @Nested
  class PermittingToJoin {
    private static final String KEY = "5A 69 67 42 65 65 41 6C 6C 69 61 6E 63 65 30 39";

    @ParameterizedTest
    @CsvSource({
      "13, ' 00', FC FF, 00",
      "14, '',    FF FF FC FF 00, 00 00",
    })
    void opensTheNetworkEverywhere(int version, String flags, String addresses, String tag) {
      ScriptedNcp ncp = ScriptedNcp.up(version);
      ncp.coProcessor.permitJoin(Duration.ofMinutes(3));
      ncp.loop.runDue();
      assertThat(ncp.commands)
          .extracting(Command::hex)
          .containsExactly(
              "FF FF FF FF FF FF FF FF " + KEY + flags,
              "00 03",
              "B4",
              addresses + " 00 00 36 00 00 00 00 00 00 00 00 1E " + tag + " 03 00 B4 01");
      assertThat(ncp.confirmed).isEmpty();
    }

    @Test
    void closesItEverywhere() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.coProcessor.permitJoin(Duration.ZERO);
      ncp.loop.runDue();
      assertThat(ncp.commands)
          .extracting(Command::frameId)
          .containsExactly(
              EzspFrame.CLEAR_TRANSIENT_LINK_KEYS,
              EzspFrame.SET_POLICY,
              EzspFrame.PERMIT_JOINING,
              EzspFrame.SEND_BROADCAST);
      assertThat(ncp.commands.get(1).hex()).isEqualTo("00 02");
      assertThat(ncp.commands.get(2).hex()).isEqualTo("00");
    }
  }

  @Nested
  class Watching {
    @Test
    void aQuietCoProcessorIsAskedForAWord() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.loop.advance(Duration.ofSeconds(10));
      assertThat(ncp.commands(EzspFrame.NOP)).hasSizeBetween(7, 10);
      assertThat(ncp.faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 700, 999, 1_000, 1_001, 1_234})
    void oneThatFallsSilentIsGivenUpWithinFiveSecondsWheneverItDoes(int milliseconds) {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.loop.advance(Duration.ofMillis(milliseconds));
      ncp.silent = true;
      ncp.loop.advance(Duration.ofSeconds(5));
      assertThat(ncp.faults).singleElement().matches(fault -> !fault.lasting());
      assertThat(ncp.faults.get(0).message()).contains("did not answer frame 0x0005 within 3.0 s");
    }

    @Test
    void aCommandWithoutAResponseIsAFault() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.staySilentOn(EzspFrame.SEND_UNICAST);
      ApsFrame frame = ApsFrame.to(0x1234, 1, 3, 0x0104, 0x0019, Octets.buffer("01"));
      ncp.coProcessor.send(1, frame, TxOptions.UNACKNOWLEDGED);
      ncp.loop.advance(Duration.ofMillis(3300));
      assertThat(ncp.faults.get(0).message()).contains("did not answer frame 0x0034");
    }

    @Test
    void aRestartIsNoticedAtOnce() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.line("C1 02 02 9B 7B 7E");
      assertThat(ncp.faults.get(0).message()).contains("restarted by itself: RESET_POWERON");
    }

    @Test
    void nothingIsToldAfterClosing() {
      ScriptedNcp ncp = ScriptedNcp.up(13);
      ncp.coProcessor.close();
      ncp.callback(
          EzspFrame.TRUST_CENTER_JOIN_HANDLER,
          Octets.of().u16(0x1234).u64(LAMP.value()).u8(1).u8(0).u16(0));
      ncp.loop.advance(Duration.ofMinutes(1));
      assertThat(ncp.devices).isEmpty();
      assertThat(ncp.faults).isEmpty();
      assertThat(ncp.commands).isEmpty();
    }
  }
}
