package io.otaupgrade.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** How long a user waits for the first sign of life. Every start has a fresh bundle cache. */
final class StartMeasure implements Measure {

  private static final int STARTS = 10;
  private static final int SAMPLE_OCTETS = 65_536;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int POLL_MILLIS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public String label() {
    return "start";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.START, Figure.START_INSPECT);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    Launcher launcher = Launcher.ofThisProgram();
    Launcher.inNewFolder(folder -> secondsToAnswer(launcher, folder)); // page cache
    double[] starts = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      starts[i] = Launcher.inNewFolder(folder -> secondsToAnswer(launcher, folder));
    }
    results.accept(median(Figure.START, starts));
    Launcher.inNewFolder(folder -> secondsToInspect(launcher, folder));
    double[] inspections = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      inspections[i] = Launcher.inNewFolder(folder -> secondsToInspect(launcher, folder));
    }
    results.accept(median(Figure.START_INSPECT, inspections));
  }

  private static Result median(Figure figure, double[] seconds) {
    Arrays.sort(seconds);
    double median = (seconds[(STARTS - 1) / 2] + seconds[STARTS / 2]) / 2;
    return Result.of(figure, median)
        .with(Map.of("fastest", seconds[0], "slowest", seconds[STARTS - 1]));
  }

  /** From the start of the process until the image hosting, not just the web server, answers. */
  private static double secondsToAnswer(Launcher launcher, Path folder)
      throws IOException, InterruptedException, MeasureFailed {
    int port = freePort();
    long begun = System.nanoTime();
    Process process =
        launcher.start(
            folder, Redirect.DISCARD, Redirect.DISCARD, "serve", "--http", "127.0.0.1:" + port);
    try {
      URL images = new URL("http://127.0.0.1:" + port + "/ota/images/");
      while (!isAnswered(images)) {
        if (!process.isAlive()) {
          throw new MeasureFailed("./ota serve ended with " + process.exitValue());
        }
        if (System.nanoTime() - begun > PATIENCE.toNanos()) {
          throw new MeasureFailed("no HTTP answer within " + PATIENCE.toSeconds() + " s");
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      return (System.nanoTime() - begun) / NANOS_PER_SECOND;
    } finally {
      Launcher.end(process);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** POST is refused by the hosting with 405; the web server without it says 404. */
  private static boolean isAnswered(URL url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) url.openConnection();
      connection.setRequestMethod("POST");
      return connection.getResponseCode() == HttpURLConnection.HTTP_BAD_METHOD;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static double secondsToInspect(Launcher launcher, Path folder)
      throws IOException, InterruptedException, MeasureFailed {
    Path file = folder.resolve("sample.zigbee");
    Files.write(file, TestImage.ofSize(SAMPLE_OCTETS));
    long begun = System.nanoTime();
    Process process =
        launcher.start(
            folder, Redirect.DISCARD, Redirect.DISCARD, "inspect", "--json", file.toString());
    int exitCode = Launcher.await(process);
    double seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
    if (exitCode != 0) {
      throw new MeasureFailed("./ota inspect ended with " + exitCode);
    }
    return seconds;
  }
}
