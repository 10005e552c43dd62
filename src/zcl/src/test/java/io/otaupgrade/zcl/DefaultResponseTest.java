package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.zcl.ZclHeader.Direction;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Default Response (ZCL rev 8 §2.5.12)")
class DefaultResponseTest {

  /** Made by hand: no capture of a default response of a server on cluster 0x0019 was found. */
  @ParameterizedTest
  @CsvSource({
    "01 36 06, 06, SUCCESS, 18 36 0B 06 00",
    "01 8B 03, 03, NO_IMAGE_AVAILABLE, 18 8B 0B 03 98",
    "05 7C 11 8B 03, 03, UNSUP_COMMAND, 1C 7C 11 8B 0B 03 81",
    "19 3B 00, 00, SUCCESS, 10 3B 0B 00 00",
  })
  void itEchoesSequenceNumberAndManufacturerInTheOtherDirection(
      String requestHeader, String commandId, ZclStatus status, String frame)
      throws ZclFormatException {
    ByteBuffer out = ByteBuffer.allocate(16);
    DefaultResponse.encode(out, ZclHeader.decode(Hex.frame(requestHeader)), status);
    assertThat(Hex.written(out)).isEqualTo(frame);

    ZclHeader header = ZclHeader.decode(Hex.frame(frame));
    DefaultResponse response = DefaultResponse.decode(header, Hex.frame(frame));
    assertThat(response.commandId()).isEqualTo(Integer.parseInt(commandId, 16));
    assertThat(response.status()).contains(status);
  }

  @Test
  void aReservedStatusKeepsItsCode() throws ZclFormatException {
    ByteBuffer frame = Hex.frame("18 36 0B 06 7F");
    DefaultResponse response = DefaultResponse.decode(ZclHeader.decode(frame), frame);
    assertThat(response).isEqualTo(new DefaultResponse(0x06, 0x7F));
    assertThat(response.status()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"18 36 0B 06", "18 36 0B"})
  void aShortOneIsMalformed(String octets) throws ZclFormatException {
    ByteBuffer frame = Hex.frame(octets);
    ZclHeader header = ZclHeader.decode(frame);
    ZclFormatException e =
        assertThrows(ZclFormatException.class, () -> DefaultResponse.decode(header, frame));
    assertThat(e.status()).isEqualTo(ZclStatus.MALFORMED_COMMAND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"18 36 0A 06 00", "19 36 0B 06 00"})
  void aHeaderOfAnotherCommandIsRefused(String octets) throws ZclFormatException {
    ByteBuffer frame = Hex.frame(octets);
    ZclHeader header = ZclHeader.decode(frame);
    ZclFormatException e =
        assertThrows(ZclFormatException.class, () -> DefaultResponse.decode(header, frame));
    assertThat(e.status()).isEqualTo(ZclStatus.UNSUP_COMMAND);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DefaultResponse(0, 0).encode(ByteBuffer.allocate(9), header));
  }

  @Test
  void whatDoesNotFitIsNotWritten() {
    ByteBuffer out = ByteBuffer.allocate(DefaultResponse.FRAME_OCTETS - 1);
    ZclHeader request = ZclHeader.clusterSpecific(Direction.CLIENT_TO_SERVER, false, 1, 3);
    assertThatThrownBy(() -> DefaultResponse.encode(out, request, ZclStatus.SUCCESS))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(out.position()).isZero();
  }
}
