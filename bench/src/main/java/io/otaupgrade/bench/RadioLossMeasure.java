package io.otaupgrade.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@link LossMeasure} once more, through co-processors. */
final class RadioLossMeasure implements Measure {

  private static final double LOSS = 0.02;
  private static final int THINK_MILLIS = 3;

  /** 2 000 blocks. */
  private static final int IMAGE_OCTETS = 100_000;

  @Override
  public String label() {
    return "loss-radio";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.LOSS_ZNP, Figure.LOSS_EMBER);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    measure("znp", Figure.LOSS_ZNP, results);
    measure("ember", Figure.LOSS_EMBER, results);
  }

  private static void measure(String firmware, Figure figure, Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    RadioRun.Outcome outcome =
        RadioRun.transfers(
                firmware,
                /* devices= */ 1,
                IMAGE_OCTETS,
                /* warmUpOctets= */ 0,
                Map.of(
                    "fastChannel", "false",
                    "thinkTimeMs", Integer.toString(THINK_MILLIS),
                    "responseTimeoutMs", "5000",
                    "periodField", "present",
                    "acknowledgedRequests", "false",
                    "loss", Double.toString(LOSS),
                    "lossOf", "blockResponses"))
            .run(Launcher.ofThisProgram());
    results.accept(
        Result.of(figure, outcome.blocksPerSecond())
            .within(ChannelBound.blocksPerSecond(BlockRequests.DATA_OCTETS, THINK_MILLIS, LOSS))
            .with(
                Map.of(
                    "blocks", (double) outcome.number("blocks"),
                    "repeats", (double) outcome.number("repeats"),
                    "retries", (double) outcome.worstRetries())));
  }
}
