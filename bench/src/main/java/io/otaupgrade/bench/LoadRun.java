package io.otaupgrade.bench;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * {@code ./ota serve} in a process of its own, with one more bundle that joins simulated devices
 * and upgrades them again and again. The bundle gets in as any operator's would: a configuration of
 * Felix FileInstall in the folder given with {@code --conf}.
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

  private static final String BUNDLE = "ota-bench-load.jar";
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int LOG_LINES = 5;

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
    Path result = folder.resolve("result.properties");
    Path log = folder.resolve("log");
    Path conf = Files.createDirectory(folder.resolve("conf"));
    Path bundles = Files.createDirectory(folder.resolve("bundles"));
    Files.copy(bundle(), bundles.resolve(BUNDLE), StandardCopyOption.REPLACE_EXISTING);
    store(
        conf.resolve("org.apache.felix.fileinstall-bench.cfg"),
        Map.of(
            "felix.fileinstall.dir",
            bundles.toString(),
            "felix.fileinstall.poll",
            "1000",
            "felix.fileinstall.noInitialDelay",
            "true",
            "felix.fileinstall.tmpdir",
            folder.resolve("tmp").toString()));
    store(conf.resolve("io.otaupgrade.bench.load.cfg"), plan(result));
    Process process =
        launcher.start(
            folder,
            Redirect.DISCARD,
            Redirect.to(log.toFile()),
            "serve",
            "--http",
            "127.0.0.1:0",
            "--conf",
            conf.toString());
    try {
      Properties properties = await(process, result, log);
      return new Outcome(
          number(properties, "blocks"),
          number(properties, "repeats"),
          number(properties, "unanswered"),
          number(properties, "undelivered"),
          number(properties, "wallNanos"),
          number(properties, "meshNanos"),
          number(properties, "processorNanos"),
          largestResidentSet(process),
          controlPeriod.map(period -> control(properties)));
    } finally {
      Launcher.end(process);
    }
  }

  /** The load bundle is built next to this program. */
  private static Path bundle() throws MeasureFailed {
    try {
      Path here =
          Path.of(LoadRun.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return here.resolveSibling("load").resolve(BUNDLE);
    } catch (URISyntaxException e) {
      throw new MeasureFailed("this program's jar cannot be found", e);
    }
  }

  private Map<String, String> plan(Path result) {
    Map<String, String> plan = new HashMap<>();
    plan.put("result", result.toString());
    plan.put("imageOctets", Integer.toString(imageOctets));
    plan.put("warmUpRounds", Integer.toString(warmUpRounds));
    plan.put("rounds", Integer.toString(rounds));
    controlPeriod.ifPresent(
        period -> plan.put("controlPeriodMs", Long.toString(period.toMillis())));
    mesh.forEach((key, value) -> plan.put("mesh." + key, value));
    return plan;
  }

  private static void store(Path file, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
  }

  private static Properties await(Process process, Path result, Path log)
      throws IOException, InterruptedException, MeasureFailed {
    long begun = System.nanoTime();
    while (!Files.exists(result)) {
      if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new MeasureFailed("./ota serve ended with " + process.exitValue() + lastLines(log));
      }
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new MeasureFailed(
            "no result within " + PATIENCE.toMinutes() + " min" + lastLines(log));
      }
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(result)) {
      properties.load(in);
    }
    String failure = properties.getProperty("failure", "");
    if (!failure.isEmpty()) {
      throw new MeasureFailed(failure + lastLines(log));
    }
    return properties;
  }

  private static String lastLines(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.stream()
        .skip(Math.max(0, lines.size() - LOG_LINES))
        .map(line -> System.lineSeparator() + "  " + line)
        .collect(Collectors.joining());
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

  private static long largestResidentSet(Process process) throws IOException, MeasureFailed {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      throw new MeasureFailed("this operating system has no " + status);
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new MeasureFailed(status + " has no VmHWM");
  }
}
