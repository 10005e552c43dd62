package io.otaupgrade.zcl.ota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.zcl.Hex;
import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import io.otaupgrade.zcl.ota.OtaResponse.ImageNotify;
import io.otaupgrade.zcl.ota.OtaResponse.QueryDeviceSpecificFileResponse;
import io.otaupgrade.zcl.ota.OtaResponse.QueryNextImageResponse;
import io.otaupgrade.zcl.ota.OtaResponse.UpgradeEndResponse;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Commands of an OTA server (ZCL rev 8 §11.13)")
class OtaResponseTest {

  private static final String UBISYS_FIRST_50 =
      """
      1E F1 EE 0B             | OTA file identifier
      00 01 3C 00 04 00       | header version, header length 60, field control
      F2 10 32 7B 60 04 60 02 | manufacturer code, image type, file version
      02 00                   | Zigbee PRO
      75 62 69 73 79 73 20 53 31 20 32 2E 36 2E 30 | "ubisys S1 2.6.0"
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      """;

  private static final String UBISYS_116_TO_165 =
      """
      00 00 00 03 00 D8 B6 45 8F CD A5 3A 1C F3 94 DC FA AD 1A 1D 61 E8 49 02 00
      03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 7C 9C 04 5F
      """;

  private static final String IKEA_FIRST_63 =
      """
      1E F1 EE 0B             | OTA file identifier
      00 01 38 00 00 00       | header version, header length 56, field control
      7C 11 C5 11 31 06 01 22 | manufacturer code, image type, file version
      02 00                   | Zigbee PRO
      45 42 4C 20 74 72 61 64 66 72 69 5F 6F 6E 6F 66
      66 5F 73 68 6F 72 74 63 75 74 5F 63 6F 6E 74 72 | "EBL tradfri_onoff_shortcut_contr"
      7E BE 02 00             | total image size
      00 00 40 BE 02 00       | element 0x0000 and its length
      00                      | first octet of the image
      """;

  private static final String HUE_203580_TO_203629 =
      """
      C1 2C A5 6D 39 8E 1B 0E 95 B1 31 F2 FB DF 91 1E 24 AC E6 42 50 CF 4F 73 34
      35 10 71 BE BD 32 B4 C6 73 7F A1 96 EB E3 88 F1 74 69 63 AA A0 22 EC 6B 05
      """;

