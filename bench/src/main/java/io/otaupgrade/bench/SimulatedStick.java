package io.otaupgrade.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./ota simulate}: devices behind a co-processor of software on a TCP port, in a process of
 * its own.
 */
final class SimulatedStick implements AutoCloseable {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Process process;
  private final Path out;

  private SimulatedStick(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /**
   * A device in the end.
   *
   * @param sha256 of the image that it runs; empty when it never got one
   * @param retries requests that it repeated because no answer came
   */
  record Device(String sha256, long retries) {}

  /**
   * Starts it.
   *
   * @param firmware {@code znp} or {@code ember}
   * @param settings keys of the simulator's configuration
   */
  static SimulatedStick start(
      Launcher launcher, Path folder, String firmware, int devices, Map<String, String> settings)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "simulate",
                "--json",
                "--ncp",
                firmware,
                "--listen",
                "tcp://127.0.0.1:0",
                "--devices",
                Integer.toString(devices)));
    settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    Path out = folder.resolve("simulate.json");
    Process process =
        launcher.start(
            folder,
            Redirect.to(out.toFile()),
            Redirect.to(folder.resolve("simulate.log").toFile()),
            arguments.toArray(String[]::new));
    return new SimulatedStick(process, out);
  }

  /** Where it listens, once it does: {@code tcp://127.0.0.1:PORT}. */
  URI address() throws IOException, InterruptedException, MeasureFailed {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < PATIENCE.toNanos()) {
      Optional<String> address = firstText("address");
      if (address.isPresent()) {
        return URI.create(address.get());
      }
      if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new MeasureFailed("./ota simulate ended with " + process.exitValue());
      }
    }
    throw new MeasureFailed("./ota simulate: no port within " + PATIENCE.toSeconds() + " s");
  }

  private Optional<String> firstText(String field) throws IOException {
    List<String> lines = Files.readAllLines(out);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    try (JsonParser json = FACTORY.createParser(lines.get(0))) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.VALUE_STRING && field.equals(json.currentName())) {
          return Optional.of(json.getText());
        }
      }
    }
    return Optional.empty();
  }

  /** Ends it, and reads what it then tells of its devices. */
  List<Device> end() throws IOException, InterruptedException {
    Launcher.end(process);
    List<String> lines = Files.readAllLines(out);
    List<Device> devices = new ArrayList<>();
    try (JsonParser json = FACTORY.createParser(lines.get(lines.size() - 1))) {
      String sha256 = "";
      boolean inRuns = false;
      while (json.nextToken() != null) {
        switch (json.currentToken()) {
          case START_ARRAY -> inRuns = "runs".equals(json.currentName());
          case END_ARRAY -> inRuns = false;
          case START_OBJECT -> sha256 = "";
          case VALUE_STRING -> {
            if (inRuns && "sha256".equals(json.currentName())) {
              sha256 = json.getText();
            }
          }
          case VALUE_NUMBER_INT -> {
            if (inRuns && "retries".equals(json.currentName())) {
              devices.add(new Device(sha256, json.getLongValue()));
            }
          }
          default -> {}
        }
      }
    }
    return devices;
  }

  @Override
  public void close() {
    Launcher.close(process);
  }
}
