package io.otaupgrade.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * A server on a co-processor of software, whose devices are in another process. In real time.
 *
 * @param firmware of the co-processor, {@code znp} or {@code ember}
 * @param plan of the load bundle
 * @param simulator keys of its configuration
 */
record RadioRun(
    String firmware, int devices, Map<String, String> plan, Map<String, String> simulator) {

  /** How {@code ./ota serve} calls the mesh of {@code --port}. */
  private static final String MESH = "radio";

  RadioRun {
    plan = Map.copyOf(plan);
    simulator = Map.copyOf(simulator);
  }

  /** Upgrades all devices of a network on which frames take no time, twice: once to warm up. */
  static RadioRun transfers(
      String firmware, int devices, int imageOctets, int warmUpOctets, Map<String, String> more) {
    Map<String, String> simulator = new HashMap<>();
    simulator.put("fastChannel", "true");
    simulator.put("thinkTimeMs", "0.3");
    simulator.putAll(more);
    return new RadioRun(
        firmware,
        devices,
        Map.of(
            "imageOctets",
            Integer.toString(imageOctets),
            "warmUpOctets",
            Integer.toString(warmUpOctets),
            "warmUpRounds",
            warmUpOctets == 0 ? "0" : "1",
            "rounds",
            "1"),
        simulator);
  }

  /** Sends frames of the size of a block response to the devices, which answer nothing. */
  static RadioRun unicasts(
      String firmware, int devices, int unicasts, Map<String, String> simulator) {
    return new RadioRun(
        firmware,
        devices,
        Map.of(
            "imageOctets",
            "0",
            "warmUpRounds",
            "0",
            "rounds",
            "0",
            "unicasts",
            Integer.toString(unicasts)),
        simulator);
  }

  /**
   * What came out.
   *
   * @param properties that the load bundle wrote
   * @param residentOctets the server process's largest resident set from its start
   * @param worstRetries of one device: requests that it repeated because no answer came
   * @param recovery from when the port answered again to when blocks went out again; empty when the
   *     connection was not cut
   */
  record Outcome(
      Properties properties, long residentOctets, long worstRetries, Optional<Duration> recovery) {

    private Outcome after(Optional<Duration> cut) {
      return new Outcome(properties, residentOctets, worstRetries, cut);
    }

    long number(String key) {
      return Long.parseLong(properties.getProperty(key));
    }

    double blocksPerSecond() {
      return number("blocks") * 1e9 / number("wallNanos");
    }

    double processorMillisPerBlock() {
      return number("processorNanos") / 1e6 / number("blocks");
    }
  }

  Outcome run(Launcher launcher) throws IOException, InterruptedException, MeasureFailed {
    return Launcher.inNewFolder(
        folder -> {
          try (SimulatedStick stick = stick(launcher, folder)) {
            return run(launcher, folder, stick, stick.address());
          }
        });
  }

  /**
   * The same, with the connection cut once.
   *
   * @param cutAfter octets to the co-processor before that
   * @param refused how long nobody can connect then
   */
  Outcome runCut(Launcher launcher, long cutAfter, Duration refused)
      throws IOException, InterruptedException, MeasureFailed {
    return Launcher.inNewFolder(
        folder -> {
          try (SimulatedStick stick = stick(launcher, folder);
              Relay relay = Relay.open(stick.address(), cutAfter, refused)) {
            return run(launcher, folder, stick, relay.address()).after(relay.recovery());
          }
        });
  }

  private SimulatedStick stick(Launcher launcher, Path folder) throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("members", "false"); // they join when the network opens, as new devices do
    settings.put("manufacturerCode", Integer.toString(TestImage.MANUFACTURER_CODE));
    settings.put("imageType", Integer.toString(TestImage.IMAGE_TYPE));
    settings.put("fileVersion", "1");
    settings.put("rebootSeconds", "1");
    settings.putAll(simulator);
    return SimulatedStick.start(
        launcher, Files.createDirectory(folder.resolve("stick")), firmware, devices, settings);
  }

  private Outcome run(Launcher launcher, Path folder, SimulatedStick stick, URI address)
      throws IOException, InterruptedException, MeasureFailed {
    Map<String, String> whole = new HashMap<>(plan);
    whole.put("radio", MESH);
    whole.put("radioDevices", Integer.toString(devices));
    try (LoadedServer server =
        LoadedServer.start(
            launcher,
            folder,
            whole,
            // the second round follows the first one at once
            Map.of("io.otaupgrade.cluster", Map.of("notifyInterval", "1")),
            List.of("--radio", firmware, "--port", address.toString()))) {
      Properties properties = server.await();
      long resident = server.largestResidentSet();
      List<SimulatedStick.Device> held = stick.end();
      verify(properties.getProperty("sha256"), held);
      long worst = held.stream().mapToLong(SimulatedStick.Device::retries).max().orElse(0);
      return new Outcome(properties, resident, worst, Optional.empty());
    }
  }

  /** A fast transfer of the wrong octets would be worth nothing. */
  private void verify(String sha256, List<SimulatedStick.Device> held) throws MeasureFailed {
    long right = held.stream().filter(device -> device.sha256().equals(sha256)).count();
    if (sha256 != null && right != devices) {
      throw new MeasureFailed(right + " of " + devices + " devices hold the image " + sha256);
    }
  }
}
