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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * {@code ./ota serve} in a process of its own, with one more bundle that carries out a plan. The
 * bundle gets in as any operator's would: a configuration of Felix FileInstall in the folder given
 * with {@code --conf}.
 */
final class LoadedServer implements AutoCloseable {

  private static final String BUNDLE = "ota-bench-load.jar";
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int LOG_LINES = 5;

  private final Process process;
  private final Path result;
  private final Path log;

  private LoadedServer(Process process, Path result, Path log) {
    this.process = process;
    this.result = result;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param folder for everything it keeps
   * @param plan for the bundle
   * @param configurations further ones, by PID
   * @param options of {@code ./ota serve} besides
   */
  static LoadedServer start(
      Launcher launcher,
      Path folder,
      Map<String, String> plan,
      Map<String, Map<String, String>> configurations,
      List<String> options)
      throws IOException, MeasureFailed {
    Path result = folder.resolve("result.properties");
    Path log = folder.resolve("log");
    Path conf = Files.createDirectory(folder.resolve("conf"));
    Path bundles = Files.createDirectory(folder.resolve("bundles"));
    Files.copy(bundle(), bundles.resolve(BUNDLE), StandardCopyOption.REPLACE_EXISTING);
    store(
        conf,
        "org.apache.felix.fileinstall-bench",
        Map.of(
            "felix.fileinstall.dir",
            bundles.toString(),
            "felix.fileinstall.poll",
            "1000",
            "felix.fileinstall.noInitialDelay",
            "true",
            "felix.fileinstall.tmpdir",
            folder.resolve("tmp").toString()));
    Map<String, String> whole = new HashMap<>(plan);
    whole.put("result", result.toString());
    store(conf, "io.otaupgrade.bench.load", whole);
    for (Map.Entry<String, Map<String, String>> each : configurations.entrySet()) {
      store(conf, each.getKey(), each.getValue());
    }
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--http", "127.0.0.1:0", "--conf", conf.toString()));
    arguments.addAll(options);
    Process process =
        launcher.start(
            folder, Redirect.DISCARD, Redirect.to(log.toFile()), arguments.toArray(String[]::new));
    return new LoadedServer(process, result, log);
  }

  /** The load bundle is built next to this program. */
  private static Path bundle() throws MeasureFailed {
    try {
      Path here =
          Path.of(LoadedServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return here.resolveSibling("load").resolve(BUNDLE);
    } catch (URISyntaxException e) {
      throw new MeasureFailed("this program's jar cannot be found", e);
    }
  }

  private static void store(Path conf, String pid, Map<String, String> settings)
      throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer out = Files.newBufferedWriter(conf.resolve(pid + ".cfg"))) {
      properties.store(out, null);
    }
  }

  /** Waits until the plan has been carried out; what the bundle wrote down. */
  Properties await() throws IOException, InterruptedException, MeasureFailed {
    long begun = System.nanoTime();
    while (!Files.exists(result)) {
      if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new MeasureFailed("./ota serve ended with " + process.exitValue() + lastLines());
      }
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new MeasureFailed("no result within " + PATIENCE.toMinutes() + " min" + lastLines());
      }
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(result)) {
      properties.load(in);
    }
    String failure = properties.getProperty("failure", "");
    if (!failure.isEmpty()) {
      throw new MeasureFailed(failure + lastLines());
    }
    return properties;
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.stream()
        .skip(Math.max(0, lines.size() - LOG_LINES))
        .map(line -> System.lineSeparator() + "  " + line)
        .collect(Collectors.joining());
  }

  /** The process's largest resident set from its start, octets. */
  long largestResidentSet() throws IOException, MeasureFailed {
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

  @Override
  public void close() {
    Launcher.close(process);
  }
}
