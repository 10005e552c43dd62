package io.otaupgrade.zcl.ota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.Hex;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaRequest.ImageBlock;
import io.otaupgrade.zcl.ota.OtaRequest.ImagePage;
import io.otaupgrade.zcl.ota.OtaRequest.QueryDeviceSpecificFile;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import io.otaupgrade.zcl.ota.OtaRequest.UpgradeEnd;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Commands of an OTA client (ZCL rev 8 §11.13)")
class OtaRequestTest {

  private static final Optional<Eui64> NO_ADDRESS = Optional.empty();
  private static final OptionalInt NO_PERIOD = OptionalInt.empty();
  private static final Eui64 ADDRESS = new Eui64(0x1122334455667788L);

  /**
   * A frame and what it means.
   *
   * @param source where it comes from: "octets" were in a log or a manual as they are, "fields"
   *     were and the octets are put together from them, "test" is another implementation's unit
   *     test, "synthetic" is made by hand because nothing public was found
   */
  private record Vector(
      String source,
      int sequenceNumber,
      boolean disableDefaultResponse,
      OtaRequest request,
      String lines) {
    @Override
    public String toString() {
      return source;
    }
  }

  private static Stream<Vector> vectors() {
    return Stream.of(
        new Vector(
            "octets, home-assistant/core#114375",
            0x87,
            false,
            new QueryNextImage(0x1021, 0x0011, 0x005343FF, OptionalInt.empty()),
            """
            01 87 01    | client to server, sequence number, Query Next Image Request
            00          | field control
            21 10       | manufacturer code
            11 00       | image type
            FF 43 53 00 | current file version
            """),
        new Vector(
            "octets, home-assistant/core#76893",
            0x00,
            true,
            new QueryNextImage(0x110C, 0x0003, 0x01020510, OptionalInt.empty()),
            """
            11 00 01    | client to server, no default response; Query Next Image Request
            00          | field control
            0C 11       | manufacturer code
            03 00       | image type
            10 05 02 01 | current file version
            """),
        new Vector(
            "octets, Koenkk/zigbee-herdsman#60",
            0x01,
            false,
            new QueryNextImage(0x1071, 0x00EB, 0x000000E1, OptionalInt.empty()),
            """
            01 01 01    | Query Next Image Request
            00          | field control
            71 10       | manufacturer code
            EB 00       | image type
            E1 00 00 00 | current file version
            """),
        new Vector(
            "fields, Osram, Koenkk/zigbee2mqtt#22226",
            0xF0,
            true,
            new QueryNextImage(0x110C, 0x0027, 0x01020511, OptionalInt.empty()),
            """
            11 F0 01    | Query Next Image Request, no default response
            00          | field control
            0C 11       | manufacturer code
            27 00       | image type
            11 05 02 01 | current file version
            """),
        new Vector(
            "test, zsmartsystems QueryNextImageCommandTest, header added",
            0x00,
            false,
            new QueryNextImage(0x110C, 0x0062, 0x01020503, OptionalInt.of(0x4433)),
            """
            01 00 01    | Query Next Image Request
            01          | field control: hardware version
            0C 11       | manufacturer code
            62 00       | image type
            03 05 02 01 | current file version
            33 44       | hardware version
            """),
        new Vector(
            "test, zsmartsystems QueryNextImageCommandTest, header added, no hardware version",
            0x00,
            false,
            new QueryNextImage(0x110C, 0x0062, 0x01020503, OptionalInt.empty()),
            """
            01 00 01    | Query Next Image Request
            00          | field control
            0C 11       | manufacturer code
            62 00       | image type
            03 05 02 01 | current file version
            """),
        new Vector(
            "octets, zigpy/zha-device-handlers#209",
            0x00,
            false,
            new QueryNextImage(0x1168, 0x030F, 0x21000006, OptionalInt.of(0x0001)),
            """
            01 00 01    | Query Next Image Request
            01          | field control: hardware version
            68 11       | manufacturer code
            0F 03       | image type
            06 00 00 21 | current file version
            01 00       | hardware version
            """),
        new Vector(
            "octets, zigpy/zigpy#497",
            0x08,
            false,
            new ImageBlock(0x117C, 0x4204, 0x20029623, 80, 63, NO_ADDRESS, NO_PERIOD),
            """
            01 08 03    | Image Block Request
            00          | field control
            7C 11       | manufacturer code
            04 42       | image type
            23 96 02 20 | file version
            50 00 00 00 | file offset
            3F          | maximum data size
            """),
        new Vector(
            "fields, zigpy/zigpy#497, last block",
            0x0C,
            false,
            new ImageBlock(0x117C, 0x4204, 0x20029623, 208_214, 63, NO_ADDRESS, NO_PERIOD),
            """
            01 0C 03    | Image Block Request
            00          | field control
            7C 11       | manufacturer code
            04 42       | image type
            23 96 02 20 | file version
            56 2D 03 00 | file offset
            3F          | maximum data size
            """),
        new Vector(
            "octets, NXP client, home-assistant/core#142179",
            0x8B,
            false,
            new ImageBlock(0x1037, 0x0001, 0x000000FF, 245_870, 48, NO_ADDRESS, NO_PERIOD),
            """
            01 8B 03    | Image Block Request
            00          | field control
            37 10       | manufacturer code
            01 00       | image type
            FF 00 00 00 | file version
            6E C0 03 00 | file offset
            30          | maximum data size
            """),
        new Vector(
            "octets, zigpy/zigpy#1401",
            0xA2,
            false,
            new ImageBlock(0x1233, 0xD3A6, 0x10013050, 90_840, 48, NO_ADDRESS, OptionalInt.of(0)),
            """
            01 A2 03    | Image Block Request
            02          | field control: MinimumBlockPeriod
            33 12       | manufacturer code
            A6 D3       | image type
            50 30 01 10 | file version
            D8 62 01 00 | file offset
            30          | maximum data size
            00 00       | MinimumBlockPeriod
            """),
        new Vector(
            "fields, Hue, Koenkk/zigbee2mqtt#32168",
            0xA8,
            false,
            new ImageBlock(0x100B, 0x011F, 0x01002700, 95_668, 64, NO_ADDRESS, OptionalInt.of(0)),
            """
            01 A8 03    | Image Block Request
            02          | field control: MinimumBlockPeriod
            0B 10       | manufacturer code
            1F 01       | image type
            00 27 00 01 | file version
            B4 75 01 00 | file offset
            40          | maximum data size
            00 00       | MinimumBlockPeriod
            """),
        new Vector(
            "octets, Digi XBee 3 manual, p. 330",
            0x01,
            false,
            new ImageBlock(0x101E, 0x0000, 0x00001001, 0, 64, NO_ADDRESS, NO_PERIOD),
            """
            01 01 03    | Image Block Request
            00          | field control
            1E 10       | manufacturer code
            00 00       | image type
            01 10 00 00 | file version
            00 00 00 00 | file offset
            40          | maximum data size
            """),
        new Vector(
            "synthetic, block of a device specific file",
            0x57,
            false,
            new ImageBlock(0x117C, 0xFFC0, 1, 0, 40, Optional.of(ADDRESS), NO_PERIOD),
            """
            01 57 03                | Image Block Request
            01                      | field control: request node address
            7C 11                   | manufacturer code
            C0 FF                   | image type
            01 00 00 00             | file version
            00 00 00 00             | file offset
            28                      | maximum data size
            88 77 66 55 44 33 22 11 | request node address
            """),
        new Vector(
            "synthetic, block with all fields",
            0x58,
            false,
            new ImageBlock(0x117C, 0xFFC0, 1, 0, 40, Optional.of(ADDRESS), OptionalInt.of(300)),
            """
            01 58 03                | Image Block Request
            03                      | field control: both
            7C 11                   | manufacturer code
            C0 FF                   | image type
            01 00 00 00             | file version
            00 00 00 00             | file offset
            28                      | maximum data size
            88 77 66 55 44 33 22 11 | request node address
            2C 01                   | MinimumBlockPeriod
            """),
        new Vector(
            "octets, ubisys S1, Koenkk/zigbee-herdsman-converters#9368",
            0x1D,
            false,
            new ImagePage(0x10F2, 0x7B32, 0x02600460, 66, 64, 160, 0, NO_ADDRESS),
            """
            01 1D 04    | Image Page Request
            00          | field control
            F2 10       | manufacturer code
            32 7B       | image type
            60 04 60 02 | file version
            42 00 00 00 | file offset
            40          | maximum data size
            A0 00       | page size
            00 00       | response spacing
            """),
        new Vector(
            "synthetic, page with address",
            0x1E,
            false,
            new ImagePage(0x117C, 0xFFC0, 1, 0x01020304L, 40, 512, 300, Optional.of(ADDRESS)),
            """
            01 1E 04                | Image Page Request
            01                      | field control: request node address
            7C 11                   | manufacturer code
            C0 FF                   | image type
            01 00 00 00             | file version
            04 03 02 01             | file offset
            28                      | maximum data size
            00 02                   | page size
            2C 01                   | response spacing
            88 77 66 55 44 33 22 11 | request node address
            """),
        new Vector(
            "fields, ESP32-C6, espressif/esp-zigbee-sdk#466",
            0xDA,
            false,
            UpgradeEnd.of(ZclStatus.SUCCESS, new ImageId(0x7777, 0x0011, 0x00009999)),
            """
            01 DA 06    | Upgrade End Request
            00          | SUCCESS
            77 77       | manufacturer code
            11 00       | image type
            99 99 00 00 | file version
            """),
        new Vector(
            "octets, home-assistant/core#114375, image refused",
            0x36,
            false,
            UpgradeEnd.of(ZclStatus.INVALID_IMAGE, new ImageId(0x1021, 0x0012, 0x00464203)),
            """
            01 36 06    | Upgrade End Request
            96          | INVALID_IMAGE
            21 10       | manufacturer code
            12 00       | image type
            03 42 46 00 | file version
            """),
        new Vector(
            "octets, Digi XBee 3 802.15.4 manual, p. 180",
            0x30,
            false,
            UpgradeEnd.of(ZclStatus.SUCCESS, new ImageId(0x101E, 0x0000, 0x00001001)),
            """
            01 30 06    | Upgrade End Request
            00          | SUCCESS
            1E 10       | manufacturer code
            00 00       | image type
            01 10 00 00 | file version
            """),
        new Vector(
            "fields, LEDVANCE, zsmartsystems/com.zsmartsystems.zigbee#1078, frame control assumed",
            0x67,
            false,
            UpgradeEnd.of(ZclStatus.SUCCESS, new ImageId(0x1189, 0x0034, 0x00103101)),
            """
            01 67 06    | Upgrade End Request
            00          | SUCCESS
            89 11       | manufacturer code
            34 00       | image type
            01 31 10 00 | file version
            """),
        new Vector(
            "synthetic, device specific file",
            0x5C,
            false,
            new QueryDeviceSpecificFile(ADDRESS, 0x117C, 0xFFC0, 1, 2),
            """
            01 5C 08                | Query Device Specific File Request
            88 77 66 55 44 33 22 11 | request node address
            7C 11                   | manufacturer code
            C0 FF                   | image type
            01 00 00 00             | file version
            02 00                   | current Zigbee stack version
            """));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aFrameIsRead(Vector vector) throws ZclFormatException {
    ByteBuffer frame = Hex.frame(vector.lines());
    ZclHeader header = ZclHeader.decode(frame);
    assertThat(header.sequenceNumber()).isEqualTo(vector.sequenceNumber());
    assertThat(header.disableDefaultResponse()).isEqualTo(vector.disableDefaultResponse());
    assertThat(OtaRequestDecoder.decode(header, frame)).isEqualTo(vector.request());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aFrameIsWritten(Vector vector) {
    ByteBuffer out = ByteBuffer.allocate(OtaRequestEncoder.MAX_FRAME_OCTETS);
    OtaRequestEncoder.encode(
        out, vector.sequenceNumber(), vector.disableDefaultResponse(), vector.request());
    assertThat(Hex.written(out)).isEqualTo(Hex.text(Hex.frame(vector.lines())));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void everyCutIsMalformedButThoseThatServersTolerate(Vector vector) throws ZclFormatException {
    byte[] whole = Hex.octets(vector.lines());
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      if (isTolerated(vector.request(), whole.length - length, length)) {
        decode(cut);
      } else {
        ZclFormatException e = assertThrows(ZclFormatException.class, () -> decode(cut));
        assertThat(e.status()).as("of %d octets", length).isEqualTo(ZclStatus.MALFORMED_COMMAND);
      }
    }
  }

  private static boolean isTolerated(OtaRequest request, int missing, int length) {
    if (request instanceof ImageBlock block) {
      return block.minimumBlockPeriod().isPresent() && missing == 2;
    }
    return request instanceof UpgradeEnd end
        && end.statusCode() != ZclStatus.SUCCESS.code()
        && length > ZclHeader.OCTETS;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void neitherPositionNorByteOrderOfTheBufferMatter(Vector vector) throws ZclFormatException {
    byte[] whole = Hex.octets(vector.lines());
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer frame = ByteBuffer.allocateDirect(whole.length + 7);
      frame.position(5).put(whole).flip().position(5);
      ByteBuffer readOnly = frame.asReadOnlyBuffer().order(order);
      assertThat(decode(readOnly)).isEqualTo(vector.request());
      assertThat(readOnly.position()).isEqualTo(5);

      ByteBuffer out = ByteBuffer.allocate(40).order(order).position(3);
      OtaRequestEncoder.encode(
          out, vector.sequenceNumber(), vector.disableDefaultResponse(), vector.request());
      assertThat(out.flip().position(3)).isEqualTo(ByteBuffer.wrap(whole));
    }
  }

  /** Koenkk/zigbee-herdsman, frame.test.ts, after Koenkk/zigbee2mqtt#28217: a Legrand device. */
  @Test
  void aPeriodThatIsAnnouncedAndMissingIsNone() throws ZclFormatException {
    ByteBuffer frame =
        Hex.frame(
            """
            01 03 03    | Image Block Request
            02          | field control: MinimumBlockPeriod
            21 10       | manufacturer code
            12 00       | image type
            FF 45 51 00 | file version
            3E 00 00 00 | file offset
            08          | maximum data size
            """);
    assertThat(decode(frame))
        .isEqualTo(new ImageBlock(0x1021, 0x0012, 0x005145FF, 62, 8, NO_ADDRESS, NO_PERIOD));
  }

  /** Koenkk/zigbee-herdsman, frame.test.ts. */
  @Test
  void aBlockRequestWithoutMaximumDataSizeIsMalformed() {
    ByteBuffer frame =
        Hex.frame(
            """
            01 03 03    | Image Block Request
            00          | field control
            21 10       | manufacturer code
            12 00       | image type
            FF 45 51 00 | file version
            3E 00 00 00 | file offset
            """);
    ZclFormatException e = assertThrows(ZclFormatException.class, () -> decode(frame));
    assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
    assertThat(e).hasMessage("Image Block Request: need 14 octets, have 13");
  }

  @Test
  void anUpgradeEndThatFailedMayComeWithoutImage() throws ZclFormatException {
    assertThat(decode(Hex.frame("01 36 06 95"))).isEqualTo(new UpgradeEnd(0x95, Optional.empty()));
    assertThat(decode(Hex.frame("01 36 06 99 21 10")))
        .isEqualTo(new UpgradeEnd(0x99, Optional.empty()));
  }

  @Test
  void anUpgradeEndKeepsAReservedStatus() throws ZclFormatException {
    UpgradeEnd end = (UpgradeEnd) decode(Hex.frame("01 36 06 7F 21 10 12 00 03 42 46 00"));
    assertThat(end.statusCode()).isEqualTo(0x7F);
    assertThat(end.status()).isEmpty();
    assertThat(end.imageId()).hasToString("Optional[1021/0012/00464203]");
  }

  @Test
  void octetsBehindTheLastFieldAndReservedFieldControlBitsAreIgnored() throws ZclFormatException {
    assertThat(decode(Hex.frame("01 01 01 FE 71 10 EB 00 E1 00 00 00 AA BB")))
        .isEqualTo(new QueryNextImage(0x1071, 0x00EB, 0xE1, OptionalInt.empty()));
    assertThat(decode(Hex.frame("01 08 03 FC 7C 11 04 42 23 96 02 20 50 00 00 00 3F AA BB CC")))
        .isEqualTo(new ImageBlock(0x117C, 0x4204, 0x20029623, 80, 63, NO_ADDRESS, NO_PERIOD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01 00 00 00 64", // Image Notify, but from a client
        "01 00 05 95", // Image Block Response, but from a client
        "01 00 0A", // no such command
        "19 08 03 00 7C 11 04 42 23 96 02 20 50 00 00 00 3F", // block request from a server
        "00 08 03 00 7C 11 04 42 23 96 02 20 50 00 00 00 3F", // global command
        "05 7C 11 08 03 00 7C 11 04 42 23 96 02 20 50 00 00 00 3F", // manufacturer specific
      })
  void whatNoOtaClientSendsIsUnsupported(String octets) {
    ZclFormatException e = assertThrows(ZclFormatException.class, () -> decode(Hex.frame(octets)));
    assertThat(e.status()).isEqualTo(ZclStatus.UNSUP_COMMAND);
  }

  @Test
  void anUnsupportedCommandIsNamed() {
    ZclFormatException e =
        assertThrows(ZclFormatException.class, () -> decode(Hex.frame("05 7C 11 08 0A")));
    assertThat(e)
        .hasMessage(
            "CLUSTER_SPECIFIC command 0x0A of manufacturer 0x117C, CLIENT_TO_SERVER, is no command"
                + " of cluster 0x0019, CLIENT_TO_SERVER");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void whatDoesNotFitIsNotWritten(Vector vector) {
    ByteBuffer out = ByteBuffer.allocate(Hex.octets(vector.lines()).length - 1);
    assertThatThrownBy(() -> OtaRequestEncoder.encode(out, 1, false, vector.request()))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(out.position()).isZero();
    assertThat(out.get(0)).isZero();
  }

  @Test
  void whatNoFieldCanHoldIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueryNextImage(0x10000, 0, 0, OptionalInt.empty()))
        .withMessage("manufacturerCode must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueryNextImage(0, -1, 0, OptionalInt.empty()))
        .withMessage("imageType must be 0..65535, was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueryNextImage(0, 0, 0x1_0000_0000L, OptionalInt.empty()))
        .withMessage("currentFileVersion must be 0..4294967295, was 4294967296");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueryNextImage(0, 0, 0, OptionalInt.of(-1)))
        .withMessage("hardwareVersion must be 0..65535, was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBlock(0, 0, 0, -1, 50, NO_ADDRESS, NO_PERIOD))
        .withMessage("fileOffset must be 0..4294967295, was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBlock(0, 0, 0, 0, 256, NO_ADDRESS, NO_PERIOD))
        .withMessage("maximumDataSize must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBlock(0, 0, 0, 0, 50, NO_ADDRESS, OptionalInt.of(0x10000)))
        .withMessage("minimumBlockPeriod must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImagePage(0, 0, 0, 0, 50, 0x10000, 0, NO_ADDRESS))
        .withMessage("pageSize must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImagePage(0, 0, 0, 0, 50, 0, 0x10000, NO_ADDRESS))
        .withMessage("responseSpacing must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpgradeEnd(0x100, Optional.of(new ImageId(0, 0, 0))))
        .withMessage("statusCode must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpgradeEnd(0x00, Optional.empty()))
        .withMessage("imageId must be present when the status is SUCCESS");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueryDeviceSpecificFile(ADDRESS, 0, 0, 0, 0x10000))
        .withMessage("currentZigbeeStackVersion must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                OtaRequestEncoder.encode(
                    ByteBuffer.allocate(40), 0x100, false, new UpgradeEnd(0x95, Optional.empty())))
        .withMessage("sequenceNumber must be 0..255, was 256");
  }

  @Test
  void everyRequestKnowsItsCommand() {
    assertThat(vectors().map(vector -> vector.request().commandId()).distinct())
        .containsExactlyInAnyOrder(0x01, 0x03, 0x04, 0x06, 0x08);
    assertThat(vectors())
        .allSatisfy(
            vector ->
                assertThat(vector.request().commandId())
                    .isEqualTo(Hex.octets(vector.lines())[2] & 0xFF));
  }

  @Test
  void aRequestTellsItsImage() {
    ImageId id = new ImageId(0x117C, 0x4204, 0x20029623);
    assertThat(new ImageBlock(0x117C, 0x4204, 0x20029623, 0, 1, NO_ADDRESS, NO_PERIOD).imageId())
        .isEqualTo(id);
    assertThat(new ImagePage(0x117C, 0x4204, 0x20029623, 0, 1, 1, 0, NO_ADDRESS).imageId())
        .isEqualTo(id);
    assertThat(id).hasToString("117c/4204/20029623");
  }

  private static OtaRequest decode(ByteBuffer frame) throws ZclFormatException {
    return OtaRequestDecoder.decode(ZclHeader.decode(frame), frame);
  }
}
