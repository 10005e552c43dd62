package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclHeader.FrameType;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("ZCL header (ZCL rev 8 §2.4.1)")
class ZclHeaderTest {

  /** The frame controls that occur on cluster 0x0019; bits as in §2.4.1.1. */
  @ParameterizedTest
  @CsvSource({
    "01, CLUSTER_SPECIFIC, CLIENT_TO_SERVER, false",
    "11, CLUSTER_SPECIFIC, CLIENT_TO_SERVER, true",
    "09, CLUSTER_SPECIFIC, SERVER_TO_CLIENT, false",
    "19, CLUSTER_SPECIFIC, SERVER_TO_CLIENT, true",
    "00, GLOBAL, CLIENT_TO_SERVER, false",
    "10, GLOBAL, CLIENT_TO_SERVER, true",
    "08, GLOBAL, SERVER_TO_CLIENT, false",
    "18, GLOBAL, SERVER_TO_CLIENT, true",
  })
  void frameControlIsReadAndWritten(
      String frameControl, FrameType type, Direction direction, boolean disableDefaultResponse)
      throws ZclFormatException {
    ZclHeader header =
        new ZclHeader(type, OptionalInt.empty(), direction, disableDefaultResponse, 0xA5, 0xF3);
    String frame = frameControl + " A5 F3";
    assertThat(ZclHeader.decode(Hex.frame(frame))).isEqualTo(header);
    assertThat(encoded(header)).isEqualTo(frame);
    assertThat(header.octets()).isEqualTo(3);
  }

  @Test
  void aManufacturerCodeStandsBehindTheFrameControl() throws ZclFormatException {
    ZclHeader header =
        new ZclHeader(
            FrameType.CLUSTER_SPECIFIC,
            OptionalInt.of(0x117C),
            Direction.CLIENT_TO_SERVER,
            false,
            0x2A,
            0x03);
    assertThat(ZclHeader.decode(Hex.frame("05 7C 11 2A 03"))).isEqualTo(header);
    assertThat(encoded(header)).isEqualTo("05 7C 11 2A 03");
    assertThat(header.octets()).isEqualTo(5);
  }

  @Test
  void reservedBitsAreIgnored() throws ZclFormatException {
    assertThat(ZclHeader.decode(Hex.frame("E1 2A 03")))
        .isEqualTo(ZclHeader.decode(Hex.frame("01 2A 03")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "01 2A", "05 7C 11 2A", "05 7C 11", "02 2A 03", "03 2A 03"})
  void whatIsTooShortOrOfAReservedTypeIsMalformed(String frame) {
    ZclFormatException e =
        assertThrows(ZclFormatException.class, () -> ZclHeader.decode(Hex.frame(frame)));
    assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
  }

  @Test
  void readingBeginsAtThePositionAndLeavesItThere() throws ZclFormatException {
    ByteBuffer buffer = Hex.frame("FF FF 01 2A 03 FF").position(2).limit(5);
    assertThat(ZclHeader.decode(buffer).sequenceNumber()).isEqualTo(0x2A);
    assertThat(buffer.position()).isEqualTo(2);
  }

  @Test
  void whatDoesNotFitIsNotWritten() {
    ByteBuffer out = ByteBuffer.allocate(2);
    ZclHeader header = ZclHeader.clusterSpecific(Direction.CLIENT_TO_SERVER, false, 1, 3);
    assertThatThrownBy(() -> header.encode(out)).isInstanceOf(BufferOverflowException.class);
    assertThat(out.position()).isZero();
  }

  @Test
  void whatNoOctetCanHoldIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ZclHeader.global(Direction.CLIENT_TO_SERVER, false, 0x100, 0))
        .withMessage("sequenceNumber must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ZclHeader.global(Direction.CLIENT_TO_SERVER, false, 0, -1))
        .withMessage("commandId must be 0..255, was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ZclHeader(
                    FrameType.GLOBAL,
                    OptionalInt.of(0x10000),
                    Direction.CLIENT_TO_SERVER,
                    false,
                    0,
                    0))
        .withMessage("manufacturerCode must be 0..65535, was 65536");
  }

  private static String encoded(ZclHeader header) {
    ByteBuffer out = ByteBuffer.allocate(16);
    header.encode(out);
    return Hex.written(out);
  }
}