  private static final String IKEA_LAST_28 =
      """
      3C 0B 00 20 5C 0B 00 20 7C 0B 00 20 84 0C 00 20 CC 0C 00 20 BC 0D 00 20 18 0E 00 20
      """;

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
      OtaResponse response,
      String lines) {
    @Override
    public String toString() {
      return source;
    }
  }

  private static Stream<Vector> vectors() {
    return Stream.of(
        new Vector(
            "octets, Koenkk/zigbee2mqtt#28607",
            0x03,
            true,
            ImageNotify.toAll(100),
            """
            19 03 00 | server to client, no default response, sequence number, Image Notify
            00       | payload type: jitter
            64       | query jitter
            """),
        new Vector(
            "octets, IKEA Vallhorn, zigpy/zha-device-handlers#3018",
            0x3B,
            true,
            ImageNotify.toAll(100),
            """
            19 3B 00 | Image Notify
            00       | payload type: jitter
            64       | query jitter
            """),
        new Vector(
            "octets, Digi XBee 3 manual, p. 324: jitter 0 does no harm in a unicast",
            0x01,
            false,
            ImageNotify.of(0, 0x101E, 0x0000, 0x00001001),
            """
            09 01 00    | Image Notify, default response wanted
            03          | payload type: all
            00          | query jitter
            1E 10       | manufacturer code
            00 00       | image type
            01 10 00 00 | new file version
            """),
        new Vector(
            "synthetic, notify type 1",
            0x55,
            true,
            ImageNotify.of(50, 0x117C),
            """
            19 55 00 | Image Notify
            01       | payload type: jitter, manufacturer
            32       | query jitter
            7C 11    | manufacturer code
            """),
        new Vector(
            "synthetic, notify type 2",
            0x56,
            true,
            ImageNotify.of(100, 0x117C, 0x4204),
            """
            19 56 00 | Image Notify
            02       | payload type: jitter, manufacturer, image type
            64       | query jitter
            7C 11    | manufacturer code
            04 42    | image type
            """),
        new Vector(
            "octets, Koenkk/zigbee-herdsman-converters#9368",
            0x18,
            true,
            QueryNextImageResponse.offering(new OfferedImage(0x10F2, 0x7B32, 0x02600460, 150_014)),
            """
            19 18 02    | Query Next Image Response
            00          | SUCCESS
            F2 10       | manufacturer code
            32 7B       | image type
            60 04 60 02 | file version
            FE 49 02 00 | image size
            """),
        new Vector(
            "test, Koenkk/zigbee-herdsman, frame.test.ts: ABORT is not for this command",
            0x2D,
            false,
            QueryNextImageResponse.refusing(ZclStatus.ABORT),
            """
            09 2D 02 | Query Next Image Response
            95       | ABORT
            """),
        new Vector(
            "synthetic, no image",
            0x53,
            true,
            QueryNextImageResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE),
            "19 53 02 98"),
        new Vector(
            "synthetic, not authorized",
            0x54,
            true,
            QueryNextImageResponse.refusing(ZclStatus.NOT_AUTHORIZED),
            "19 54 02 7E"),
        new Vector(
            "octets, zigpy/zigpy#497, short last block",
            0x0C,
            true,
            new ImageBlockResponse.Success(0x117C, 0x4204, 0x20029623, 208_214, data(IKEA_LAST_28)),
            """
            19 0C 05    | Image Block Response
            00          | SUCCESS
            7C 11       | manufacturer code
            04 42       | image type
            23 96 02 20 | file version
            56 2D 03 00 | file offset
            1C          | data size
            """
                + IKEA_LAST_28),
        new Vector(
            "octets, Koenkk/zigbee-herdsman-converters#9368, equal to the ubisys file",
            0x19,
            true,
            new ImageBlockResponse.Success(0x10F2, 0x7B32, 0x02600460, 0, data(UBISYS_FIRST_50)),
            """
            19 19 05    | Image Block Response
            00          | SUCCESS
            F2 10       | manufacturer code
            32 7B       | image type
            60 04 60 02 | file version
            00 00 00 00 | file offset
            32          | data size
            """
                + UBISYS_FIRST_50),
        new Vector(
            "octets, Koenkk/zigbee-herdsman-converters#9368, six octets",
            0x1A,
            true,
            new ImageBlockResponse.Success(
                0x10F2, 0x7B32, 0x02600460, 50, data("00 00 FE 49 02 00")),
            """
            19 1A 05          | Image Block Response
            00                | SUCCESS
            F2 10             | manufacturer code
            32 7B             | image type
            60 04 60 02       | file version
            32 00 00 00       | file offset
            06                | data size
            00 00 FE 49 02 00 | end of the header string, total image size
            """),
        new Vector(
            "octets, Koenkk/zigbee-herdsman-converters#9368, second block of a page",
            0x1D,
            true,
            new ImageBlockResponse.Success(
                0x10F2, 0x7B32, 0x02600460, 116, data(UBISYS_116_TO_165)),
            """
            19 1D 05    | Image Block Response
            00          | SUCCESS
            F2 10       | manufacturer code
            32 7B       | image type
            60 04 60 02 | file version
            74 00 00 00 | file offset
            32          | data size
            """
                + UBISYS_116_TO_165),
        new Vector(
            "octets, Koenkk/zigbee2mqtt#3010, an ASDU of 80 octets",
            0x2A,
            true,
            new ImageBlockResponse.Success(0x117C, 0x11C5, 0x22010631, 0, data(IKEA_FIRST_63)),
            """
            19 2A 05    | Image Block Response
            00          | SUCCESS
            7C 11       | manufacturer code
            C5 11       | image type
            31 06 01 22 | file version
            00 00 00 00 | file offset
            3F          | data size
            """
                + IKEA_FIRST_63),
        new Vector(
            "octets, Hue, Koenkk/zigbee2mqtt#12630",
            0x34,
            true,
            new ImageBlockResponse.Success(
                0x100B, 0x010C, 0x01002100, 203_580, data(HUE_203580_TO_203629)),
            """
            19 34 05    | Image Block Response
            00          | SUCCESS
            0B 10       | manufacturer code
            0C 01       | image type
            00 21 00 01 | file version
            3C 1B 03 00 | file offset
            32          | data size
            """
                + HUE_203580_TO_203629),
        new Vector(
            "synthetic, wait 60 s",
            0x50,
            true,
            new ImageBlockResponse.WaitForData(0, 60, 0),
            """
            19 50 05    | Image Block Response
            97          | WAIT_FOR_DATA
            00 00 00 00 | current time
            3C 00 00 00 | request time
            00 00       | MinimumBlockPeriod
            """),
        new Vector(
            "synthetic, rate change only",
            0x51,
            true,
            new ImageBlockResponse.WaitForData(0, 0, 300),
            """
            19 51 05    | Image Block Response
            97          | WAIT_FOR_DATA
            00 00 00 00 | current time
            00 00 00 00 | request time
            2C 01       | MinimumBlockPeriod
            """),
        new Vector(
            "synthetic, block abort",
            0x52,
            true,
            new ImageBlockResponse.Abort(),
            """
            19 52 05 | Image Block Response
            95       | ABORT
            """),
        new Vector(
            "octets, Digi XBee 3 manual, p. 336: upgrade in 16 s by the clock",
            0x01,
            false,
            new UpgradeEndResponse(0x101E, 0x0000, 0x00001001, 0x21531AF0, 0x21531B00),
            """
            09 01 07    | Upgrade End Response
            1E 10       | manufacturer code
            00 00       | image type
            01 10 00 00 | file version
            F0 1A 53 21 | current time
            00 1B 53 21 | upgrade time
            """),
        new Vector(
            "fields, zsmartsystems/com.zsmartsystems.zigbee#1091, frame control assumed",
            0xB7,
            false,
            new UpgradeEndResponse(0x110C, 0x0006, 0x01020412, 0, 0),
            """
            09 B7 07    | Upgrade End Response
            0C 11       | manufacturer code
            06 00       | image type
            12 04 02 01 | file version
            00 00 00 00 | current time
            00 00 00 00 | upgrade time: now
            """),
        new Vector(
            "synthetic, wait for another command",
            0x59,
            true,
            new UpgradeEndResponse(0x117C, 0x4204, 0x20029623, 0, OtaCluster.WAIT_FOR_COMMAND),
            """
            19 59 07    | Upgrade End Response
            7C 11       | manufacturer code
            04 42       | image type
            23 96 02 20 | file version
            00 00 00 00 | current time
            FF FF FF FF | upgrade time: wait
            """),
        new Vector(
            "synthetic, whatever it is, in 10 s",
            0x5A,
            true,
            new UpgradeEndResponse(
                OtaCluster.ANY_MANUFACTURER,
                OtaCluster.ANY_IMAGE_TYPE,
                OtaCluster.ANY_FILE_VERSION,
                0,
                10),
            """
            19 5A 07    | Upgrade End Response
            FF FF       | manufacturer code
            FF FF       | image type
            FF FF FF FF | file version
            00 00 00 00 | current time
            0A 00 00 00 | upgrade time
            """),
        new Vector(
            "synthetic, device specific file",
            0x5D,
            true,
            QueryDeviceSpecificFileResponse.offering(new OfferedImage(0x117C, 0xFFC0, 1, 1000)),
            """
            19 5D 09    | Query Device Specific File Response
            00          | SUCCESS
            7C 11       | manufacturer code
            C0 FF       | image type
            01 00 00 00 | file version
            E8 03 00 00 | image size
            """),
        new Vector(
            "synthetic, no device specific file",
            0x5E,
            true,
            QueryDeviceSpecificFileResponse.refusing(ZclStatus.NO_IMAGE_AVAILABLE),
            "19 5E 09 98"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aFrameIsRead(Vector vector) throws ZclFormatException {
    ByteBuffer frame = Hex.frame(vector.lines());
    ZclHeader header = ZclHeader.decode(frame);
    assertThat(header.sequenceNumber()).isEqualTo(vector.sequenceNumber());
    assertThat(header.disableDefaultResponse()).isEqualTo(vector.disableDefaultResponse());
    assertThat(OtaResponseDecoder.decode(header, frame)).isEqualTo(vector.response());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aFrameIsWritten(Vector vector) {
    ByteBuffer out = ByteBuffer.allocate(128);
    OtaResponseEncoder.encode(
        out, vector.sequenceNumber(), vector.disableDefaultResponse(), vector.response());
    assertThat(Hex.written(out)).isEqualTo(Hex.text(Hex.frame(vector.lines())));
    assertThat(OtaResponseEncoder.octets(vector.response())).isEqualTo(out.position());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void everyCutIsMalformed(Vector vector) throws ZclFormatException {
    byte[] whole = Hex.octets(vector.lines());
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      if (vector.response() instanceof ImageBlockResponse.WaitForData && length == 12) {
        decode(cut); // an old server's, which has no MinimumBlockPeriod
      } else {
        ZclFormatException e = assertThrows(ZclFormatException.class, () -> decode(cut));
        assertThat(e.status()).as("of %d octets", length).isEqualTo(ZclStatus.MALFORMED_COMMAND);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void neitherPositionNorByteOrderOfTheBufferMatter(Vector vector) throws ZclFormatException {
    byte[] whole = Hex.octets(vector.lines());
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer frame = ByteBuffer.allocateDirect(whole.length + 7);
      frame.position(5).put(whole).flip().position(5);
      ByteBuffer readOnly = frame.asReadOnlyBuffer().order(order);
      assertThat(decode(readOnly)).isEqualTo(vector.response());
      assertThat(readOnly.position()).isEqualTo(5);

      ByteBuffer out = ByteBuffer.allocate(128).order(order).position(3);
      OtaResponseEncoder.encode(
          out, vector.sequenceNumber(), vector.disableDefaultResponse(), vector.response());
      assertThat(out.flip().position(3)).isEqualTo(ByteBuffer.wrap(whole));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void octetsBehindTheLastFieldAreIgnored(Vector vector) throws ZclFormatException {
    assertThat(decode(Hex.frame(vector.lines() + "\nAA BB CC"))).isEqualTo(vector.response());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void whatDoesNotFitIsNotWritten(Vector vector) {
    ByteBuffer out = ByteBuffer.allocate(Hex.octets(vector.lines()).length - 1);
    assertThatThrownBy(() -> OtaResponseEncoder.encode(out, 1, true, vector.response()))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(out.position()).isZero();
    assertThat(out.get(0)).isZero();
  }

  /** Made by hand after servers from before MinimumBlockPeriod: nothing public was found. */
  @Test
  void aWaitWithoutPeriodIsOneOfPeriodZero() throws ZclFormatException {
    assertThat(decode(Hex.frame("19 5B 05 97 00 00 00 00 3C 00 00 00")))
        .isEqualTo(new ImageBlockResponse.WaitForData(0, 60, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "19 01 00 04 64 7C 11 04 42 23 96 02 20", // notify of a reserved payload type
        "19 01 05 80", // block response of a status that has no layout
        "19 01 05 00 7C 11 04 42 23 96 02 20 00 00 00 00 00", // block without data
        "19 01 05 00 7C 11 04 42 23 96 02 20 00 00 00 00 02 AA", // one octet of two
      })
  void whatHasNoLayoutIsMalformed(String octets) {
    ZclFormatException e = assertThrows(ZclFormatException.class, () -> decode(Hex.frame(octets)));
    assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "19 08 03 00 7C 11 04 42 23 96 02 20 50 00 00 00 3F", // block request, but from a server
        "19 00 0A", // no such command
        "01 00 05 95", // from a client
        "18 00 05 95", // global command
        "1D 7C 11 00 05 95", // manufacturer specific
      })
  void whatNoOtaServerSendsIsUnsupported(String octets) {
    ZclFormatException e = assertThrows(ZclFormatException.class, () -> decode(Hex.frame(octets)));
    assertThat(e.status()).isEqualTo(ZclStatus.UNSUP_COMMAND);
  }

  @Test
  void statusesOutsideTheTableKeepTheirCode() throws ZclFormatException {
    assertThat(decode(Hex.frame("19 01 02 7F")))
        .isEqualTo(new QueryNextImageResponse(0x7F, Optional.empty()))
        .extracting(response -> ((QueryNextImageResponse) response).status())
        .isEqualTo(Optional.empty());
  }

  @Test
  void whatNoFieldCanHoldIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageNotify.toAll(256))
        .withMessage("queryJitter must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ImageNotify(1, OptionalInt.empty(), OptionalInt.of(1), OptionalLong.empty()))
        .withMessage("imageType needs manufacturerCode and fileVersion needs imageType");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ImageNotify(1, OptionalInt.of(1), OptionalInt.empty(), OptionalLong.of(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueryNextImageResponse.refusing(ZclStatus.SUCCESS))
        .withMessage("status SUCCESS without an image");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new QueryDeviceSpecificFileResponse(
                    0x98, Optional.of(new OfferedImage(1, 2, 3, 4))))
        .withMessage("status NO_IMAGE_AVAILABLE with an image");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OfferedImage(0, 0, 0, 0x1_0000_0000L))
        .withMessage("imageSize must be 0..4294967295, was 4294967296");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBlockResponse.Success(0, 0, 0, 0, Octets.copyOf()))
        .withMessage("dataSize must be 1..255, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBlockResponse.Success(0, 0, 0, 0, Octets.copyOf(new byte[256])))
        .withMessage("dataSize must be 1..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBlockResponse.WaitForData(0, 0, 0x10000))
        .withMessage("minimumBlockPeriod must be 0..65535, was 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpgradeEndResponse(0, 0, 0, 0, -1))
        .withMessage("upgradeTime must be 0..4294967295, was -1");
  }

  private static Octets data(String lines) {
    return Octets.copyOf(Hex.octets(lines));
  }

  private static OtaResponse decode(ByteBuffer frame) throws ZclFormatException {
    return OtaResponseDecoder.decode(ZclHeader.decode(frame), frame);
  }
}
