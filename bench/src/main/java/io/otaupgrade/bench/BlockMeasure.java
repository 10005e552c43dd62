package io.otaupgrade.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a block costs this server and, in the same run, another one. */
final class BlockMeasure implements Measure {

  private static final double NANOS_PER_MICRO = 1_000;

  @Override
  public String label() {
    return "block-cost";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.BLOCK_COST, Figure.BLOCK_ALLOCATION);
  }

  @Override
  public void run(Consumer<Result> results) throws MeasureFailed {
    Microbenchmark ours = Microbenchmark.run(BlockBenchmark.class);
    Microbenchmark theirs = Microbenchmark.run(ZsmartsystemsBlockBenchmark.class);
    double output = octetsOfOutputBuffer();
    results.accept(
        Result.of(Figure.BLOCK_COST, ours.score() / NANOS_PER_MICRO)
            .beside(
                Peer.measured(
                    Peer.ZSMARTSYSTEMS,
                    theirs.score() / NANOS_PER_MICRO,
                    "codec and server, without its network manager"))
            .with(ours.spread(NANOS_PER_MICRO)));
    results.accept(
        Result.of(Figure.BLOCK_ALLOCATION, ours.allocated() - output)
            .beside(
                Peer.measured(
                    Peer.ZSMARTSYSTEMS, theirs.allocated(), "the frame that goes out included"))
            .with(Map.of("outputBuffer", output)));
  }

  /** What the frame that goes out takes on this JVM, whoever makes it: octets and buffer object. */
  private static double octetsOfOutputBuffer() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ByteBuffer[] buffers = new ByteBuffer[10_000];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = ByteBuffer.allocate(BlockRequests.RESPONSE_OCTETS);
    }
    return Math.round(
        (double) (threads.getCurrentThreadAllocatedBytes() - before) / buffers.length);
  }
}
