package io.otaupgrade.simulator.internal.ncp.ezsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.simulator.internal.ncp.ezsp.EzspHost.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of a host with the co-processor, octet by octet as UG100 and UG600 have them. */
class EzspFirmwareTest {

  private static final String WELL_KNOWN_KEY = "5a6967426565416c6c69616e63653039";
  private static final String NETWORK_KEY = "000102030405060708090a0b0c0d0e0f";
  private static final String CONTEXT_NETWORK = "01 00 0000 0000000000000000 00 00 00000000";

  private static final int STACK_STATUS = 0x19;
  private static final int CHILD_JOIN = 0x23;
  private static final int TRUST_CENTER_JOIN = 0x24;
  private static final int MESSAGE_SENT = 0x3F;
  private static final int INCOMING_MESSAGE = 0x45;
  private static final int ROUTE_RECORD = 0x59;

  private static EzspHost host(int version, Object... keys) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < keys.length; i += 2) {
      map.put((String) keys[i], keys[i + 1]);
    }
    return new EzspHost(version, map);
  }

  private static List<String> hex(List<Told> callbacks) {
    return callbacks.stream().map(Told::hex).toList();
  }

  /** Opens the network as hosts do. */
  private static void permitJoining(EzspHost host, int seconds) {
    host.command(0x111, "ffffffffffffffff" + WELL_KNOWN_KEY + (host.isModern() ? "" : "00"));
    assertThat(host.command(0x22, "%02x".formatted(seconds))).isEqualTo(host.status(0));
  }

  private static String unicast(EzspHost host, int address, String aps, int tag, String payload) {
    return host.command(
        0x34,
        "00 %02x%02x".formatted(address & 0xFF, address >> 8)
            + aps
            + host.tag(tag)
            + "%02x".formatted(payload.replace(" ", "").length() / 2)
            + payload);
  }

  /** EmberApsFrame of a ZDO request. */
  private static String zdo(int cluster) {
    return "0000 %02x%02x 00 00 4011 0000 00".formatted(cluster & 0xFF, cluster >> 8);
  }

  @Nested
  class Version {

    @ParameterizedTest
    @CsvSource({
      "13, 800 0d 02 5074",
      "14, 800 0e 02 3080",
      "15, 800 0f 02 3080",
      "16, 800 10 02 3081",
      "17, 800 11 02 0082",
      "18, 800 12 02 2082",
      "19, 800 13 02 0091"
    })
    void isToldInTheLegacyFormatAndThenInTheOwn(int version, String told) {
      EzspHost host = host(version);
      host.reset();
      String parameters = told.replace(" ", "").substring(3);
      assertThat(host.legacyVersion(4)).isEqualTo("8000" + parameters);
      assertThat(host.command(0x05, "")).as("nop before the version").startsWith("0058:30");
      assertThat(host.command(0x00, "%02x".formatted(version))).isEqualTo(parameters);
      assertThat(host.command(0x05, "")).isEmpty();
    }

    @Test
    void isAgreedOnWithTheFirstCommandWhenTheHostWantsIt() {
      EzspHost host = host(19).connected();
      assertThat(host.command(0xAA, "11"))
          .isEqualTo("00000000 07 0000 09 01 00 00 aa".replace(" ", ""));
    }

    @Test
    void isForgottenWithAReset() {
      EzspHost host = host(13).connected();
      host.reset();
      assertThat(host.command(0x05, "")).isEqualTo("0058:30");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18, 19})
  void aCommandThatThisVersionDoesNotHaveIsInvalid(int version) {
    EzspHost host = host(version).connected();
    String reason = version >= 14 ? "31000000" : "31";
    assertThat(host.command(0x1FE, "")).isEqualTo("0058:" + reason);
    assertThat(host.command(0xFFFF, "")).isEqualTo("0058:" + reason);
    assertThat(host.command(0x45, "")).as("a callback's id").isEqualTo("0058:" + reason);
    assertThat(host.command(0x6A, "")).as("getKey, of EZSP 12").isEqualTo("0058:" + reason);
    assertThat(host.command(0x12F, "")).isEqualTo(version >= 14 ? "00" : "0058:" + reason);
    assertThat(host.command(0x5D, "00 0000")).isEqualTo(version < 14 ? "" : "0058:" + reason);
    assertThat(host.command(0x34, "00")).as("too short").startsWith("0058:33");
    assertThat(host.command(0x05, "")).as("and it goes on").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18, 19})
  void aFormedStickResumesItsNetworkAndTellsItsParametersAndKey(int version) {
    EzspHost host =
        host(
            version,
            "channel",
            20,
            "panId",
            0x1234,
            "extendedPanId",
            "1122334455667788",
            "networkKey",
            NETWORK_KEY,
            "announce",
            false);
    host.connected();
    assertThat(host.command(0x18, "")).as("networkState").isEqualTo("00");
    assertThat(host.command(0x17, "0000")).isEqualTo(host.status(0));
    assertThat(host.take(STACK_STATUS)).isEmpty();
    host.advance(Duration.ofMillis(50));
    assertThat(hex(host.take(STACK_STATUS))).containsExactly(host.status(0x90, 0x15));
    assertThat(host.command(0x18, "")).isEqualTo("02");
    assertThat(host.command(0x28, ""))
        .isEqualTo(
            (host.status(0) + "01 8877665544332211 3412 08 14 00 0000 00 00f8ff07")
                .replace(" ", ""));
    String exported = host.command(0x114, CONTEXT_NETWORK);
    assertThat(exported)
        .isEqualTo(
            version >= 14
                ? "00000000" + NETWORK_KEY + CONTEXT_NETWORK.replace(" ", "")
                : NETWORK_KEY + "00000000");
    assertThat(host.command(0x27, "")).as("getNodeId").isEqualTo("0000");
    assertThat(host.command(0x17, "0000")).as("again").isEqualTo(host.status(0x70, 0x02));
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 16, 19})
  void aBlankStickFormsANetworkKeepsItAcrossResetsAndForgetsItWhenItLeaves(int version) {
    EzspHost host = host(version, "formed", false).connected();
    assertThat(host.command(0x17, "0000")).isEqualTo(host.status(0x93, 0x17));
    String parameters = "8877665544332211 3412 05 0f 00 0000 00 00f8ff07";
    assertThat(host.command(0x1E, parameters))
        .as("without security")
        .isEqualTo(host.status(0xA8, 0x0C0B));
    assertThat(
            host.command(0x68, "840b" + WELL_KNOWN_KEY + NETWORK_KEY + "00" + "0000000000000000"))
        .isEqualTo(host.status(0));
    assertThat(host.command(0x1E, parameters)).isEqualTo(host.status(0));
    host.advance(Duration.ofMillis(300));
    assertThat(hex(host.take(STACK_STATUS))).containsExactly(host.status(0x90, 0x15));
    assertThat(host.command(0x28, "")).contains("8877665544332211" + "3412" + "05" + "0f");

    host.connected();
    assertThat(host.command(0x18, "")).as("down after a reset").isEqualTo("00");
    assertThat(host.command(0x17, "0000")).isEqualTo(host.status(0));
    host.advance(Duration.ofMillis(300));
    host.take(STACK_STATUS);
    assertThat(host.command(0x114, CONTEXT_NETWORK)).contains(NETWORK_KEY);

    assertThat(host.command(0x20, version >= 14 ? "00" : "")).isEqualTo(host.status(0));
    host.advance(Duration.ofMillis(300));
    assertThat(hex(host.take(STACK_STATUS))).containsExactly(host.status(0x91, 0x16));
    host.connected();
    assertThat(host.command(0x17, "0000")).isEqualTo(host.status(0x93, 0x17));
  }

  @Test
  void configurationAndEndpointsAreLostWithAReset() {
    EzspHost host = host(13).connected();
    assertThat(host.command(0x53, "12 0010")).isEqualTo("00");
    assertThat(host.command(0x52, "12")).isEqualTo("00" + "0010");
    host.addEndpoint(1);
    assertThat(host.command(0x02, "01 0401 0500 00 00 00")).as("twice").isEqualTo("36");
    assertThat(host.command(0x03, "00 01000000")).isEqualTo("00" + "02" + "0100");
    host.connected();
    assertThat(host.command(0x52, "12")).isEqualTo("00" + "b80b");
    assertThat(host.command(0x03, "00 01000000")).startsWith("36" + "02");
  }

  @Test
  void thereIsMemoryForSoManyMessagesAndNoMore() {
    EzspHost host = host(13, "buffers", 4).connected();
    assertThat(host.command(0x53, "03 0500")).isEqualTo("35");
    assertThat(host.command(0x53, "03 0200")).isEqualTo("00");
    assertThat(host.command(0x52, "03")).isEqualTo("00" + "0200");
    assertThat(host.command(0x53, "ee 0200")).as("no such value").isEqualTo("37");
  }

  @Nested
  class Joining {

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 19})
    void devicesComeInWhileTheNetworkIsOpen(int version) {
      EzspHost host = host(version, "members", false, "devices", 3, "joinSpacingMs", 10).up();
      host.take(STACK_STATUS);
      permitJoining(host, 60);
      assertThat(hex(host.take(STACK_STATUS))).containsExactly(host.status(0x9C, 0x0C18));
      host.advance(Duration.ofSeconds(1));
      List<Told> joins = host.take(TRUST_CENTER_JOIN);
      assertThat(joins).hasSize(3);
      long eui64 = joins.get(0).parameters().getLong(2);
      int address = joins.get(0).parameters().getShort(0) & 0xFFFF;
      assertThat(joins.get(0).hex()).endsWith("01" + "00" + "0000"); // unsecured, let in, parent
      assertThat(eui64 >>> 32).isEqualTo(0x026F7461L);
      assertThat(host.command(0x60, "%016x".formatted(Long.reverseBytes(eui64))))
          .isEqualTo("%04x".formatted(Short.reverseBytes((short) address) & 0xFFFF));
      assertThat(host.take(INCOMING_MESSAGE).stream().filter(cluster(0x0013))).hasSize(3);
      host.advance(Duration.ofSeconds(60));
      assertThat(hex(host.take(STACK_STATUS))).containsExactly(host.status(0x9D, 0x0C19));
    }

    @Test
    void nobodyGetsInWithoutALinkKeyThatDevicesHaveOrAgainstThePolicy() {
      EzspHost host = host(13, "members", false).up();
      host.command(0x22, "3c");
      host.advance(Duration.ofSeconds(5));
      assertThat(host.take(TRUST_CENTER_JOIN)).as("without a key").isEmpty();
      host.command(0x55, "00 02");
      permitJoining(host, 60);
      host.advance(Duration.ofSeconds(5));
      assertThat(host.take(TRUST_CENTER_JOIN)).as("rejoins only").isEmpty();
      host.command(0x55, "00 03");
      host.advance(Duration.ofSeconds(5));
      assertThat(host.take(TRUST_CENTER_JOIN)).hasSize(1);
    }

    @Test
    void aSleepyDeviceInReachIsAChild() {
      EzspHost host = host(13, "members", false, "sleepy", 1).up();
      permitJoining(host, 60);
      host.advance(Duration.ofSeconds(1));
      List<Told> children = host.take(CHILD_JOIN);
      assertThat(children).hasSize(1);
      assertThat(children.get(0).hex()).startsWith("00" + "01").endsWith("04");
      assertThat(host.command(0x29, "")).as("child count").startsWith("01");
    }

    @Test
    void aDeviceThatIsRemovedLeaves() {
      EzspHost host = host(14, "members", false).up();
      permitJoining(host, 60);
      host.advance(Duration.ofSeconds(1));
      String eui64 = host.take(TRUST_CENTER_JOIN).get(0).hex().substring(4, 20);
      host.command(0x22, "00");
      assertThat(host.command(0xA8, "0000" + eui64 + eui64)).isEqualTo("00000000");
      host.advance(Duration.ofSeconds(1));
      List<Told> left = host.take(TRUST_CENTER_JOIN);
      assertThat(left).hasSize(1);
      assertThat(left.get(0).hex()).contains(eui64 + "02" + "03");
    }
  }

  private static Predicate<Told> cluster(int cluster) {
    return message -> (message.parameters().getShort(3) & 0xFFFF) == cluster;
  }

  @Nested
  class Messages {

    private int member(EzspHost host) {
      host.advance(Duration.ofSeconds(1));
      List<Told> announces = host.take(INCOMING_MESSAGE).stream().filter(cluster(0x0013)).toList();
      assertThat(announces).isNotEmpty();
      Told announce = announces.get(0);
      int end = announce.parameters().limit();
      host.callbacks.clear();
      return announce.parameters().getShort(end - 11) & 0xFFFF; // address, EUI-64, capability
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 15, 16, 17, 18, 19})
    void areConfirmedAndAnswersComeInWithWhatTheVersionTells(int version) {
      EzspHost host = host(version).up();
      int address = member(host);
      String to = "%04x".formatted(Short.reverseBytes((short) address) & 0xFFFF);
      String sent = unicast(host, address, zdo(0x0002), 0x55, "07" + to);
      assertThat(sent).startsWith(host.status(0));
      String sequence = sent.substring(sent.length() - 2);
      host.advance(Duration.ofMillis(500));
      String aps = zdo(0x0002).replace(" ", "").replaceFirst("00$", sequence);
      assertThat(hex(host.take(MESSAGE_SENT)))
          .containsExactly(
              version >= 14
                  ? "00000000" + "00" + to + aps + "5500" + "00"
                  : "00" + to + aps + "55" + "00" + "00");
      List<Told> answers = host.take(INCOMING_MESSAGE).stream().filter(cluster(0x8002)).toList();
      assertThat(answers).hasSize(1);
      String answer = answers.get(0).hex();
      assertThat(answer).startsWith("00" + "0000" + "0280" + "00" + "00");
      if (version >= 14) { // sender, EUI-64, binding, address index, LQI, RSSI, timestamp
        assertThat(answer.substring(24)).matches(to + "[0-9a-f]{16}ffffc8ce[0-9a-f]{8}1107.*");
        assertThat(answer.substring(28)).startsWith("0100");
      } else { // LQI, RSSI, sender, binding, address index
        assertThat(answer.substring(24)).startsWith("c8" + "ce" + to + "ff" + "ff" + "11" + "07");
      }
    }

    @Test
    void toItselfAreAnsweredByItsStack() {
      EzspHost host = host(13, "announce", false).up();
      unicast(host, 0, zdo(0x0005), 1, "21 0000");
      unicast(host, 0, zdo(0x0004), 2, "22 0000 01");
      unicast(host, 0, zdo(0x0006), 3, "23 0000 0401 01 1900 00");
      unicast(host, 0, zdo(0x0031), 4, "24 00");
      host.advance(Duration.ofMillis(100));
      assertThat(host.take(MESSAGE_SENT)).hasSize(4);
      List<String> answers = new ArrayList<>();
      for (Told answer : host.take(INCOMING_MESSAGE)) {
        answers.add(answer.hex().substring(6, 10) + " " + answer.hex().substring(38));
      }
      assertThat(answers)
          .containsExactly(
              "0580 21000000" + "01" + "01",
              "0480 22000000" + "0e" + "01040105000002" + "00001900" + "010600",
              "0680 23000000" + "01" + "01",
              "3180 2484"); // not supported
    }

    @Test
    void beyondTheLimitAreRefusedAndTakenAgainWhenOneIsDone() {
      EzspHost host = host(14, "buffers", 2).up();
      int address = member(host);
      List<String> statuses = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        // commands take no time here, the air does
        statuses.add(unicast(host, address, zdo(0x0002), i, "070000").substring(0, 8));
      }
      assertThat(statuses).containsExactly("00000000", "00000000", "030c0000");
      host.advance(Duration.ofSeconds(1));
      assertThat(host.take(MESSAGE_SENT)).hasSize(2);
      assertThat(unicast(host, address, zdo(0x0002), 3, "070000")).startsWith("00000000");
    }

    @Test
    void thatCannotArriveFailAndThoseThatAreTooLongAreRefused() {
      EzspHost host = host(13).up();
      int address = member(host);
      int nobody = address == 0x1111 ? 0x1112 : 0x1111;
      assertThat(unicast(host, nobody, zdo(0x0002), 9, "070000")).startsWith("00");
      host.advance(Duration.ofSeconds(10));
      List<Told> sent = host.take(MESSAGE_SENT);
      assertThat(sent).hasSize(1);
      assertThat(sent.get(0).hex()).endsWith("09" + "66" + "00");
      assertThat(unicast(host, address, zdo(0x0002), 9, "00".repeat(83))).startsWith("74");
      assertThat(unicast(host, 0xFFFD, zdo(0x0002), 9, "00")).as("no unicast").startsWith("02");
    }

    @Test
    void withoutANetworkAreRefused() {
      EzspHost host = host(13).connected();
      assertThat(unicast(host, 1, zdo(0x0002), 9, "070000")).startsWith("91");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14})
    void toAllAreConfirmedToo(int version) {
      EzspHost host = host(version).up();
      int address = member(host);
      String to = "%04x".formatted(Short.reverseBytes((short) address) & 0xFFFF);
      String broadcast =
          version >= 14
              ? "0000 fdff 00" + zdo(0x0001) + "1e 0700 05 01" + to + "0000"
              : "fdff" + zdo(0x0001) + "1e 07 05 01" + to + "0000";
      assertThat(host.command(0x36, broadcast)).startsWith(host.status(0));
      host.advance(Duration.ofSeconds(1));
      assertThat(host.take(MESSAGE_SENT)).hasSize(1);
      assertThat(host.take(INCOMING_MESSAGE).stream().filter(cluster(0x8001))).hasSize(1);
    }

    @Test
    void bringTheirContentsBackWhenTheHostWantsIt() {
      EzspHost host = host(13).up();
      int address = member(host);
      host.command(0x55, "04 41");
      unicast(host, address, zdo(0x0002), 9, "070000");
      host.advance(Duration.ofSeconds(1));
      assertThat(host.take(MESSAGE_SENT).get(0).hex()).endsWith("03" + "070000");
    }

    @Test
    void overRelaysTellTheirRouteOnceForEachRequestForRoutes() {
      EzspHost host = host(13, "hops", 4).up();
      int address = member(host);
      String to = "%04x".formatted(Short.reverseBytes((short) address) & 0xFFFF);
      assertThat(host.command(0x10, "01 f9ff 0500 3c00 03 01 00")).isEqualTo("00");
      for (int i = 0; i < 2; i++) {
        unicast(host, address, zdo(0x0002), 9, "07" + to);
        host.advance(Duration.ofSeconds(1));
      }
      List<Told> routes = host.take(ROUTE_RECORD);
      assertThat(routes).hasSize(1);
      assertThat(routes.get(0).hex()).startsWith(to).matches(".{24}03.{12}");
      host.command(0x41, "f9ff 00");
      unicast(host, address, zdo(0x0002), 9, "07" + to);
      host.advance(Duration.ofSeconds(1));
      assertThat(host.take(ROUTE_RECORD)).hasSize(1);
    }
  }

  @Test
  void callbacksWaitWhenTheHostWantsToAskForThem() {
    EzspHost host = host(13, "announce", false).connected();
    assertThat(host.command(0xAB, "04 01 01")).isEqualTo("00");
    host.command(0x17, "0000");
    host.advance(Duration.ofSeconds(1));
    assertThat(host.callbacks).isEmpty();
    host.command(0x05, "");
    assertThat(host.lastControl()).as("one waits").isEqualTo(0x84);
    assertThat(host.command(0x06, "")).isEqualTo("0019:90");
    assertThat(host.lastControl()).isEqualTo(0x88);
    assertThat(host.command(0x06, "")).isEqualTo("0007:");
  }

  @Test
  void whatThereIsNoMemoryForIsLostAndTheHostLearnsOfIt() {
    EzspHost host = host(13, "devices", 400, "joinSpacingMs", 1, "announce", false).connected();
    host.addEndpoint(1);
    host.command(0xAB, "04 01 01"); // callbacks wait, so that they pile up
    host.command(0x17, "0000");
    host.advance(Duration.ofMillis(500));
    host.command(0x05, "");
    assertThat(host.lastControl()).as("before").isEqualTo(0x84);
    host.command(0x53, "2A 0100"); // match descriptor requests come too
    host.advance(Duration.ofSeconds(10));
    host.command(0x05, "");
    assertThat(host.lastControl()).as("overflow").isEqualTo(0x85);
    host.command(0x05, "");
    assertThat(host.lastControl()).as("told once").isEqualTo(0x84);
    int octets = 0;
    for (String told = host.command(0x06, "");
        !told.startsWith("0007");
        told = host.command(0x06, "")) {
      octets += 5 + (told.length() - 5) / 2;
    }
    assertThat(octets).isBetween(Callbacks.HEAP_OCTETS, Callbacks.HEAP_OCTETS + Ash.MAXIMUM_DATA);
  }

  @Test
  void theWatchdogLeavesTheNetworkAndDevicesAndTheHostStartsAnew() {
    EzspHost host = host(13, "members", false).up();
    permitJoining(host, 60);
    host.advance(Duration.ofSeconds(1));
    assertThat(host.take(TRUST_CENTER_JOIN)).hasSize(1);
    host.bench.reset();
    host.advance(Duration.ofSeconds(1));
    host.callbacks.clear();
    host.up();
    assertThat(hex(host.take(STACK_STATUS))).containsExactly("90");
    host.advance(Duration.ofSeconds(5));
    assertThat(host.take(TRUST_CENTER_JOIN)).as("it is a member already").isEmpty();
  }

  @Test
  void aCoProcessorTakesItsTimeForEachCommand() {
    EzspHost host = host(13, "turnaroundMs", 5).connected();
    long before = host.bench.loop.nanos();
    host.command(0x05, "");
    assertThat(Duration.ofNanos(host.bench.loop.nanos() - before)).isEqualTo(Duration.ofMillis(5));
  }
}
