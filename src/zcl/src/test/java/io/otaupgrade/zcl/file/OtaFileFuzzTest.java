package io.otaupgrade.zcl.file;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Without a fuzzer's help, runs over the seeds, which are files of every shape we know. */
class OtaFileFuzzTest {

  @FuzzTest
  void everyFileIsJudged(byte[] file) {
    OtaFileLaws.check(ByteBuffer.wrap(file));
  }
}
