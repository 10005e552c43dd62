package io.otaupgrade.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How much is carried to one device when some responses get lost. */
final class LossMeasure implements Measure {

  private static final double LOSS = 0.02;
  private static final int THINK_MILLIS = 3;
  private static final int SEEDS = 3;

  /** 4 000 blocks, four times, with each seed. */
  private static final LoadRun RUN =
      new LoadRun(
          /* imageOctets= */ 200_000,
          /* warmUpRounds= */ 0,
          /* rounds= */ 4,
          Map.ofEntries(
              Map.entry("devices", "1"),
              Map.entry("thinkTimeMs", Integer.toString(THINK_MILLIS)),
              Map.entry("responseTimeoutMs", "5000"),
              Map.entry("periodField", "present"),
              Map.entry("acknowledgedRequests", "false"),
              Map.entry("loss", Double.toString(LOSS)),
              Map.entry("lossOf", "blockResponses"),
              Map.entry("speed", "max")));

  @Override
  public String label() {
    return "loss";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.LOSS_SILENT, Figure.LOSS_REPORTED);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    measure(Figure.LOSS_SILENT, false, results);
    measure(Figure.LOSS_REPORTED, true, results);
  }

  private static void measure(Figure figure, boolean reported, Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    long blocks = 0;
    long repeats = 0;
    double seconds = 0;
    double worst = Double.MAX_VALUE;
    for (int seed = 1; seed <= SEEDS; seed++) {
      LoadRun.Outcome outcome =
          RUN.with("lossReported", Boolean.toString(reported))
              .with("seed", Integer.toString(seed))
              .run(Launcher.ofThisProgram());
      blocks += outcome.blocks();
      repeats += outcome.repeats();
      seconds += outcome.meshNanos() / 1e9;
      worst = Math.min(worst, outcome.blocksPerMeshSecond());
    }
    results.accept(
        Result.of(figure, blocks / seconds)
            .within(ChannelBound.blocksPerSecond(BlockRequests.DATA_OCTETS, THINK_MILLIS, LOSS))
            .with(
                Map.of(
                    "blocks", (double) blocks, "repeats", (double) repeats, "worstSeed", worst)));
  }
}
