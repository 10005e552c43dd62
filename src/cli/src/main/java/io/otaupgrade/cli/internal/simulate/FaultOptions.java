package io.otaupgrade.cli.internal.simulate;

import io.otaupgrade.api.simulation.SimulatedCoProcessor;
import io.otaupgrade.cli.internal.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** The options that say what goes wrong between a co-processor of software and its host. */
final class FaultOptions {

  private static final int LONGEST_SECONDS = 7 * 24 * 3600;
  private static final double WORST = 0.5;

  @Option(
      names = "--lose-octets",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of octets lost on the line, 0 to 0.5 (${DEFAULT-VALUE}).")
  private double loseOctets;

  @Option(
      names = "--corrupt-octets",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of octets that arrive changed, 0 to 0.5 (${DEFAULT-VALUE}).")
  private double corruptOctets;

  @Option(
      names = "--repeat-octets",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of octets that arrive twice, 0 to 0.5 (${DEFAULT-VALUE}).")
  private double repeatOctets;

  @Option(
      names = "--lose-frames",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of frames lost on the line, 0 to 0.5 (${DEFAULT-VALUE}).")
  private double loseFrames;

  @Option(
      names = "--reset-after",
      paramLabel = "SECONDS",
      description = "Reset the co-processor then, as its watchdog would; may be given again.")
  private List<Integer> resetAfter = new ArrayList<>();

  @Option(
      names = "--silence-after",
      paramLabel = "SECONDS",
      description = "Answer nothing from then on, for --silence-for; may be given again.")
  private List<Integer> silenceAfter = new ArrayList<>();

  @Option(
      names = "--silence-for",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long the silence lasts (${DEFAULT-VALUE}).")
  private int silenceFor;

  @Option(
      names = "--disconnect-after",
      paramLabel = "SECONDS",
      description =
          "Cut the connection then, and refuse others for --refuse-for; may be given again.")
  private List<Integer> disconnectAfter = new ArrayList<>();

  @Option(
      names = "--refuse-for",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "How long connections are refused (${DEFAULT-VALUE}).")
  private int refuseFor;

  void check(Usage usage) {
    usage.share("--lose-octets", loseOctets, WORST);
    usage.share("--corrupt-octets", corruptOctets, WORST);
    usage.share("--repeat-octets", repeatOctets, WORST);
    usage.share("--lose-frames", loseFrames, WORST);
    resetAfter.forEach(after -> usage.range("--reset-after", after, 0, LONGEST_SECONDS));
    silenceAfter.forEach(after -> usage.range("--silence-after", after, 0, LONGEST_SECONDS));
    disconnectAfter.forEach(after -> usage.range("--disconnect-after", after, 0, LONGEST_SECONDS));
    usage.range("--silence-for", silenceFor, 1, LONGEST_SECONDS);
    usage.range("--refuse-for", refuseFor, 0, LONGEST_SECONDS);
  }

  void addTo(Map<String, Object> configuration) {
    configuration.put("loseOctets", loseOctets);
    configuration.put("corruptOctets", corruptOctets);
    configuration.put("repeatOctets", repeatOctets);
    configuration.put("loseFrames", loseFrames);
  }

  /** Lets happen what is to happen, counted from now. */
  void schedule(SimulatedCoProcessor coProcessor) {
    ScheduledExecutorService later =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "ota-simulate-faults");
              thread.setDaemon(true);
              return thread;
            });
    each(later, resetAfter, coProcessor::reset);
    each(later, silenceAfter, () -> coProcessor.silence(Duration.ofSeconds(silenceFor)));
    each(later, disconnectAfter, () -> coProcessor.disconnect(Duration.ofSeconds(refuseFor)));
  }

  private static void each(ScheduledExecutorService later, List<Integer> seconds, Runnable fault) {
    for (int after : seconds) {
      ScheduledFuture<?> unused = later.schedule(fault, after, TimeUnit.SECONDS);
    }
  }
}
