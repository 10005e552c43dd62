package io.otaupgrade.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * A server with a simulated mesh in its own process, whose devices are upgraded again and again.
 *
 * @param imageOctets size of the image
 * @param warmUpRounds upgrades of all devices before those that count
 * @param rounds upgrades of all devices that count
 * @param controlPeriod mean pause between two frames for which a person waits, in the rounds that
 *     count and, before them, on the idle mesh; empty: none are sent
 * @param mesh configuration of the simulated mesh, keys of {@code io.otaupgrade.simulator}
 */
record LoadRun(
    int imageOctets,
    int warmUpRounds,
    int rounds,
    Optional<Duration> controlPeriod,
    Map<String, String> mesh) {

  LoadRun {
    mesh = Map.copyOf(mesh);
  }

  LoadRun(int imageOctets, int warmUpRounds, int rounds, Map<String, String> mesh) {
    this(imageOctets, warmUpRounds, rounds, Optional.empty(), mesh);
  }

  /** The same with another key of the mesh's configuration. */
  LoadRun with(String key, String value) {
    Map<String, String> more = new HashMap<>(mesh);
    more.put(key, value);
    return new LoadRun(imageOctets, warmUpRounds, rounds, controlPeriod, more);
  }

  /** The same with a consumer that sends frames for which a person waits. */
  LoadRun withControlFrames(Duration period) {
    return new LoadRun(imageOctets, warmUpRounds, rounds, Optional.of(period), mesh);
  }

  /**
   * What came out.
   *
   * @param blocks distinct blocks served in the rounds that count
   * @param repeats blocks beyond those
   * @param unanswered requests that got no answer
   * @param undelivered frames that the radio reported as lost
   * @param wallNanos from the first block to the last one, summed over the rounds that count
   * @param meshNanos the same, on the mesh's clock
   * @param processorNanos of the process in the rounds that count, with all around the transfers
   * @param residentOctets the process's largest resident set from its start
   * @param control of the frames for which a person waits, when there were any
   */
  record Outcome(
      long blocks,
      long repeats,
      long unanswered,
      long undelivered,
      long wallNanos,
      long meshNanos,
      long processorNanos,
      long residentOctets,
      Optional<Control> control) {

    double blocksPerSecond() {
      return blocks * 1e9 / wallNanos;
    }

    /** By the mesh's clock. */
    double blocksPerMeshSecond() {
      return blocks * 1e9 / meshNanos;
    }
  }

  /**
   * How long control frames took from their sender's call to the device's acknowledgement, by the
   * mesh's clock.
   *
   * @param idleNanos 95 % took no longer while nothing else was on the air
   * @param loadedNanos 95 % took no longer while all devices downloaded
   * @param frames delivered while all devices downloaded
   * @param lost not delivered
   */
  record Control(long idleNanos, long loadedNanos, long frames, long lost) {}

  Outcome run(Launcher launcher) throws IOException, InterruptedException, MeasureFailed {
    return Launcher.inNewFolder(folder -> run(launcher, folder));
  }

  private Outcome run(Launcher launcher, Path folder)
      throws IOException, InterruptedException, MeasureFailed {
    try (LoadedServer server = LoadedServer.start(launcher, folder, plan(), Map.of(), List.of())) {
      Properties properties = server.await();
      return new Outcome(
          number(properties, "blocks"),
          number(properties, "repeats"),
          number(properties, "unanswered"),
          number(properties, "undelivered"),
          number(properties, "wallNanos"),
          number(properties, "meshNanos"),
          number(properties, "processorNanos"),
          server.largestResidentSet(),
          controlPeriod.map(period -> control(properties)));
    }
  }

  private Map<String, String> plan() {
    Map<String, String> plan = new HashMap<>();
    plan.put("imageOctets", Integer.toString(imageOctets));
    plan.put("warmUpRounds", Integer.toString(warmUpRounds));
    plan.put("rounds", Integer.toString(rounds));
    controlPeriod.ifPresent(
        period -> plan.put("controlPeriodMs", Long.toString(period.toMillis())));
    mesh.forEach((key, value) -> plan.put("mesh." + key, value));
    return plan;
  }

  private static Control control(Properties properties) {
    return new Control(
        number(properties, "idle.p95Nanos"),
        number(properties, "loaded.p95Nanos"),
        number(properties, "loaded.delivered"),
        number(properties, "idle.lost") + number(properties, "loaded.lost"));
  }

  private static long number(Properties properties, String key) {
    return Long.parseLong(properties.getProperty(key));
  }
}
