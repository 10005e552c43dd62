package io.otaupgrade.bench;

import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaRequestEncoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The requests of one device that downloads the same image over and over in blocks of 50 octets, as
 * octets.
 */
final class BlockRequests {

  /** Octets of a block request without optional fields. */
  static final int OCTETS = 17;

  static final int DATA_OCTETS = 50;

  /** Octets of the response to a block request. */
  static final int RESPONSE_OCTETS = 17 + DATA_OCTETS;

  static final int QUERY_RESPONSE = 0x02;
  static final int BLOCK_RESPONSE = 0x05;

  private static final int SEQUENCE_NUMBER_AT = 1;
  private static final int FILE_OFFSET_AT = 12;

  /** 4 000 blocks. */
  private static final int IMAGE_OCTETS = 200_000;

  private final byte[] image = TestImage.ofSize(IMAGE_OCTETS);
  private int sequenceNumber;
  private int fileOffset = -DATA_OCTETS;

  byte[] image() {
    return image;
  }

  /** A Query Next Image Request of a device that runs the version before. */
  byte[] query() {
    return encoded(
        new OtaRequest.QueryNextImage(
            TestImage.MANUFACTURER_CODE,
            TestImage.IMAGE_TYPE,
            TestImage.FILE_VERSION - 1L,
            OptionalInt.empty()));
  }

  /** Any Image Block Request. */
  byte[] block() {
    return encoded(
        new OtaRequest.ImageBlock(
            TestImage.MANUFACTURER_CODE,
            TestImage.IMAGE_TYPE,
            TestImage.FILE_VERSION,
            /* fileOffset= */ 0,
            DATA_OCTETS,
            Optional.empty(),
            OptionalInt.empty()));
  }

  private static byte[] encoded(OtaRequest request) {
    ByteBuffer out = ByteBuffer.allocate(OtaRequestEncoder.MAX_FRAME_OCTETS);
    OtaRequestEncoder.encode(out, 0, /* disableDefaultResponse= */ false, request);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Fills in a block request, one octet an int. */
  void first(int[] request) {
    byte[] octets = block();
    for (int i = 0; i < octets.length; i++) {
      request[i] = octets[i] & 0xFF;
    }
  }

  /** Makes it the request that follows. */
  void next(int[] request) {
    advance();
    request[SEQUENCE_NUMBER_AT] = sequenceNumber;
    request[FILE_OFFSET_AT] = fileOffset & 0xFF;
    request[FILE_OFFSET_AT + 1] = fileOffset >>> 8 & 0xFF;
    request[FILE_OFFSET_AT + 2] = fileOffset >>> 16 & 0xFF;
    request[FILE_OFFSET_AT + 3] = fileOffset >>> 24;
  }

  /** Makes it the request that follows. */
  void next(byte[] request) {
    advance();
    request[SEQUENCE_NUMBER_AT] = (byte) sequenceNumber;
    request[FILE_OFFSET_AT] = (byte) fileOffset;
    request[FILE_OFFSET_AT + 1] = (byte) (fileOffset >>> 8);
    request[FILE_OFFSET_AT + 2] = (byte) (fileOffset >>> 16);
    request[FILE_OFFSET_AT + 3] = (byte) (fileOffset >>> 24);
  }

  private void advance() {
    sequenceNumber = sequenceNumber + 1 & 0xFF;
    fileOffset += DATA_OCTETS;
    if (fileOffset == IMAGE_OCTETS) {
      fileOffset = 0;
    }
  }
}
