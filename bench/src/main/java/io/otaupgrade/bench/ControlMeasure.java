package io.otaupgrade.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Whether a person notices, who switches a lamp, that fifty upgrades are under way. */
final class ControlMeasure implements Measure {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double PERCENT = 100;
  private static final Duration CONTROL_PERIOD = Duration.ofMillis(250);

  /** 400 blocks to each of 50 devices, which take the channel some minutes. */
  private static final LoadRun RUN =
      new LoadRun(
          /* imageOctets= */ 20_000,
          /* warmUpRounds= */ 1,
          /* rounds= */ 1,
          Map.of(
              "devices", "50",
              "thinkTimeMs", "3",
              "periodField", "present",
              "acknowledgedRequests", "false",
              "speed", "max"));

  @Override
  public String label() {
    return "control";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.CONTROL_LATENCY, Figure.CONTROL_OTA_RATE);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    LoadRun.Outcome alone = RUN.run(Launcher.ofThisProgram());
    LoadRun.Outcome beside = RUN.withControlFrames(CONTROL_PERIOD).run(Launcher.ofThisProgram());
    LoadRun.Control control = beside.control().orElseThrow();
    double idle = control.idleNanos() / NANOS_PER_MILLI;
    double loaded = control.loadedNanos() / NANOS_PER_MILLI;
    results.accept(
        Result.of(Figure.CONTROL_LATENCY, loaded - idle)
            .with(
                Map.of(
                    "idle",
                    idle,
                    "loaded",
                    loaded,
                    "frames",
                    (double) control.frames(),
                    "lost",
                    (double) control.lost())));
    results.accept(
        Result.of(
                Figure.CONTROL_OTA_RATE,
                PERCENT * beside.blocksPerMeshSecond() / alone.blocksPerMeshSecond())
            .with(
                Map.of(
                    "alone", alone.blocksPerMeshSecond(),
                    "beside", beside.blocksPerMeshSecond(),
                    "repeats", (double) beside.repeats())));
  }
}
