package io.otaupgrade.simulator.internal.ncp.znp;

import static io.otaupgrade.simulator.internal.ncp.znp.ScriptedHost.u16;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ZnpFirmwareTest {

  /** Endpoint 1, profile 0x0104, OTA among the input clusters. */
  private static final String ENDPOINT_1 = "01 0401 0500 00 00 01 1900 00";

  private static ScriptedHost host(Object... keysAndValues) {
    Map<String, Object> keys = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return new ScriptedHost(keys);
  }

  /** A host on the network of a formed stick, with endpoint 1. */
  private static ScriptedHost started(Object... keysAndValues) {
    ScriptedHost host = host(keysAndValues);
    host.say("2400", ENDPOINT_1);
    host.say("2540", "0000");
    host.board.loop.advance(Duration.ofSeconds(2));
    return host;
  }

  @Nested
  @DisplayName("Frames")
  class Frames {

    @Test
    void aPingAsItIsOnTheLine() {
      // SWRA198 SYS_PING: FE, no data, 21 01, check; the answer has the capabilities
      ScriptedHost host = host();
      host.octets(HexFormat.of().parseHex("fe00210120"));
      assertThat(host.heard).containsExactly("6101 5906");
    }

    @Test
    void aFrameIsFoundAmongOtherOctetsAndInPieces() {
      ScriptedHost host = host();
      for (byte octet : HexFormat.of().parseHex("0011ef" + "fe00210120")) {
        host.octets(new byte[] {octet});
      }
      assertThat(host.heard).containsExactly("6101 5906");
    }

    @Test
    void aFrameWithAWrongCheckOctetIsDroppedAndTheNextOneIsRead() {
      ScriptedHost host = host();
      host.octets(HexFormat.of().parseHex("fe00210121" + "fe00210120"));
      assertThat(host.heard).containsExactly("6101 5906");
    }

    @Test
    void whatItDoesNotKnowIsAnsweredByAnRpcError() {
      ScriptedHost host = host();
      assertThat(host.ask("217f", "")).as("command").containsExactly("6000 02217f");
      assertThat(host.ask("3f00", "")).as("subsystem").containsExactly("6000 013f00");
      assertThat(host.ask("2113", "82")).as("too short").containsExactly("6000 042113");
      assertThat(host.ask("457f", "")).as("asynchronous").isEmpty();
    }

    @Property(tries = 300)
    void noOctetsMakeItThrowAndItHearsThePingBehindThem(@ForAll byte[] noise) {
      ScriptedHost host = host("devices", 0);
      host.octets(noise);
      // the longest frame that the noise can have begun
      host.octets(new byte[256]);
      host.board.loop.advance(Duration.ofSeconds(1));
      host.heard.clear();
      host.octets(HexFormat.of().parseHex("fe00210120"));
      assertThat(host.heard).containsExactly("6101 5906");
    }

    @Property(tries = 500)
    void noCommandMakesItThrow(
        @ForAll("subsystems") int cmd0, @ForAll byte cmd1, @ForAll byte[] data) {
      ScriptedHost host = started();
      ByteArrayOutputStream hex = new ByteArrayOutputStream();
      hex.write(data, 0, Math.min(data.length, 250));
      host.say(
          HexFormat.of().toHexDigits((byte) cmd0) + HexFormat.of().toHexDigits(cmd1),
          HexFormat.of().formatHex(hex.toByteArray()));
      host.board.loop.advance(Duration.ofSeconds(2));
    }

    @Provide
    Arbitrary<Integer> subsystems() {
      return Arbitraries.of(0x21, 0x24, 0x25, 0x27, 0x2F, 0x41);
    }
  }

  @Nested
  @DisplayName("SYS")
  class Sys {

    @Test
    void theVersionIsThatOfZStack3x0WithItsRevision() {
      assertThat(host().ask("2102", "")).containsExactly("6102 0201020701" + "46d93401");
    }

    @Test
    void aResetIsIndicatedAfterTheBoot() {
      ScriptedHost host = started();
      host.heard.clear();
      host.say("4100", "01");
      host.say("2101", "");
      assertThat(host.heard).as("it boots").isEmpty();
      host.board.loop.advance(ZnpFirmware.BOOT);
      assertThat(host.heard).containsExactly("4180 000201020701");
      assertThat(host.ask("2700", ""))
          .as("off the network")
          .singleElement()
          .asString()
          .endsWith("feff" + "07" + "00" + "00");
    }

    @Test
    void theWatchdogNamesItself() {
      ScriptedHost host = host();
      host.board.watchdog();
      host.board.loop.advance(ZnpFirmware.BOOT);
      assertThat(host.heard).containsExactly("4180 020201020701");
    }

    @Test
    void anItemIsMadeWrittenReadAndDeleted() {
      ScriptedHost host = host();
      assertThat(host.ask("2113", "600f")).as("length").containsExactly("6113 0000");
      assertThat(host.ask("211c", "600f 0000")).as("read").containsExactly("611c 0200");
      assertThat(host.ask("211d", "600f 0000 0100 aa")).as("write").containsExactly("611d 02");
      assertThat(host.ask("2107", "600f 0400 02 1122")).as("init").containsExactly("6107 09");
      assertThat(host.ask("2107", "600f 0400 02 3344")).as("again").containsExactly("6107 00");
      assertThat(host.ask("2113", "600f")).containsExactly("6113 0400");
      assertThat(host.ask("2109", "600f 03 01 77")).containsExactly("6109 00");
      assertThat(host.ask("2108", "600f 01")).as("from 1 on").containsExactly("6108 0003220077");
      assertThat(host.ask("211d", "600f 0300 0200 aabb")).as("past").containsExactly("611d 02");
      assertThat(host.ask("2112", "600f 0300")).as("other length").containsExactly("6112 0c");
      assertThat(host.ask("2112", "600f 0400")).containsExactly("6112 00");
      assertThat(host.ask("2112", "600f 0400")).containsExactly("6112 09");
    }

    @Test
    void tablesHaveLengthsOfFourOctets() {
      ScriptedHost host = host("formed", false);
      assertThat(host.ask("2132", "01 0700 0000")).as("blank").containsExactly("6132 00000000");
      assertThat(host.ask("2130", "01 0600 0000 02000000")).containsExactly("6130 00");
      assertThat(host.ask("2130", "01 0600 0000 02000000")).containsExactly("6130 0d");
      assertThat(host.ask("2134", "01 0600 0000 0000 02 abcd")).containsExactly("6134 00");
      assertThat(host.ask("2133", "01 0600 0000 0000 02")).containsExactly("6133 0002abcd");
      assertThat(host.ask("2133", "01 0600 0100 0000 02")).containsExactly("6133 0a00");
      assertThat(host.ask("2131", "01 0600 0000")).containsExactly("6131 00");
      assertThat(host().ask("2132", "01 0700 0000")).as("formed").containsExactly("6132 0c000000");
    }
  }

  @Nested
  @DisplayName("Starting")
  class Starting {

    @Test
    void aFormedStickWaitsForItsHostAndGoesOnWithItsNetwork() {
      ScriptedHost host = host("panId", 0x1A62, "extendedPanId", "0102030405060708", "channel", 11);
      assertThat(host.ask("2700", ""))
          .singleElement()
          .asString()
          .startsWith("6700 00")
          .endsWith("feff070000");
      assertThat(host.ask("2540", "6400")).containsExactly("6540 00");
      host.board.loop.advance(Duration.ofMillis(100));
      assertThat(host.heard("45c0")).containsExactly("45c0 09");
      assertThat(host.ask("2700", "")).singleElement().asString().endsWith("0000070900");
      assertThat(host.ask("2550", ""))
          .containsExactly(
              "6550 0000"
                  + "09"
                  + "621a"
                  + "0000"
                  + "0807060504030201"
                  + "0000000000000000"
                  + "0b");
    }

    @Test
    void hostsFindWhatAToolLeavesBehind() {
      ScriptedHost host = host("networkKey", "00112233445566778899aabbccddeeff");
      assertThat(host.ask("2113", "8200")).as("aligned").containsExactly("6113 1800");
      assertThat(host.ask("2113", "2100")).as("NIB").containsExactly("6113 7400");
      assertThat(host.ask("211c", "6000 0000")).as("configured").containsExactly("611c 000155");
      String key = "00112233445566778899aabbccddeeff";
      assertThat(host.ask("211c", "3a00 0000")).containsExactly("611c 0011" + "00" + key);
      assertThat(host.ask("211c", "3b00 0000")).containsExactly("611c 0011" + "00" + key);
      assertThat(host.ask("211c", "6200 0000")).containsExactly("611c 0010" + key);
    }

    @Test
    void aBlankStickFormsTheNetworkOfItsSettingsAndKeepsIt() {
      ScriptedHost host = host("formed", false);
      assertThat(host.ask("2113", "2100")).as("no NIB").containsExactly("6113 0000");
      assertThat(host.ask("2540", "0000")).as("nothing to start").containsExactly("6540 01");
      host.say("211d", "8300 0000 0200 3412");
      host.say("211d", "2d00 0000 0800 0807060504030201");
      host.say("211d", "6200 0000 1000 000102030405060708090a0b0c0d0e0f");
      assertThat(host.ask("2f08", "01 00000400")).containsExactly("6f08 00"); // channel 18
      assertThat(host.ask("2f08", "00 00000000")).containsExactly("6f08 00");
      assertThat(host.ask("2f05", "04")).containsExactly("6f05 00", "45c0 08");
      host.board.loop.advance(Duration.ofSeconds(1));
      assertThat(host.heard).containsExactly("4f80 000200", "45c0 09");
      String info = "3412" + "0000" + "0807060504030201" + "0000000000000000" + "12";
      assertThat(host.ask("2550", "")).containsExactly("6550 000009" + info);

      host.say("4100", "00");
      host.board.loop.advance(ZnpFirmware.BOOT);
      assertThat(host.ask("2540", "0000")).containsExactly("6540 00");
      host.board.loop.advance(Duration.ofSeconds(1));
      assertThat(host.ask("2550", "")).containsExactly("6550 000009" + info);
    }

    @Test
    void theStartupOptionForgetsTheNetworkAtTheNextReset() {
      ScriptedHost host = host();
      host.say("211d", "0300 0000 0100 03");
      host.say("4100", "01");
      host.board.loop.advance(ZnpFirmware.BOOT);
      assertThat(host.ask("2113", "2100")).containsExactly("6113 0000");
      assertThat(host.ask("211c", "0300 0000")).as("once").containsExactly("611c 000100");
      assertThat(host.ask("211c", "8f00 0000")).as("default").containsExactly("611c 000100");
    }
  }

  @Nested
  @DisplayName("ZDO")
  class Zdo {

    @Test
    void itsOwnDeviceObjectTellsTheHostsEndpoints() {
      ScriptedHost host = started("devices", 0);
      assertThat(host.ask("2505", "0000 0000"))
          .containsExactly("6505 00", "4585 0000" + "00" + "0000" + "0101");
      assertThat(host.ask("2504", "0000 0000 01"))
          .containsExactly(
              "6504 00",
              "4584 0000"
                  + "00"
                  + "0000"
                  + "0a"
                  + "01"
                  + "0401"
                  + "0500"
                  + "00"
                  + "01"
                  + "1900"
                  + "00");
      assertThat(host.ask("2400", ENDPOINT_1)).as("again").containsExactly("6400 b8");
      assertThat(host.ask("2404", "01")).containsExactly("6404 00");
      assertThat(host.ask("2505", "0000 0000")).last().isEqualTo("4585 0000000000" + "00");
    }

    @Test
    void answersAreForHostsThatAskedForThem() {
      ScriptedHost host = started("devices", 0);
      host.say("211d", "8f00 0000 0100 00");
      assertThat(host.ask("2505", "0000 0000")).containsExactly("6505 00");
    }

    @Test
    void aDeviceJoinsWhenTheNetworkIsOpenAndAnswersRequests() {
      ScriptedHost host = started("members", false);
      assertThat(host.heard("45c")).containsExactly("45c0 09");
      assertThat(host.ask("2536", "0f fcff 3c 00")).containsExactly("6536 00", "45cb 3c");
      host.board.loop.advance(Duration.ofSeconds(1));
      String address = u16(host.board.deviceAddress(0));
      String eui64 = "0100a44461746f02";
      assertThat(host.heard)
          .containsSubsequence(
              "45ca " + address + eui64 + "0000", "45c1 " + address + address + eui64 + "8e");
      host.board.loop.advance(Duration.ofSeconds(60));
      assertThat(host.heard("45cb")).containsExactly("45cb 00");

      assertThat(host.ask("2502", address + address)).first().isEqualTo("6502 00");
      host.say("2502", address + address);
      assertThat(host.heard("4582"))
          .singleElement()
          .asString()
          .startsWith("4582 " + address + "00" + address);
      host.heard.clear();
      host.say("2500", eui64 + "00 00");
      assertThat(host.heard("4580")).containsExactly("4580 00" + eui64 + address + "0000");
      assertThat(host.ask("2740", eui64)).containsExactly("6740 " + address);
    }

    @Test
    void aDeviceThatIsToldToLeaveDoesSo() {
      ScriptedHost host = started();
      String address = u16(host.board.deviceAddress(0));
      host.heard.clear();
      host.say("2534", address + "0000000000000000" + "00");
      assertThat(host.heard)
          .contains("6534 00", "45b4 " + address + "00")
          .anyMatch(frame -> frame.startsWith("45c9 " + address));
    }

    @Test
    void registeredCallbacksBringTheFramesThemselves() {
      ScriptedHost host = started("members", false);
      assertThat(host.ask("253e", "1300")).containsExactly("653e 00");
      host.say("2536", "02 0000 3c 00");
      assertThat(host.heard("45b6")).as("its own answer").containsExactly("45b6 000000");
      host.board.loop.advance(Duration.ofSeconds(1));
      String address = u16(host.board.deviceAddress(0));
      assertThat(host.heard("45ff"))
          .singleElement()
          .asString()
          .startsWith("45ff " + address + "01" + "1300" + "00" + "01" + "fdff" + address);
    }

    @Test
    void groupsAreRememberedUntilTheReset() {
      ScriptedHost host = host();
      assertThat(host.ask("254a", "f2 840b")).containsExactly("654a 01840b00");
      assertThat(host.ask("254b", "f2 840b 00")).containsExactly("654b 00");
      assertThat(host.ask("254a", "f2 840b")).containsExactly("654a 00840b00");
      assertThat(host.ask("2549", "f2")).containsExactly("6549 01840b");
      assertThat(host.ask("2547", "f2 840b")).containsExactly("6547 00");
      assertThat(host.ask("2547", "f2 840b")).containsExactly("6547 01");
    }
  }

  @Nested
  @DisplayName("AF")
  class Af {

    /** A command to cluster 0x0006 with a few octets. */
    private String request(String address, String transaction, String options) {
      return address + "01" + "01" + "0600" + transaction + options + "1e" + "03" + "010000";
    }

    @Test
    void dataIsConfirmedByItsTransaction() {
      ScriptedHost host = started();
      String address = u16(host.board.deviceAddress(0));
      host.heard.clear();
      host.say("2401", request(address, "07", "00"));
      assertThat(host.heard).startsWith("6401 00").contains("4480 000107");
    }

    @Test
    void aZdoRequestFromEndpoint0IsAnsweredToWhoRegisteredForTheAnswer() {
      ScriptedHost host = started();
      String address = u16(host.board.deviceAddress(0));
      host.say("253e", "0580");
      host.say("2401", address + "00" + "00" + "0500" + "07" + "00" + "1e" + "03" + "2a" + address);
      host.board.loop.advance(Duration.ofSeconds(1));
      assertThat(host.heard("6401")).containsExactly("6401 00");
      assertThat(host.heard("4480")).as("the stack keeps that to itself").isEmpty();
      assertThat(host.heard("45ff"))
          .singleElement()
          .asString()
          .startsWith("45ff " + address + "00" + "0580" + "00" + "2a");
    }

    @Test
    void nobodyHasTheAddress() {
      ScriptedHost host = started();
      int other = host.board.deviceAddress(0) ^ 1;
      assertThat(host.ask("2401", request(u16(other), "07", "10")))
          .containsExactly("6401 00", "4480 cd0107");
    }

    @Test
    void theAcknowledgementDoesNotCome() {
      ScriptedHost host = started("loss", 1.0, "devices", 1);
      String address = u16(host.board.deviceAddress(0));
      host.say("2401", request(address, "07", "10"));
      host.board.loop.advance(Duration.ofSeconds(30));
      assertThat(host.heard("4480")).containsExactly("4480 b70107");
    }

    @Test
    void fullBuffersRefuseMoreUntilSomethingIsConfirmed() {
      ScriptedHost host = started("buffers", 2, "fastChannel", false);
      String address = u16(host.board.deviceAddress(0));
      assertThat(host.ask("2401", request(address, "01", "00"))).containsExactly("6401 00");
      assertThat(host.ask("2401", request(address, "02", "00"))).containsExactly("6401 00");
      assertThat(host.ask("2401", request(address, "03", "00"))).containsExactly("6401 11");
      assertThat(host.ask("2502", address + address)).containsExactly("6502 11");
      host.board.loop.advance(Duration.ofMillis(100));
      assertThat(host.heard("4480")).containsExactly("4480 000101", "4480 000102");
      assertThat(host.ask("2401", request(address, "03", "00"))).containsExactly("6401 00");
    }

    @Test
    void whatCannotBeSentIsRefusedAtOnce() {
      ScriptedHost host = host();
      host.say("2400", ENDPOINT_1);
      String address = "3412";
      assertThat(host.ask("2401", request(address, "01", "00")))
          .as("no network")
          .containsExactly("6401 c2");
      assertThat(host.ask("2401", address + "0102" + "0600" + "01001e" + "00"))
          .as("no endpoint 2")
          .containsExactly("6401 02");
      assertThat(host.ask("2401", address + "0101" + "0600" + "01001e" + "05" + "00"))
          .as("length")
          .containsExactly("6401 02");
      assertThat(host.ask("2401", address + "0101" + "0600" + "01001e" + "53" + "00".repeat(0x53)))
          .as("83 octets")
          .containsExactly("6401 02");
    }

    @Test
    void theExtendedRequestTakesLongAddressesGroupsAndBroadcasts() {
      ScriptedHost host = started();
      String rest = "01" + "0000" + "01" + "0600" + "09" + "00" + "1e" + "0300" + "010000";
      host.heard.clear();
      host.say("2402", "03" + "0100a44461746f02" + rest);
      host.say("2402", "03" + "ffffffffffffffff" + rest);
      host.say("2402", "01" + "0400000000000000" + rest);
      host.say("2402", "02" + "fcff000000000000" + rest);
      assertThat(host.heard("6402")).containsOnly("6402 00").hasSize(4);
      assertThat(host.heard("4480"))
          .containsExactly("4480 000109", "4480 cd0109", "4480 000109", "4480 000109");
    }

    @Test
    void aDeviceFindsTheHostsServerAndItsRequestsComeIn() {
      ScriptedHost host = started("firstQuerySeconds", 0);
      host.board.loop.advance(Duration.ofSeconds(5));
      String address = u16(host.board.deviceAddress(0));
      // no group, cluster 0x0019, endpoints 1 and 1, no broadcast, LQI 200, no APS security
      assertThat(host.heard("4481"))
          .isNotEmpty()
          .first()
          .asString()
          .startsWith("4481 0000" + "1900" + address + "01" + "01" + "00" + "c8" + "00")
          .endsWith(address + "1d");
    }

    @Test
    void withoutTheEndpointNothingComesIn() {
      ScriptedHost host = host("firstQuerySeconds", 0);
      host.say("2540", "0000");
      host.board.loop.advance(Duration.ofMinutes(2));
      assertThat(host.heard("4481")).isEmpty();
    }
  }

  @Nested
  @DisplayName("Time and faults")
  class TimeAndFaults {

    @Test
    void commandsTakeTheirTimeOneAfterAnother() {
      ScriptedHost host = host("turnaroundMs", 2);
      byte[] ping = ScriptedHost.frame("2101", "");
      byte[] both = new byte[2 * ping.length];
      System.arraycopy(ping, 0, both, 0, ping.length);
      System.arraycopy(ping, 0, both, ping.length, ping.length);
      host.octets(both);
      host.board.loop.advance(Duration.ofMillis(2));
      assertThat(host.heard).hasSize(1);
      host.board.loop.advance(Duration.ofMillis(1));
      assertThat(host.heard).hasSize(1);
      host.board.loop.advance(Duration.ofMillis(1));
      assertThat(host.heard).hasSize(2);
    }

    @Test
    void aResetForgetsCommandsThatWait() {
      ScriptedHost host = host("turnaroundMs", 20);
      host.say("2101", "");
      host.board.watchdog();
      host.board.loop.advance(Duration.ofSeconds(1));
      assertThat(host.heard).containsExactly("4180 020201020701");
    }

    @Test
    void framesAreLostOrComeTwice() {
      assertThat(host("loseFrames", 1).ask("2101", "")).isEmpty();
      assertThat(host("repeatFrames", 1).ask("2101", ""))
          .isEqualTo(List.of("6101 5906", "6101 5906"));
    }
  }
}
