package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.zcl.ReadAttributesResponse.Attribute;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ota.OtaAttribute;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAttributesTest {

  @Nested
  @DisplayName("Read Attributes (ZCL rev 8 §2.5.1)")
  class Request {

    /** zsmartsystems/com.zsmartsystems.zigbee#1087: a log of octets sent by an OTA server. */
    private static final String CURRENT_FILE_VERSION =
        """
        08    | global, server to client
        DC    | sequence number
        00    | Read Attributes
        02 00 | CurrentFileVersion
        """;

    @Test
    void aServerAsksTheClientSide() throws ZclFormatException {
      ByteBuffer frame = Hex.frame(CURRENT_FILE_VERSION);
      ZclHeader header = ZclHeader.decode(frame);
      ReadAttributes request = ReadAttributes.of(OtaAttribute.CURRENT_FILE_VERSION.id());
      assertThat(header).isEqualTo(ZclHeader.global(Direction.SERVER_TO_CLIENT, false, 0xDC, 0x00));
      assertThat(ReadAttributes.decode(header, frame)).isEqualTo(request);

      ByteBuffer out = ByteBuffer.allocate(16);
      request.encode(out, header);
      assertThat(Hex.written(out)).isEqualTo(Hex.text(frame));
    }

    @Test
    void halfAnIdentifierIsMalformed() throws ZclFormatException {
      ByteBuffer frame = Hex.frame("08 DC 00 02 00 03");
      ZclHeader header = ZclHeader.decode(frame);
      ZclFormatException e =
          assertThrows(ZclFormatException.class, () -> ReadAttributes.decode(header, frame));
      assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
      assertThat(e).hasMessage("attribute identifier: need 2 octets, have 1");
    }

    @Test
    void whatDoesNotFitIsNotWritten() {
      ByteBuffer out = ByteBuffer.allocate(6);
      ZclHeader header = ZclHeader.global(Direction.SERVER_TO_CLIENT, false, 1, 0x00);
      assertThatThrownBy(() -> ReadAttributes.of(1, 2).encode(out, header))
          .isInstanceOf(BufferOverflowException.class);
      assertThat(out.position()).isZero();
    }

    @Test
    void anIdentifierBeyondSixteenBitsIsRefused() {
      assertThatIllegalArgumentException().isThrownBy(() -> ReadAttributes.of(0x10000));
    }
  }

  @Nested
  @DisplayName("Read Attributes Response (ZCL rev 8 §2.5.2)")
  class Response {

    /**
     * openhab/org.openhab.binding.zigbee#632: a log gave the values and the sequence number, the
     * octets are put together from them.
     */
    private static final String AQARA_BUTTON =
        """
        18                         | global, server to client, no default response
        F9                         | sequence number
        01                         | Read Attributes Response
        05 00 00 42                | ModelIdentifier, SUCCESS, string
        15                         | 21 octets
        6C 75 6D 69 2E 72 65 6D 6F | lumi.remo
        74 65 2E 62 32 38 36 61 63 | te.b286ac
        6E 30 31                   | n01
        04 00 00 42                | ManufacturerName, SUCCESS, string
        04 4C 55 4D 49             | LUMI
        03 00 00 20 14             | HWVersion, SUCCESS, uint8 20
        """;

    @Test
    void namesAreRead() throws ZclFormatException {
      ByteBuffer frame = Hex.frame(AQARA_BUTTON);
      ReadAttributesResponse response =
          ReadAttributesResponse.decode(ZclHeader.decode(frame), frame);
      assertThat(response.text(BasicCluster.MODEL_IDENTIFIER)).contains("lumi.remote.b286acn01");
      assertThat(response.text(BasicCluster.MANUFACTURER_NAME)).contains("LUMI");
      assertThat(response.number(0x0003)).hasValue(20);
      assertThat(response.number(BasicCluster.MANUFACTURER_NAME)).isEmpty();
      assertThat(response.text(0x0003)).isEmpty();
      assertThat(response.text(0x0007)).isEmpty();

      ByteBuffer out = ByteBuffer.allocate(80);
      response.encode(out, ZclHeader.decode(frame));
      assertThat(Hex.written(out)).isEqualTo(Hex.text(frame));
    }

    /** Made by hand from ZCL rev 8 §2.5.2 and §11.10. */
    @Test
    void theAttributesOfAnOtaClientAreRead() throws ZclFormatException {
      ByteBuffer frame =
          Hex.frame(
              """
              10                         | global, client to server, no default response
              07                         | sequence number
              01                         | Read Attributes Response
              00 00 00 F0                | UpgradeServerID, SUCCESS, EUI64
              33 22 11 00 00 4B 12 00    | 00124b0000112233
              02 00 00 23 23 96 02 20    | CurrentFileVersion, SUCCESS, uint32 0x20029623
              06 00 00 30 03             | ImageUpgradeStatus, SUCCESS, enum8 3
              0A 00 86                   | ImageStamp, UNSUPPORTED_ATTRIBUTE
              FD FF 00 21 04 00          | ClusterRevision, SUCCESS, uint16 4
              """);
      ReadAttributesResponse response =
          new ReadAttributesResponse(
              List.of(
                  Attribute.of(
                      OtaAttribute.UPGRADE_SERVER_ID.id(),
                      new AttributeValue.Address(new Eui64(0x00124b0000112233L))),
                  Attribute.of(
                      OtaAttribute.CURRENT_FILE_VERSION.id(),
                      new AttributeValue.Numeric(ZclDataType.UINT32, 0x20029623L)),
                  Attribute.of(
                      OtaAttribute.IMAGE_UPGRADE_STATUS.id(),
                      new AttributeValue.Numeric(ZclDataType.ENUM8, 3)),
                  Attribute.without(OtaAttribute.IMAGE_STAMP.id(), ZclStatus.UNSUPPORTED_ATTRIBUTE),
                  Attribute.of(
                      OtaAttribute.CLUSTER_REVISION.id(),
                      new AttributeValue.Numeric(ZclDataType.UINT16, 4))));
      ZclHeader header = ZclHeader.decode(frame);
      assertThat(ReadAttributesResponse.decode(header, frame)).isEqualTo(response);
      assertThat(response.value(OtaAttribute.IMAGE_STAMP.id())).isEmpty();

      ByteBuffer out = ByteBuffer.allocate(80);
      response.encode(out, header);
      assertThat(Hex.written(out)).isEqualTo(Hex.text(frame));
    }

    @ParameterizedTest
    @CsvSource({
      "08 5A, DATA8", // general data
      "2B FF FF FF 7F, INT32",
      "39 00 00 80 3F, SINGLE",
      "41 02 01 02, OCTSTR",
      "43 02 00 01 02, OCTSTR16",
      "F1 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F, KEY128",
      "00, NODATA",
    })
    void aValueOfNoInterestIsPassedOver(String value, ZclDataType type) throws ZclFormatException {
      ByteBuffer frame = Hex.frame("18 01 01 34 12 00 " + value + " 04 00 00 42 01 41");
      ReadAttributesResponse response =
          ReadAttributesResponse.decode(ZclHeader.decode(frame), frame);
      assertThat(response.value(0x1234).map(AttributeValue::type)).contains(type);
      assertThat(response.text(BasicCluster.MANUFACTURER_NAME)).contains("A");
      ByteBuffer out = ByteBuffer.allocate(80);
      response.encode(out, ZclHeader.decode(frame));
      assertThat(Hex.written(out)).isEqualTo(Hex.text(frame));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "48 20 01 00 05", // array
          "4C 01 00 20 05", // structure
          "02 05", // reserved data type
        })
    void aValueOfUnknownLengthMakesTheResponseMalformed(String value) throws ZclFormatException {
      ByteBuffer frame = Hex.frame("18 01 01 34 12 00 " + value);
      ZclHeader header = ZclHeader.decode(frame);
      ZclFormatException e =
          assertThrows(
              ZclFormatException.class, () -> ReadAttributesResponse.decode(header, frame));
      assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
    }

    @Test
    void theInvalidStringIsEmpty() throws ZclFormatException {
      ByteBuffer frame = Hex.frame("18 01 01 04 00 00 42 FF 05 00 00 42 01 42");
      ReadAttributesResponse response =
          ReadAttributesResponse.decode(ZclHeader.decode(frame), frame);
      assertThat(response.text(0x0004)).contains("");
      assertThat(response.text(0x0005)).contains("B");
    }

    @Test
    void aStringThatIsNoUtf8IsReadAsFarAsItGoes() throws ZclFormatException {
      ByteBuffer frame = Hex.frame("18 01 01 04 00 00 42 03 41 FF 42");
      ReadAttributesResponse response =
          ReadAttributesResponse.decode(ZclHeader.decode(frame), frame);
      assertThat(response.text(0x0004)).contains("A\uFFFDB");
    }

    @Test
    void aStringOfJunkIsCutToWhatAStringCanHold() throws ZclFormatException {
      ByteBuffer frame = Hex.frame("18 01 01 04 00 00 42 FE " + "FF ".repeat(254));
      ReadAttributesResponse response =
          ReadAttributesResponse.decode(ZclHeader.decode(frame), frame);
      assertThat(response.text(0x0004)).contains("\uFFFD".repeat(84));
    }

    @Test
    void everyCutThatIsNotBetweenAttributesIsMalformed() throws ZclFormatException {
      byte[] whole = Hex.octets(AQARA_BUTTON);
      ZclHeader header = ZclHeader.decode(ByteBuffer.wrap(whole));
      List<Integer> betweenAttributes = List.of(3, 29, 38, whole.length);
      for (int length = 3; length <= whole.length; length++) {
        ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
        if (betweenAttributes.contains(length)) {
          assertThat(ReadAttributesResponse.decode(header, cut).attributes())
              .hasSize(betweenAttributes.indexOf(length));
        } else {
          ZclFormatException e =
              assertThrows(
                  ZclFormatException.class, () -> ReadAttributesResponse.decode(header, cut));
          assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
        }
      }
    }

    @Test
    void whatDoesNotFitIsNotWritten() {
      ReadAttributesResponse response =
          new ReadAttributesResponse(List.of(Attribute.of(5, new AttributeValue.Text("ABC"))));
      ByteBuffer out = ByteBuffer.allocate(10);
      ZclHeader header = ZclHeader.global(Direction.SERVER_TO_CLIENT, false, 1, 0x01);
      assertThatThrownBy(() -> response.encode(out, header))
          .isInstanceOf(BufferOverflowException.class);
      assertThat(out.position()).isZero();
    }

    @Test
    void valuesThatNoFrameCanHoldAreRefused() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AttributeValue.Numeric(ZclDataType.UINT8, 0x100))
          .withMessage("UINT8 must be 0..255, was 256");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AttributeValue.Numeric(ZclDataType.UINT32, -1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AttributeValue.Numeric(ZclDataType.STRING, 1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AttributeValue.Text("x".repeat(255)))
          .withMessage("octets of a character string must be 0..254, was 255");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AttributeValue.Opaque(ZclDataType.DATA16, Octets.copyOf()));
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new AttributeValue.Opaque(ZclDataType.OCTSTR, Octets.copyOf(new byte[255])));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new AttributeValue.Opaque(ZclDataType.ARRAY, Octets.copyOf()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Attribute(1, 0x00, Optional.empty()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Attribute(1, 0x86, Optional.of(new AttributeValue.Text(""))));
    }
  }
}
