package io.otaupgrade.zcl.ota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.zcl.Hex;
import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A block written straight from the image")
class ImageBlockEncodingTest {

  private final ByteBuffer image = image(1000);

  private static ByteBuffer image(int size) {
    ByteBuffer image = ByteBuffer.allocateDirect(size);
    for (int i = 0; i < size; i++) {
      image.put((byte) (31 * i));
    }
    return image.flip().position(size / 2).asReadOnlyBuffer();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 255})
  void itIsTheFrameTheRecordGives(int dataSize) {
    ByteBuffer fromRecord = ByteBuffer.allocate(300);
    OtaResponseEncoder.encode(
        fromRecord,
        0x2A,
        true,
        new ImageBlockResponse.Success(
            0x117C, 0x4204, 0x20029623, 80, Octets.copyOf(image, 80, dataSize)));

    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer out = ByteBuffer.allocate(300).order(order);
      OtaResponseEncoder.imageBlock(out, 0x2A, 0x117C, 0x4204, 0x20029623, 80, image, 80, dataSize);
      assertThat(Hex.written(out)).isEqualTo(Hex.written(fromRecord));
      assertThat(out.position()).isEqualTo(OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD + dataSize);
    }
    assertThat(image.position()).as("of the shared image").isEqualTo(500);
  }

  @Test
  void theOffsetOnTheAirNeedNotBeTheIndexInTheBuffer() {
    ByteBuffer out = ByteBuffer.allocate(18);
    OtaResponseEncoder.imageBlock(out, 1, 2, 3, 4, 0xFFFF_FFFFL, image, 7, 1);
    assertThat(Hex.written(out)).isEqualTo("19 01 05 00 02 00 03 00 04 00 00 00 FF FF FF FF 01 D9");
  }

  @Test
  void whatDoesNotFitIsNotWritten() {
    ByteBuffer out = ByteBuffer.allocate(OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD + 49);
    assertThatThrownBy(() -> OtaResponseEncoder.imageBlock(out, 1, 2, 3, 4, 0, image, 0, 50))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(out.position()).isZero();
    assertThat(out.get(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 951, Integer.MAX_VALUE})
  void whatIsNotAllInTheImageIsNotWritten(int imageIndex) {
    ByteBuffer out = ByteBuffer.allocate(100);
    assertThatThrownBy(
            () -> OtaResponseEncoder.imageBlock(out, 1, 2, 3, 4, 0, image, imageIndex, 50))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(out.position()).isZero();
    assertThat(out.get(0)).isZero();
  }

  @Test
  void whatNoFieldCanHoldIsRefused() {
    ByteBuffer out = ByteBuffer.allocate(400);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtaResponseEncoder.imageBlock(out, 1, 2, 3, 4, 0, image, 0, 0))
        .withMessage("dataSize must be 1..255, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtaResponseEncoder.imageBlock(out, 1, 2, 3, 4, 0, image, 0, 256))
        .withMessage("dataSize must be 1..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtaResponseEncoder.imageBlock(out, 256, 2, 3, 4, 0, image, 0, 1))
        .withMessage("sequenceNumber must be 0..255, was 256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtaResponseEncoder.imageBlock(out, 1, 2, 3, 4, -1, image, 0, 1))
        .withMessage("fileOffset must be 0..4294967295, was -1");
    assertThat(out.position()).isZero();
  }
}
