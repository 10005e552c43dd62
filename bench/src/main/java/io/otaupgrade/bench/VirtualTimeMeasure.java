package io.otaupgrade.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The demo on a large mesh, from the start of the process to its end. */
final class VirtualTimeMeasure implements Measure {

  private static final int DEVICES = 200;

  /** The median of published images. */
  private static final int IMAGE_OCTETS = 241_564;

  @Override
  public String label() {
    return "virtual-time";
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.VIRTUAL_TIME);
  }

  @Override
  public void run(Consumer<Result> results)
      throws IOException, InterruptedException, MeasureFailed {
    Launcher launcher = Launcher.ofThisProgram();
    results.accept(
        Result.of(Figure.VIRTUAL_TIME, Launcher.inNewFolder(folder -> seconds(launcher, folder))));
  }

  private static double seconds(Launcher launcher, Path folder)
      throws IOException, InterruptedException, MeasureFailed {
    Path image = folder.resolve("image.zigbee");
    Files.write(image, TestImage.ofSize(IMAGE_OCTETS));
    long begun = System.nanoTime();
    Process process =
        launcher.start(
            folder,
            Redirect.DISCARD,
            Redirect.DISCARD,
            "demo",
            "--json",
            "--speed",
            "max",
            "--devices",
            Integer.toString(DEVICES),
            "--image",
            image.toString());
    int exitCode = Launcher.await(process);
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (exitCode != 0) {
      throw new MeasureFailed("./ota demo ended with " + exitCode);
    }
    return seconds;
  }
}
