package io.otaupgrade.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How much one process serves when neither air nor devices take time. */
final class ThroughputMeasure implements Measure {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double OCTETS_PER_MB = 1e6;

  /** 4 000 blocks to each of 50 devices, ten times and once more: 2 million blocks count. */
  private static final LoadRun RUN =
      new LoadRun(
          /* imageOctets= */ 200_000,
          /* warmUpRounds= */ 1,
          /* rounds= */ 10,
          Map.of(
              "devices", "50",
              "fastChannel", "true",
              "thinkTimeMs", "0",
              "speed", "max"));

  @Override
  public String label() {
    return "throughput";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.THROUGHPUT, Figure.THROUGHPUT_CPU, Figure.THROUGHPUT_MEMORY);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    LoadRun.Outcome outcome = RUN.run(Launcher.ofThisProgram());
    Map<String, Double> details =
        Map.of("blocks", (double) outcome.blocks(), "repeats", (double) outcome.repeats());
    results.accept(Result.of(Figure.THROUGHPUT, outcome.blocksPerSecond()).with(details));
    results.accept(
        Result.of(
            Figure.THROUGHPUT_CPU, outcome.processorNanos() / NANOS_PER_MILLI / outcome.blocks()));
    results.accept(Result.of(Figure.THROUGHPUT_MEMORY, outcome.residentOctets() / OCTETS_PER_MB));
  }
}
