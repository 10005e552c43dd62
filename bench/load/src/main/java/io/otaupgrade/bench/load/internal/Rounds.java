package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Upgrades all devices of a mesh to one version after the other: some rounds to warm up, then those
 * that count.
 */
final class Rounds {

  private static final String MESH = "bench";
  private static final String DRIVER = "ota-bench";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // 0xFFF1 is no assigned manufacturer code
  private static final int MANUFACTURER_CODE = 0xFFF1;
  private static final int IMAGE_TYPE = 0x00BE;
  private static final int FIRST_VERSION = 1;

  private static final int HEADER = 56;
  private static final int ELEMENT_HEADER = 6;

  private final Plan plan;
  private final Host host;
  private final Path folder;

  Rounds(Plan plan, Host host) throws IOException {
    this.plan = plan;
    this.host = host;
    this.folder = Files.createDirectories(plan.result().resolveSibling("images"));
  }

  /** Carries out the plan and tells what the rounds that count took. */
  void run(Properties result) throws IOException, InterruptedException, LoadFailed {
    SimulatedMesh mesh = joinDevices();
    OtaServer server = host.await(OtaServer.class, "(" + OtaServer.MESH + "=" + MESH + ")");
    ImageRegistry registry = host.await(ImageRegistry.class, "");
    host.publish(HostedFiles.class, () -> folder, Map.of(HostedFiles.DRIVER_NAME, DRIVER));
    Transfers transfers = new Transfers(mesh);
    host.publish(UpgradeListener.class, transfers, Map.of());

    Optional<ImageKey> registered = Optional.empty();
    long wallNanos = 0;
    long transferNanos = 0;
    Duration processorBefore = Duration.ZERO;
    ServerStatistics before = server.statistics();
    int rounds = plan.warmUpRounds() + plan.rounds();
    for (int round = 0; round < rounds; round++) {
      if (round == plan.warmUpRounds()) {
        before = server.statistics();
        processorBefore = processorTime();
      }
      int version = FIRST_VERSION + 1 + round;
      transfers.expect(version, mesh.devices().size());
      registered.ifPresent(registry::remove);
      ImageRegistration registration = register(registry, version);
      registered = Optional.of(registration.key());
      mesh.start();
      transfers.go();
      Transfers.Span span = transfers.awaitEnd();
      verify(mesh, registration);
      if (round >= plan.warmUpRounds()) {
        wallNanos += span.wallNanos();
        transferNanos += span.meshNanos();
      }
    }
    Duration processor = processorTime().minus(processorBefore);
    ServerStatistics after = server.statistics();
    put(result, "blocks", after.blocks() - before.blocks());
    put(result, "repeats", after.repeats() - before.repeats());
    put(result, "unanswered", after.unanswered());
    put(result, "undelivered", after.undelivered() - before.undelivered());
    put(result, "wallNanos", wallNanos);
    put(result, "meshNanos", transferNanos);
    put(result, "processorNanos", processor.toNanos());
  }

  private static void put(Properties result, String key, long value) {
    result.setProperty(key, Long.toString(value));
  }

  /** User and system time of this process, as the operating system counts it. */
  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private SimulatedMesh joinDevices() throws IOException, InterruptedException, LoadFailed {
    Map<String, Object> settings = new HashMap<>(plan.mesh());
    settings.put("mesh", MESH);
    settings.put("manufacturerCode", MANUFACTURER_CODE);
    settings.put("imageType", IMAGE_TYPE);
    settings.put("fileVersion", FIRST_VERSION);
    settings.put("autoStart", false);
    host.configureInstance(SimulatedMesh.FACTORY_PID, MESH, settings);
    return host.await(SimulatedMesh.class, "(" + SimulatedMesh.MESH + "=" + MESH + ")");
  }

  private ImageRegistration register(ImageRegistry registry, int version)
      throws IOException, InterruptedException, LoadFailed {
    Path file = folder.resolve("bench-" + version + ".zigbee");
    Files.write(file, image(version));
    RegistrationRequest request =
        RegistrationRequest.ofOperator(
            "controller://driver/" + DRIVER + "/" + file.getFileName(),
            Optional.of(MESH),
            ImageSelectors.NONE,
            Optional.empty());
    try {
      RegistrationOutcome outcome =
          registry
              .register(request)
              .outcome()
              .toCompletableFuture()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return outcome
          .registration()
          .orElseThrow(() -> new LoadFailed(outcome.verdict() + ": " + outcome.detail()));
    } catch (ExecutionException e) {
      throw new LoadFailed(e.getCause().toString());
    } catch (TimeoutException e) {
      throw new LoadFailed("the image was not registered within " + PATIENCE.toSeconds() + " s");
    }
  }

  private byte[] image(int version) {
    byte[] firmware = new byte[plan.imageOctets() - HEADER - ELEMENT_HEADER];
    new SplittableRandom(version).nextBytes(firmware);
    return new OtaFileWriter(MANUFACTURER_CODE, IMAGE_TYPE, version)
        .headerString("bench")
        .element(ElementTag.UPGRADE_IMAGE.code(), firmware)
        .toByteArray();
  }

  /** A fast transfer of the wrong octets would be worth nothing. */
  private static void verify(SimulatedMesh mesh, ImageRegistration registration) throws LoadFailed {
    for (SimulatedDeviceReport device : mesh.devices()) {
      if (device.runningVersion() != registration.key().imageVersion()
          || !device.imageSha256().equals(registration.image().sha256())) {
        throw new LoadFailed(
            device.eui64()
                + " runs version "
                + device.runningVersion()
                + " with image "
                + device.imageSha256()
                + ", wanted "
                + registration.key().imageVersion()
                + " with "
                + registration.image().sha256());
      }
    }
  }
}
