package io.otaupgrade.cli.internal;

import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say what simulated mesh there is to be. */
public final class MeshOptions {

  private static final int DEVICE_LIMIT = 1000;

  @Option(
      names = "--devices",
      paramLabel = "N",
      defaultValue = "3",
      description = "Devices on the mesh, 1 to 1000 (${DEFAULT-VALUE}).")
  private int devices;

  @Option(
      names = "--hops",
      paramLabel = "H",
      defaultValue = "1",
      description = "Radio hops between server and devices, 1 to 10 (${DEFAULT-VALUE}).")
  private int hops;

  @Option(
      names = "--loss",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of frames that get lost, 0 to 0.9 (${DEFAULT-VALUE}).")
  private double loss;

  @Option(
      names = "--sleepy",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many of the devices sleep between polls (${DEFAULT-VALUE}).")
  private int sleepy;

  @Option(names = "--page", description = "Devices ask for pages instead of single blocks.")
  private boolean page;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of everything random (${DEFAULT-VALUE}).")
  private long seed;

  /** Refuses what is out of range. */
  public void check(Usage usage) {
    usage.range("--devices", devices, 1, DEVICE_LIMIT);
    usage.range("--hops", hops, 1, 10);
    usage.range("--sleepy", sleepy, 0, devices);
    usage.share("--loss", loss, 0.9);
  }

  /** How many devices. */
  public int devices() {
    return devices;
  }

  /** Adds the keys of a simulated mesh's configuration. */
  public void addTo(Map<String, Object> configuration) {
    configuration.put("hops", hops);
    configuration.put("loss", loss);
    configuration.put("sleepy", sleepy);
    configuration.put("page", page);
    configuration.put("seed", seed);
  }
}
