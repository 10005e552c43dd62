package io.otaupgrade.zcl.ota;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import java.nio.ByteBuffer;

/** What holds for any octets at all, as a frame of cluster 0x0019. */
final class OtaFrameLaws {

  private OtaFrameLaws() {}

  /** Fails on any exception but the one reject, and when writing does not undo reading. */
  static void checkRequest(ByteBuffer frame) {
    try {
      ZclHeader header = ZclHeader.decode(frame);
      OtaRequest request = OtaRequestDecoder.decode(header, frame);
      ByteBuffer out = ByteBuffer.allocate(OtaRequestEncoder.MAX_FRAME_OCTETS);
      OtaRequestEncoder.encode(
          out, header.sequenceNumber(), header.disableDefaultResponse(), request);
      out.flip();
      assertThat(ZclHeader.decode(out)).isEqualTo(header);
      assertThat(OtaRequestDecoder.decode(header, out)).isEqualTo(request);
    } catch (ZclFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** Fails on any exception but the one reject, and when writing does not undo reading. */
  static void checkResponse(ByteBuffer frame) {
    try {
      ZclHeader header = ZclHeader.decode(frame);
      OtaResponse response = OtaResponseDecoder.decode(header, frame);
      ByteBuffer out = ByteBuffer.allocate(OtaResponseEncoder.octets(response));
      OtaResponseEncoder.encode(
          out, header.sequenceNumber(), header.disableDefaultResponse(), response);
      out.flip();
      assertThat(ZclHeader.decode(out)).isEqualTo(header);
      assertThat(OtaResponseDecoder.decode(header, out)).isEqualTo(response);
    } catch (ZclFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
