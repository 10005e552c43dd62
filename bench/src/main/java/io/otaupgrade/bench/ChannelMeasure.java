package io.otaupgrade.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How much of what one channel can carry to one device is carried. */
final class ChannelMeasure implements Measure {

  /** 4 000 blocks, five times. */
  private static final LoadRun RUN =
      new LoadRun(
          /* imageOctets= */ 200_000,
          /* warmUpRounds= */ 0,
          /* rounds= */ 5,
          Map.of(
              "devices", "1",
              "thinkTimeMs", "0",
              "periodField", "present",
              "speed", "max"));

  @Override
  public String label() {
    return "channel-rate";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.CHANNEL_RATE, Figure.CHANNEL_RATE_ACKED);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    measure(Figure.CHANNEL_RATE, false, results);
    measure(Figure.CHANNEL_RATE_ACKED, true, results);
  }

  private static void measure(Figure figure, boolean acknowledged, Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    LoadRun.Outcome outcome =
        RUN.with("acknowledgedRequests", Boolean.toString(acknowledged))
            .run(Launcher.ofThisProgram());
    results.accept(
        Result.of(figure, outcome.blocksPerMeshSecond())
            .within(ChannelBound.blocksPerSecond(BlockRequests.DATA_OCTETS, acknowledged))
            .with(
                Map.of(
                    "blocks", (double) outcome.blocks(), "repeats", (double) outcome.repeats())));
  }
}
