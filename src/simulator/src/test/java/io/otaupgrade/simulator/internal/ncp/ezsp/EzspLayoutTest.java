package io.otaupgrade.simulator.internal.ncp.ezsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the response to each command is, and that every command has one. */
class EzspLayoutTest {

  private static final String EUI64 = "0100000061746f02";
  private static final String KEY = "000102030405060708090a0b0c0d0e0f";
  private static final String CONTEXT = "02 00 0000 0000000000000000 00 00 00000000";
  private static final String BINDING = "01 01 0600 01 0100000061746f02 00";

  /** With the co-processor on its network. Lengths are the sum of the fields in UG100 and UG600. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    // command, id, parameters in 13, octets in 13, parameters from 14 on, octets from 14 on
    "getLibraryStatus, 01, 00, 1, 00, 1",
    "getExtendedValue(last leave reason), 03, 01 00000000, 5, 01 00000000, 8",
    "getExtendedValue(source route overhead), 03, 02 00000000, 3, 02 00000000, 6",
    "getExtendedValue(unknown), 03, 77 00000000, 2, 77 00000000, 5",
    "setToken, 09, 00 0001020304050607, 1, 00 0001020304050607, 4",
    "getToken, 0A, 00, 9, 00, 12",
    "getMfgToken(string), 0B, 01, 17, 01, 17",
    "getMfgToken(custom EUI-64), 0B, 0C, 9, 0C, 9",
    "setMfgToken, 0C, 00 02 3412, 1, 00 02 3412, 4",
    "setConcentrator, 10, 01 f9ff 0500 3c00 03 01 00, 1, 01 f9ff 0500 3c00 03 01 00, 4",
    "setManufacturerCode, 15, 4910, 0, 4910, 0",
    "setPowerDescriptor, 16, 0000, 0, 0000, 4",
    "networkState, 18, '', 1, '', 1",
    "startScan, 1A, 00 00f8ff07 00, 4, 00 00f8ff07 00, 4",
    "stopScan, 1D, '', 1, '', 4",
    "permitJoining, 22, 00, 1, 00, 4",
    "getEui64, 26, '', 8, '', 8",
    "getNodeId, 27, '', 2, '', 2",
    "getNetworkParameters, 28, '', 22, '', 25",
    "getParentChildParameters, 29, '', 11, '', 11",
    "clearBindingTable, 2A, '', 1, '', 4",
    "setBinding, 2B, 00 BINDING, 1, 00 BINDING, 4",
    "getBinding, 2C, 00, 15, 00, 18",
    "deleteBinding, 2D, 00, 1, 00, 4",
    "bindingIsActive, 2E, 00, 1, 00, 1",
    "getBindingRemoteNodeId, 2F, 00, 2, 00, 2",
    "maximumPayloadLength, 33, '', 1, '', 1",
    "sendMulticast, 38, 0401 0600 01 ff 0000 0100 00 0c 0c 07 03 010203, 2, "
        + "0401 0600 01 ff 0000 0100 00 0c fdff 0000 00 0700 03 010203, 5",
    "sendManyToOneRouteRequest, 41, f9ff 00, 1, f9ff 00, 4",
    "getRandomNumber, 49, '', 3, '', 6",
    "getChildData, 4A, 00, 19, 00, 22",
    "getTrueRandomEntropySource, 4F, '', 1, '', 1",
    "getConfigurationValue, 52, 05, 3, 05, 6",
    "setConfigurationValue, 53, 05 1000, 1, 05 1000, 4",
    "setPolicy, 55, 05 51, 1, 05 51, 4",
    "getPolicy, 56, 05, 2, 05, 5",
    "setSourceRouteDiscoveryMode, 5A, 02, 4, 02, 4",
    "addressTableEntryIsActive, 5B, 00, 1, 00, 1",
    "setAddressTable…, 5C, 00 EUI64, 1, 00 EUI64 3412, 4",
    "getAddressTable…, 5E, 00, 8, 00, 14",
    "lookupNodeIdByEui64, 60, EUI64, 2, EUI64, 2",
    "lookupEui64ByNodeId, 61, 0000, 9, 0000, 12",
    "getMulticastTableEntry, 63, 00, 5, 00, 8",
    "setMulticastTableEntry, 64, 00 0100 01 00, 1, 00 0100 01 00, 4",
    "readAndClearCounters, 65, '', 84, '', 84",
    "setInitialSecurityState, 68, 0403 KEY KEY 00 EUI64, 1, 0403 KEY KEY 00 EUI64, 4",
    "getCurrentSecurityState, 69, '', 11, '', 14",
    "clearTransientLinkKeys, 6B, '', 0, '', 0",
    "findKeyTableEntry, 75, EUI64 01, 1, EUI64 01, 1",
    "eraseKeyTableEntry, 76, 00, 1, 00, 4",
    "tokenFactoryReset, 77, 00 00, 0, 00 00, 0",
    "getNeighbor, 79, 00, 15, 00, 18",
    "neighborCount, 7A, '', 1, '', 1",
    "getRouteTableEntry, 7B, 00, 9, 00, 12",
    "setExtendedTimeout, 7E, EUI64 01, 0, EUI64 01, 4",
    "getExtendedTimeout, 7F, EUI64, 1, EUI64, 4",
    "echo, 81, 03 010203, 4, 03 010203, 4",
    "replaceAddressTableEntry, 82, 00 EUI64 3412 00, 12, 00 EUI64 3412 00, 15",
    "setRadioIeee802154CcaMode, 95, 00, 1, 00, 4",
    "setRadioPower, 99, 05, 1, 05, 4",
    "setRadioChannel, 9A, 0f, 1, 0f, 4",
    "removeDevice, A8, 3412 EUI64 EUI64, 1, 3412 EUI64 EUI64, 4",
    "getValue(version), AA, 11, 9, 11, 12",
    "getValue(frame counter), AA, 23, 6, 23, 9",
    "getValue(unknown), AA, 77, 2, 77, 5",
    "setValue, AB, 43 02 1027, 1, 43 02 1027, 4",
    "clearKeyTable, B1, '', 1, '', 4",
    "setLogicalAndRadioChannel, B9, 0f, 1, 0f, 4",
    "getSourceRouteTableEntry, C1, 00, 4, 00, 7",
    "getSourceRouteTableFilledSize, C2, '', 1, '', 1",
    "getSourceRouteTableTotalSize, C3, '', 1, '', 1",
    "readCounters, F1, '', 84, '', 84",
    "getPhyInterfaceCount, FC, '', 1, '', 1",
    "getRadioParameters, FD, 00, 4, 00, 7",
    "writeNodeData, FE, 00, 1, 00, 4",
    "getRadioChannel, FF, '', 1, '', 1",
    "getTokenInfo, 101, 00, 9, 00, 12",
    "getTokenData, 102, 00000000 00000000, 5, 00000000 00000000, 8",
    "setPassiveAckConfig, 105, 00 00, 1, 00 00, 4",
    "childId, 106, 00, 2, 00, 2",
    "childIndex, 107, 3412, 1, 3412, 1",
    "getApsKeyInfo, 10C, CONTEXT, 24, CONTEXT, 34",
    "exportLinkKeyByEui, 10D, EUI64, 33, EUI64, 50",
    "importLinkKey, 10E, 00 EUI64 KEY, 4, 00 EUI64 KEY, 4",
    "exportLinkKeyByIndex, 10F, 00, 40, 00, 50",
    "checkKeyContext, 110, CONTEXT, 4, CONTEXT, 4",
    "importTransientKey, 111, EUI64 KEY 00, 4, EUI64 KEY, 4",
    "exportTransientKeyByIndex, 112, 00, 50, 00, 50",
    "exportTransientKeyByEui, 113, EUI64, 50, EUI64, 50",
    "exportKey, 114, CONTEXT, 20, CONTEXT, 38",
    "importKey, 115, CONTEXT KEY, 4, CONTEXT KEY, 22",
    "getNetworkKeyInfo, 116, '', 12, '', 12",
    "getManufacturerCode, CA, '', -1, '', 2",
    "getPermitJoining, 11F, '', -1, '', 1",
    "getExtendedPanId, 127, '', -1, '', 8",
    "getEndpoint, 12E, 00, -1, 00, 1",
    "getEndpointCount, 12F, '', -1, '', 1",
    "getEndpointDescription, 130, 01, -1, 01, 7",
    "getEndpointCluster, 131, 01 00 01, -1, 01 00 01, 2",
    "getCurrentNetwork, 14E, '', -1, '', 1",
  })
  void theResponseHasTheFieldsOfItsVersion(
      String command, String id, String old, int oldOctets, String modern, int modernOctets) {
    int frame = Integer.parseInt(id, 16);
    String before = new EzspHost(13, Map.of()).up().command(frame, parameters(old));
    if (oldOctets < 0) {
      assertThat(before).as("in 13").isEqualTo("0058:31");
    } else {
      assertThat(before.length() / 2).as("in 13: %s", before).isEqualTo(oldOctets);
    }
    for (int version : new int[] {14, 19}) {
      String after = new EzspHost(version, Map.of()).up().command(frame, parameters(modern));
      assertThat(after.length() / 2).as("in %d: %s", version, after).isEqualTo(modernOctets);
    }
  }

  private static String parameters(String text) {
    return text.replace("BINDING", BINDING)
        .replace("CONTEXT", CONTEXT)
        .replace("EUI64", EUI64)
        .replace("KEY", KEY);
  }

  @Test
  void theTokenCountIsLongerFromEighteenOn() {
    assertThat(new EzspHost(17, Map.of()).up().command(0x100, "")).isEqualTo("00");
    assertThat(new EzspHost(18, Map.of()).up().command(0x100, "")).isEqualTo("00000000");
  }

  @Test
  void whatWasWrittenIsReadAgain() {
    EzspHost host = new EzspHost(14, Map.of()).up();
    host.command(0x2B, "03" + BINDING);
    assertThat(host.command(0x2C, "03"))
        .isEqualTo("00000000" + parameters("BINDING").replace(" ", ""));
    host.command(0x10E, "02" + EUI64 + KEY);
    assertThat(host.command(0x75, EUI64 + "01")).isEqualTo("02");
    assertThat(host.command(0x10F, "02")).startsWith("00000000").contains(EUI64).contains(KEY);
    host.command(0x5C, "05" + EUI64 + "3412");
    assertThat(host.command(0x5E, "05")).isEqualTo("00000000" + "3412" + EUI64);
    assertThat(host.command(0x60, EUI64)).isEqualTo("3412");
    host.command(0x64, "07 0200 01 00");
    assertThat(host.command(0x63, "07")).isEqualTo("00000000" + "0200" + "01" + "00");
    host.command(0x09, "01 0001020304050607");
    host.connected();
    assertThat(host.command(0x0A, "01")).as("a token").isEqualTo("00000000" + "0001020304050607");
    assertThat(host.command(0x75, EUI64 + "01")).as("a link key").isEqualTo("02");
    assertThat(host.command(0x60, EUI64)).as("an address").isEqualTo("feff");
    assertThat(host.command(0x130, "01")).as("an endpoint").isEqualTo("00".repeat(7));
  }

  @Test
  void anEnergyScanTellsOfEachChannelAndThatItIsOver() {
    EzspHost host = new EzspHost(13, Map.of("announce", false)).up();
    host.callbacks.clear();
    assertThat(host.command(0x1A, "00 00f8ff07 03")).isEqualTo("00000000");
    host.advance(Duration.ofSeconds(10));
    assertThat(host.take(0x48)).hasSize(16);
    assertThat(host.take(0x1C)).hasSize(1);
  }

  /** Callbacks are no commands, and version and callback are answered elsewhere. */
  @Test
  void everyFrameThatIsNoCallbackIsAnsweredByItsOwnId() {
    Set<EzspFrameId> notCommands =
        EnumSet.of(
            EzspFrameId.NO_CALLBACKS,
            EzspFrameId.CALLBACK,
            EzspFrameId.STACK_STATUS_HANDLER,
            EzspFrameId.SCAN_COMPLETE_HANDLER,
            EzspFrameId.CHILD_JOIN_HANDLER,
            EzspFrameId.TRUST_CENTER_JOIN_HANDLER,
            EzspFrameId.MESSAGE_SENT_HANDLER,
            EzspFrameId.INCOMING_MESSAGE_HANDLER,
            EzspFrameId.ENERGY_SCAN_RESULT_HANDLER,
            EzspFrameId.INCOMING_ROUTE_RECORD_HANDLER);
    for (int version : new int[] {13, 14, 19}) {
      Stream.of(EzspFrameId.values())
          .filter(frame -> frame.existsIn(EzspVersion.of(version)))
          .filter(frame -> frame != EzspFrameId.INVALID_COMMAND) // both at once
          .forEach(
              frame -> {
                EzspHost host = new EzspHost(version, Map.of()).connected();
                String answer = host.command(frame.id(), "00".repeat(120));
                assertThat(answer.contains(":"))
                    .as("%s in %d: %s", frame, version, answer)
                    .isEqualTo(notCommands.contains(frame));
              });
    }
  }

  @Property(tries = 300)
  void anyFrameHasOneAnswerAndDoesNoHarm(
      @ForAll @IntRange(min = 13, max = 19) int version,
      @ForAll @IntRange(max = 0x1FF) int id,
      @ForAll @Size(max = 200) byte[] parameters) {
    EzspHost host = new EzspHost(version, Map.of("members", false)).up();
    host.command(id, HexFormat.of().formatHex(parameters));
    host.advance(Duration.ofSeconds(5));
    assertThat(host.transact(host.frame(0x81, "02 aabb"))).isNotEmpty();
  }

  @Property(tries = 300)
  void anyOctetsInADataFrameHaveOneAnswer(
      @ForAll @Size(min = 3, max = Ash.MAXIMUM_DATA) byte[] octets) {
    EzspHost host = new EzspHost(13, Map.of()).connected();
    assertThat(host.transact(octets)).isNotEmpty();
    assertThat(host.command(0x81, "02 aabb")).isIn("02aabb", "0058:30");
  }
}
