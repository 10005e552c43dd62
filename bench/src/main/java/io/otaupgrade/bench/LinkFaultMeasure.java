package io.otaupgrade.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What upgrades lose when the way to a network coordinator breaks for some seconds. */
final class LinkFaultMeasure implements Measure {

  private static final int DEVICES = 50;

  /** 4 000 blocks to each device. */
  private static final int IMAGE_OCTETS = 200_000;

  /** About half of the images' octets, with what is around each block. */
  private static final long CUT_AFTER = DEVICES * IMAGE_OCTETS * 8L / 10;

  private static final Duration REFUSED = Duration.ofSeconds(3);

  @Override
  public String label() {
    return "link-fault";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.LINK_FAULT, Figure.LINK_FAULT_REPEATS);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    RadioRun.Outcome outcome =
        RadioRun.transfers("znp", DEVICES, IMAGE_OCTETS, /* warmUpOctets= */ 0, Map.of())
            .runCut(Launcher.ofThisProgram(), CUT_AFTER, REFUSED);
    Duration recovery =
        outcome
            .recovery()
            .orElseThrow(() -> new MeasureFailed("the connection was not cut in time"));
    results.accept(Result.of(Figure.LINK_FAULT, recovery.toMillis() / 1e3));
    // by the server's count, or the device's where that is worse: it asked again
    results.accept(
        Result.of(
            Figure.LINK_FAULT_REPEATS,
            (double) Math.max(outcome.number("worstRepeats"), outcome.worstRetries())));
  }
}
