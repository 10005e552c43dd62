package io.otaupgrade.transport.internal.ember;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Without a fuzzer's help, runs over the seeds: the first octet is the length of the chunks. */
class AshFuzzTest {

  @FuzzTest
  void everyOctetIsTaken(byte[] input) {
    if (input.length > 0) {
      byte[] octets = new byte[input.length - 1];
      System.arraycopy(input, 1, octets, 0, octets.length);
      AshLaws.check(octets, Math.max(1, input[0] & 0xFF));
    }
  }
}
