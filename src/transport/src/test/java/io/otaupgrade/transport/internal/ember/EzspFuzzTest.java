package io.otaupgrade.transport.internal.ember;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Without a fuzzer's help, runs over the seeds: the first octet chooses the version. */
class EzspFuzzTest {

  @FuzzTest
  void everyFrameIsTaken(byte[] input) {
    if (input.length > 0) {
      byte[] frame = new byte[Math.min(AshCodec.MAX_DATA, input.length - 1)];
      System.arraycopy(input, 1, frame, 0, frame.length);
      EzspLaws.check(EzspVersion.OLDEST + (input[0] & 0xFF) % 7, frame);
    }
  }
}
