package io.otaupgrade.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How much of what a serial line can carry is carried. */
final class UnicastMeasure implements Measure {

  private static final int DEVICES = 20;
  private static final int UNICASTS = 2_000;

  private static final int BAUD_RATE = 115_200;
  private static final int TURNAROUND_MILLIS = 2;

  /** There and, acknowledged, back. */
  private static final int AIR_MILLIS = 20;

  /**
   * What one command takes that nothing else can share: computed in the terms from 67
   * octets of payload within sendUnicast, its answer and messageSentHandler, all behind ASH.
   */
  private static final double BOUND = 89.7;

  private static final RadioRun RUN =
      RadioRun.unicasts(
          "ember",
          DEVICES,
          UNICASTS,
          Map.of(
              "fastChannel",
              "true",
              "fastFrameMs",
              Integer.toString(AIR_MILLIS / 2),
              "baudRate",
              Integer.toString(BAUD_RATE),
              "turnaroundMs",
              Integer.toString(TURNAROUND_MILLIS)));

  @Override
  public String label() {
    return "unicasts";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.UNICASTS);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    RadioRun.Outcome outcome = RUN.run(Launcher.ofThisProgram());
    long delivered = outcome.number("delivered");
    results.accept(
        Result.of(Figure.UNICASTS, delivered * 1e9 / outcome.number("wallNanos"))
            .within(BOUND)
            .with(Map.of("delivered", (double) delivered, "sent", (double) UNICASTS)));
  }
}
