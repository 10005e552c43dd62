package io.otaupgrade.bench;

import io.otaupgrade.zcl.file.Integrity;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An image is judged: header, elements, integrity code. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class VerifyBenchmark {

  private static final int OCTETS = 1_000_000;

  /** Off the heap, as a mapped file is. */
  private final ByteBuffer file = ByteBuffer.allocateDirect(OCTETS);

  @Setup
  public void makeImage() throws OtaFileException {
    file.put(TestImage.ofSize(OCTETS)).flip();
    Integrity integrity = inspect().integrity();
    if (integrity != Integrity.VERIFIED) {
      throw new IllegalStateException("the integrity code is " + integrity);
    }
  }

  @Benchmark
  public OtaFile inspect() throws OtaFileException {
    return OtaFile.inspect(file, OtaFileLimits.DEFAULT);
  }
}
