package io.otaupgrade.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How much one process serves through a co-processor when neither air nor line take time. */
final class RadioMeasure implements Measure {

  private static final int DEVICES = 50;

  /** 4 000 blocks to each device, after 400. */
  private static final int IMAGE_OCTETS = 200_000;

  private static final int WARM_UP_OCTETS = 20_000;
  private static final double OCTETS_PER_MB = 1e6;

  static final RadioMeasure ZNP =
      new RadioMeasure("znp", Figure.ZNP_TCP, Figure.ZNP_TCP_CPU, Figure.ZNP_TCP_MEMORY);

  static final RadioMeasure EMBER =
      new RadioMeasure("ember", Figure.EMBER_TCP, Figure.EMBER_TCP_CPU, Figure.EMBER_TCP_MEMORY);

  private final String firmware;
  private final Figure rate;
  private final Figure processor;
  private final Figure memory;

  private RadioMeasure(String firmware, Figure rate, Figure processor, Figure memory) {
    this.firmware = firmware;
    this.rate = rate;
    this.processor = processor;
    this.memory = memory;
  }

  @Override
  public String label() {
    return rate.label();
  }

  @Override
  public List<Figure> figures() {
    return List.of(rate, processor, memory);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    RadioRun.Outcome outcome =
        RadioRun.transfers(firmware, DEVICES, IMAGE_OCTETS, WARM_UP_OCTETS, Map.of())
            .run(Launcher.ofThisProgram());
    results.accept(
        Result.of(rate, outcome.blocksPerSecond())
            .with(
                Map.of(
                    "blocks", (double) outcome.number("blocks"),
                    "repeats", (double) outcome.number("repeats"),
                    "worstRetries", (double) outcome.worstRetries())));
    results.accept(Result.of(processor, outcome.processorMillisPerBlock()));
    results.accept(Result.of(memory, outcome.residentOctets() / OCTETS_PER_MB));
  }
}
