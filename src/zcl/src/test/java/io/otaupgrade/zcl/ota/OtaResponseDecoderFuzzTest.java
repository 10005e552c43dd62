package io.otaupgrade.zcl.ota;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Replays the inputs beside it in every build; fuzzes with -Pfuzz. */
class OtaResponseDecoderFuzzTest {

  @FuzzTest(maxDuration = "30m")
  void everyFrameIsReadOrRejected(byte[] octets) {
    OtaFrameLaws.checkResponse(ByteBuffer.wrap(octets));
  }
}
