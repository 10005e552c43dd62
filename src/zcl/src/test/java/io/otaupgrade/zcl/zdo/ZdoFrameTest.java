package io.otaupgrade.zcl.zdo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.Hex;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.ZdoResponse.AssociatedDevices;
import io.otaupgrade.zcl.zdo.ZdoResponse.RemoteDevice;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("ZDO frames (05-3474 rev 22 §2.4)")
class ZdoFrameTest {

  private static final Eui64 ADDRESS = new Eui64(0x1122334455667788L);

  /**
   * A frame and what it means.
   *
   * @param source where it comes from: "octets" were in a log as they are, "fields" were and the
   *     octets are put together from them, "synthetic" is made by hand from the specification
   */
  private record Vector(
      String source, int transactionSequenceNumber, ZdoCommand command, String lines) {
    @Override
    public String toString() {
      return command.cluster() + ", " + source;
    }
  }

  private static Stream<Vector> vectors() {
    return Stream.of(
        new Vector(
            "octets, Koenkk/zigbee-herdsman-converters#8375",
            0x01,
            new ZdoRequest.DeviceAnnce(
                0x8060, new Eui64(0x36FFFF12FFFFFFFFL), MacCapability.ROUTER),
            """
            01                      | transaction sequence number
            60 80                   | NWKAddr
            FF FF FF FF 12 FF FF 36 | IEEEAddr
            8E                      | Capability
            """),
        new Vector(
            "octets, Koenkk/zigbee-herdsman-converters#8375",
            0x09,
            new ZdoResponse.ActiveEpRsp(0x00, 0x8060, List.of(11, 13)),
            """
            09    | transaction sequence number
            00    | SUCCESS
            60 80 | NWKAddrOfInterest
            02    | ActiveEPCount
            0B 0D | ActiveEPList
            """),
        new Vector(
            "octets, Koenkk/zigbee-herdsman-converters#8375",
            0x0A,
            new ZdoRequest.SimpleDescReq(0x8060, 11),
            """
            0A    | transaction sequence number
            60 80 | NWKAddrOfInterest
            0B    | EndPoint
            """),
        new Vector(
            "octets, Silicon Labs coordinator, home-assistant/core#92219",
            0x01,
            new ZdoResponse.NodeDescRsp(
                0x00,
                0x0000,
                Optional.of(
                    new NodeDescriptor(
                        LogicalType.COORDINATOR,
                        NodeDescriptor.BAND_2400_MHZ,
                        new MacCapability(0x8F),
                        0xABCD,
                        82,
                        128,
                        0x2C41,
                        128,
                        0x00))),
            """
            01    | transaction sequence number
            00    | SUCCESS
            00 00 | NWKAddrOfInterest
            00    | coordinator
            40    | 2.4 GHz
            8F    | MAC capability flags
            CD AB | manufacturer code
            52    | maximum buffer size
            80 00 | maximum incoming transfer size
            41 2C | server mask
            80 00 | maximum outgoing transfer size
            00    | descriptor capability
            """),
        new Vector(
            "octets without sequence number, zigpy/zha-device-handlers#3327",
            0x01,
            new ZdoResponse.NodeDescRsp(
                0x00,
                0xCC82,
                Optional.of(
                    new NodeDescriptor(
                        LogicalType.END_DEVICE,
                        NodeDescriptor.BAND_2400_MHZ,
                        MacCapability.SLEEPY_END_DEVICE,
                        0x1141,
                        66,
                        66,
                        0x2A00,
                        66,
                        0x00))),
            """
            01    | transaction sequence number
            00    | SUCCESS
            82 CC | NWKAddrOfInterest
            02    | end device
            40    | 2.4 GHz
            80    | MAC capability flags
            41 11 | manufacturer code
            42    | maximum buffer size
            42 00 | maximum incoming transfer size
            00 2A | server mask
            42 00 | maximum outgoing transfer size
            00    | descriptor capability
            """),
        new Vector(
            "octets, zigpy/zigpy-znp#97", 0x02, new ZdoRequest.ActiveEpReq(0x0000), "02 00 00"),
        new Vector(
            "octets, lhespress/zigpy-espzb#6",
            0x01,
            new ZdoRequest.NodeDescReq(0x0000),
            "01 00 00"),
        new Vector(
            "octets, an OTA client seeks its server, zsmartsystems/com.zsmartsystems.zigbee#1087",
            0x01,
            new ZdoRequest.MatchDescReq(0xFFFD, 0x0104, List.of(0x0019), List.of()),
            """
            01    | transaction sequence number
            FD FF | NWKAddrOfInterest: all that always listen
            04 01 | ProfileID: home automation
            01    | NumInClusters
            19 00 | InClusterList: OTA Upgrade
            00    | NumOutClusters
            """),
        new Vector(
            "fields, the server answers, zsmartsystems/com.zsmartsystems.zigbee#1087",
            0x01,
            new ZdoResponse.MatchDescRsp(0x00, 0x0000, List.of(1)),
            """
            01    | transaction sequence number
            00    | SUCCESS
            00 00 | NWKAddrOfInterest
            01    | MatchLength
            01    | MatchList
            """),
        new Vector(
            "octets without sequence number, Z-Stack coordinator, Koenkk/zigbee2mqtt#4366",
            0x00,
            new ZdoResponse.SimpleDescRsp(
                0x00,
                0x0000,
                Optional.of(
                    new SimpleDescriptor(
                        11, 0x0104, 0x0400, 0, List.of(), List.of(0x0500, 0x0502)))),
            """
            00          | transaction sequence number
            00          | SUCCESS
            00 00       | NWKAddrOfInterest
            0C          | Length
            0B          | endpoint
            04 01       | profile: home automation
            00 04       | device identifier
            00          | device version
            00          | input cluster count
            02          | output cluster count
            00 05 02 05 | output clusters
            """),
        new Vector(
            "octets, zsmartsystems/com.zsmartsystems.zigbee#1252",
            0x05,
            new ZdoResponse.NwkAddrRsp(
                0x00,
                Optional.of(new RemoteDevice(new Eui64(0x588E81FFFE2314C4L), 0x70EF)),
                Optional.empty()),
            """
            05                      | transaction sequence number
            00                      | SUCCESS
            C4 14 23 FE FF 81 8E 58 | IEEEAddrRemoteDev
            EF 70                   | NWKAddrRemoteDev
            """),
        new Vector(
            "octets, extended, openhab/org.openhab.binding.zigbee#9",
            0x00,
            new ZdoResponse.IeeeAddrRsp(
                0x00,
                Optional.of(new RemoteDevice(new Eui64(0x00124B0009EB047CL), 0x0000)),
                Optional.of(new AssociatedDevices(0, List.of(0x22A2)))),
            """
            00                      | transaction sequence number
            00                      | SUCCESS
            7C 04 EB 09 00 4B 12 00 | IEEEAddrRemoteDev
            00 00                   | NWKAddrRemoteDev
            01                      | NumAssocDev
            00                      | StartIndex
            A2 22                   | NWKAddrAssocDevList
            """),
        new Vector(
            "fields, IEEE_addr_req of the same log, openhab/org.openhab.binding.zigbee#9",
            0x01,
            new ZdoRequest.IeeeAddrReq(0x22A2, true, 0),
            """
            01    | transaction sequence number
            A2 22 | NWKAddrOfInterest
            01    | RequestType: extended
            00    | StartIndex
            """),
        new Vector(
            "fields, zsmartsystems/com.zsmartsystems.zigbee#1114, sequence number added",
            0x03,
            new ZdoRequest.NwkAddrReq(new Eui64(0x00124B000EE99CDBL), false, 0),
            """
            03                      | transaction sequence number
            DB 9C E9 0E 00 4B 12 00 | IEEEAddr
            00                      | RequestType: single device
            00                      | StartIndex
            """),
        new Vector(
            "fields, mdeweerd/zha-toolkit#2",
            0x01,
            new ZdoRequest.MgmtLeaveReq(new Eui64(0), false, true),
            """
            01                      | transaction sequence number
            00 00 00 00 00 00 00 00 | DeviceAddress: the receiver
            80                      | Rejoin
            """),
        new Vector("octets, zigpy/zigpy#1802", 0x01, new ZdoResponse.MgmtLeaveRsp(0x00), "01 00"),
        new Vector(
            "synthetic, a device that can be upgraded",
            0x2A,
            new ZdoResponse.SimpleDescRsp(
                0x00,
                0x1234,
                Optional.of(
                    new SimpleDescriptor(
                        1, 0x0104, 0x0100, 1, List.of(0x0000, 0x0006), List.of(0x0019)))),
            """
            2A          | transaction sequence number
            00          | SUCCESS
            34 12       | NWKAddrOfInterest
            0E          | Length
            01          | endpoint
            04 01       | profile: home automation
            00 01       | device identifier
            01          | device version
            02          | input cluster count
            00 00 06 00 | input clusters
            01          | output cluster count
            19 00       | output clusters
            """),
        new Vector(
            "synthetic, no such device",
            0x2B,
            new ZdoResponse.SimpleDescRsp(0x81, 0x1234, Optional.empty()),
            """
            2B    | transaction sequence number
            81    | DEVICE_NOT_FOUND
            34 12 | NWKAddrOfInterest
            00    | Length
            """),
        new Vector(
            "synthetic, extended, no children",
            0x2C,
            new ZdoResponse.NwkAddrRsp(
                0x00,
                Optional.of(new RemoteDevice(ADDRESS, 0x1234)),
                Optional.of(new AssociatedDevices(0, List.of()))),
            """
            2C                      | transaction sequence number
            00                      | SUCCESS
            88 77 66 55 44 33 22 11 | IEEEAddrRemoteDev
            34 12                   | NWKAddrRemoteDev
            00                      | NumAssocDev
            """),
        new Vector(
            "synthetic, someone else is to leave",
            0x2D,
            new ZdoRequest.MgmtLeaveReq(ADDRESS, true, false),
            """
            2D                      | transaction sequence number
            88 77 66 55 44 33 22 11 | DeviceAddress
            40                      | RemoveChildren
            """));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aFrameIsReadAndWritten(Vector vector) throws ZclFormatException {
    ZdoFrame frame = new ZdoFrame(vector.transactionSequenceNumber(), vector.command());
    int clusterId = vector.command().cluster().id();
    byte[] whole = Hex.octets(vector.lines());
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer asdu = ByteBuffer.allocate(whole.length + 2).put(2, whole).position(2);
      assertThat(ZdoDecoder.decode(clusterId, asdu.asReadOnlyBuffer().order(order)))
          .isEqualTo(frame);
      ByteBuffer out = ByteBuffer.allocate(whole.length).order(order);
      ZdoEncoder.encode(out, frame);
      assertThat(Hex.written(out)).isEqualTo(Hex.text(ByteBuffer.wrap(whole)));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void everyCutIsMalformedButThoseThatAreTolerated(Vector vector) throws ZclFormatException {
    byte[] whole = Hex.octets(vector.lines());
    int clusterId = vector.command().cluster().id();
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      if (isTolerated(vector.command(), length)) {
        ZdoDecoder.decode(clusterId, cut);
      } else {
        ZclFormatException e =
            assertThrows(ZclFormatException.class, () -> ZdoDecoder.decode(clusterId, cut));
        assertThat(e.status()).as("of %d octets", length).isEqualTo(ZclStatus.MALFORMED_COMMAND);
      }
    }
  }

  /** A single device's answer ends before the list; a refusal may end before what it has not. */
  private static boolean isTolerated(ZdoCommand command, int length) {
    boolean hasList =
        (command instanceof ZdoResponse.NwkAddrRsp nwk && nwk.associatedDevices().isPresent())
            || (command instanceof ZdoResponse.IeeeAddrRsp ieee
                && ieee.associatedDevices().isPresent());
    return (hasList && length == 12)
        || (command instanceof ZdoResponse response
            && response.statusCode() != ZdoStatus.SUCCESS.code()
            && length >= 4);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void whatDoesNotFitLeavesThePosition(Vector vector) {
    ByteBuffer out = ByteBuffer.allocate(Hex.octets(vector.lines()).length - 1);
    assertThatThrownBy(() -> ZdoEncoder.encode(out, new ZdoFrame(1, vector.command())))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(out.position()).isZero();
  }

  /** openhab/org.openhab.binding.zigbee#638: octets of a refusal that are no address. */
  @Test
  void aRefusalWithoutAddressesIsRead() throws ZclFormatException {
    assertThat(ZdoDecoder.decode(0x8000, Hex.frame("00 84 00 00 00")).command())
        .isEqualTo(new ZdoResponse.NwkAddrRsp(0x84, Optional.empty(), Optional.empty()))
        .extracting(response -> ((ZdoResponse) response).status())
        .isEqualTo(Optional.of(ZdoStatus.NOT_SUPPORTED));
  }

  @Test
  void octetsThatALaterRevisionAddsAreIgnored() throws ZclFormatException {
    assertThat(ZdoDecoder.decode(0x0002, Hex.frame("01 34 12 47 03 01 02 03")).command())
        .isEqualTo(new ZdoRequest.NodeDescReq(0x1234));
    assertThat(
            ZdoDecoder.decode(0x8004, Hex.frame("01 00 34 12 0A 01 04 01 00 01 00 00 00 AA BB"))
                .command())
        .as("a descriptor longer than its lists")
        .isEqualTo(
            new ZdoResponse.SimpleDescRsp(
                0,
                0x1234,
                Optional.of(new SimpleDescriptor(1, 0x0104, 0x0100, 0, List.of(), List.of()))));
  }

  @ParameterizedTest
  @CsvSource({
    "0000, 01 88 77 66 55 44 33 22 11 02 00, 'RequestType must be 0 or 1, was 2'",
    "8002, 01 00 34 12 03 40 80 41 11 42 42 00 00 2A 42 00 00, 'logical type must be 0..2, was 3'",
    "8004, 01 00 34 12 08 01 04 01 00 01 00 01 00 00 00,"
        + " 'application input cluster list: need 2 octets, have 1'",
    "8005, 01 00 34 12 03 01 02, 'ActiveEPList: need 3 octets, have 2'",
  })
  void aRejectNamesFieldAndNumbers(String clusterId, String octets, String message) {
    ZclFormatException e =
        assertThrows(
            ZclFormatException.class,
            () -> ZdoDecoder.decode(Integer.parseInt(clusterId, 16), Hex.frame(octets)));
    assertThat(e).hasMessage(message);
    assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
  }

  @Test
  void aClusterThatIsNotReadHereIsUnsupported() {
    ZclFormatException e =
        assertThrows(ZclFormatException.class, () -> ZdoDecoder.decode(0x8031, Hex.frame("01 00")));
    assertThat(e.status()).isEqualTo(ZclStatus.UNSUP_COMMAND);
    assertThat(e).hasMessage("ZDO cluster 0x8031 is not read here");
  }

  @Test
  void requestsKnowTheirResponses() {
    assertThat(ZdoCluster.NWK_ADDR_REQ.response()).contains(ZdoCluster.NWK_ADDR_RSP);
    assertThat(ZdoCluster.MGMT_LEAVE_REQ.response()).contains(ZdoCluster.MGMT_LEAVE_RSP);
    assertThat(ZdoCluster.DEVICE_ANNCE.response()).isEmpty();
    assertThat(ZdoCluster.NODE_DESC_RSP.response()).isEmpty();
    assertThat(ZdoCluster.NODE_DESC_RSP.isResponse()).isTrue();
    for (ZdoCluster cluster : ZdoCluster.values()) {
      assertThat(ZdoCluster.of(cluster.id())).contains(cluster);
      assertThat(vectors().map(vector -> vector.command().cluster())).contains(cluster);
    }
  }

  @Test
  void capabilitiesAreTheirBits() {
    assertThat(MacCapability.SLEEPY_END_DEVICE.receiverOnWhenIdle()).isFalse();
    assertThat(MacCapability.END_DEVICE.receiverOnWhenIdle()).isTrue();
    assertThat(MacCapability.END_DEVICE.fullFunctionDevice()).isFalse();
    MacCapability router = MacCapability.ROUTER;
    assertThat(router.alternatePanCoordinator()).isFalse();
    assertThat(router.fullFunctionDevice()).isTrue();
    assertThat(router.mainsPowered()).isTrue();
    assertThat(router.receiverOnWhenIdle()).isTrue();
    assertThat(router.securityCapability()).isFalse();
    assertThat(router.allocateAddress()).isTrue();
    assertThat(new MacCapability(0x41).alternatePanCoordinator()).isTrue();
    assertThat(new MacCapability(0x41).securityCapability()).isTrue();
  }

  @Test
  void whatNoFieldCanHoldIsRefused() {
    List<Integer> tooMany = Collections.nCopies(256, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoFrame(256, new ZdoResponse.MgmtLeaveRsp(0)))
        .withMessage("transactionSequenceNumber must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoRequest.ActiveEpReq(0x10000))
        .withMessage("nwkAddrOfInterest must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoRequest.MatchDescReq(0, 0, tooMany, List.of()))
        .withMessage("number of inputClusters must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoRequest.MatchDescReq(0, 0, List.of(), List.of(0x10000)))
        .withMessage("outputClusters must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SimpleDescriptor(1, 1, 1, 0, Collections.nCopies(124, 1), List.of()))
        .withMessage("number of clusters must be 0..123, was 124");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SimpleDescriptor(1, 1, 1, 16, List.of(), List.of()))
        .withMessage("deviceVersion must be 0..15, was 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoResponse.ActiveEpRsp(0, 0, tooMany))
        .withMessage("number of activeEpList must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoResponse.MatchDescRsp(0, 0, List.of(256)))
        .withMessage("matchList must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoResponse.NodeDescRsp(0, 0, Optional.empty()))
        .withMessage("nodeDescriptor is empty though the status is SUCCESS");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ZdoResponse.NwkAddrRsp(0, Optional.empty(), Optional.empty()))
        .withMessage("remoteDevice must be present when the status is SUCCESS");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ZdoResponse.IeeeAddrRsp(
                    0x81, Optional.empty(), Optional.of(new AssociatedDevices(0, List.of()))))
        .withMessage("associatedDevices must be empty when the status is DEVICE_NOT_FOUND");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AssociatedDevices(1, List.of()))
        .withMessage("startIndex must be 0..0, was 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MacCapability(256))
        .withMessage("flags must be 0..255, was 256");
  }
}
