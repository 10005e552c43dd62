package io.otaupgrade.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The {@code ./ota} script, by which everything is started that is not measured by JMH: with the
 * same jar and the same flags of the JVM as a user has.
 */
final class Launcher {

  /** System property: the script's path. */
  private static final String PROPERTY = "ota.launcher";

  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    // Ctrl-C must leave no server behind
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroy)));
  }

  private final Path script;

  private Launcher(Path script) {
    this.script = script;
  }

  /**
   * The script that started this program.
   *
   * @throws MeasureFailed when none did
   */
  static Launcher ofThisProgram() throws MeasureFailed {
    Path script = Path.of(System.getProperty(PROPERTY, ""));
    if (!Files.isExecutable(script)) {
      throw new MeasureFailed("to be started by ./ota bench");
    }
    return new Launcher(script);
  }

  /**
   * Starts a command. The script becomes the JVM, so the process is the JVM's.
   *
   * @param folder the working directory; serve keeps its data there too
   */
  Process start(Path folder, Redirect out, Redirect err, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out)
            .redirectError(err);
    builder.environment().put("OTA_SKIP_BUILD", "1"); // bench was built together with the rest
    builder.environment().put("OTA_DATA", folder.resolve("data").toString());
    Process process = builder.start();
    RUNNING.add(process);
    return process;
  }

  /** What is run in a folder that is there just for it. */
  @FunctionalInterface
  interface InFolder<R> {
    R run(Path folder) throws IOException, InterruptedException, MeasureFailed;
  }

  /** Makes a folder for one run, and removes it afterwards. */
  static <R> R inNewFolder(InFolder<R> task)
      throws IOException, InterruptedException, MeasureFailed {
    Path folder = Files.createTempDirectory("ota-bench-");
    try {
      return task.run(folder);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(Launcher::delete);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a process to end by itself. */
  static int await(Process process) throws InterruptedException {
    int exitCode = process.waitFor();
    RUNNING.remove(process);
    return exitCode;
  }

  /** Ends a process that has no reason to go on. */
  static void end(Process process) throws InterruptedException {
    process.destroy();
    await(process);
  }

  /** The same, for whoever does nothing after it: an interrupt is left to be seen. */
  static void close(Process process) {
    try {
      end(process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it was told to end
    }
  }
}
