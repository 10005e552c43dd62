package io.otaupgrade.zcl;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Replays the inputs beside it in every build; fuzzes with -Pfuzz. */
class ZclHeaderFuzzTest {

  @FuzzTest(maxDuration = "30m")
  void everyFrameIsReadOrRejected(byte[] octets) {
    GlobalFrameLaws.check(ByteBuffer.wrap(octets));
  }
}
