package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One image after the other, each registered as an operator's in place of the one before. */
final class Images {

  // 0xFFF1 is no assigned manufacturer code
  static final int MANUFACTURER_CODE = 0xFFF1;
  static final int IMAGE_TYPE = 0x00BE;

  /** What the devices run before the first round. */
  static final int FIRST_VERSION = 1;

  private static final String DRIVER = "ota-bench";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int HEADER = 56;
  private static final int ELEMENT_HEADER = 6;

  private final ImageRegistry registry;
  private final String mesh;
  private final Path folder;
  private Optional<ImageKey> registered = Optional.empty();

  Images(Host host, String mesh, Path folder) throws IOException, InterruptedException, LoadFailed {
    this.registry = host.await(ImageRegistry.class, "");
    this.mesh = mesh;
    this.folder = Files.createDirectories(folder);
    host.publish(HostedFiles.class, () -> folder, Map.of(HostedFiles.DRIVER_NAME, DRIVER));
  }

  /**
   * @param octets of the file
   */
  ImageRegistration register(int version, int octets)
      throws IOException, InterruptedException, LoadFailed {
    registered.ifPresent(registry::remove);
    Path file = folder.resolve("bench-" + version + ".zigbee");
    Files.write(file, image(version, octets));
    RegistrationRequest request =
        RegistrationRequest.ofOperator(
            "controller://driver/" + DRIVER + "/" + file.getFileName(),
            Optional.of(mesh),
            ImageSelectors.NONE,
            Optional.empty());
    try {
      RegistrationOutcome outcome =
          registry
              .register(request)
              .outcome()
              .toCompletableFuture()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      ImageRegistration registration =
          outcome
              .registration()
              .orElseThrow(() -> new LoadFailed(outcome.verdict() + ": " + outcome.detail()));
      registered = Optional.of(registration.key());
      return registration;
    } catch (ExecutionException e) {
      throw new LoadFailed(e.getCause().toString());
    } catch (TimeoutException e) {
      throw new LoadFailed("the image was not registered within " + PATIENCE.toSeconds() + " s");
    }
  }

  private static byte[] image(int version, int octets) {
    byte[] firmware = new byte[octets - HEADER - ELEMENT_HEADER];
    new SplittableRandom(version).nextBytes(firmware);
    return new OtaFileWriter(MANUFACTURER_CODE, IMAGE_TYPE, version)
        .headerString("bench")
        .element(ElementTag.UPGRADE_IMAGE.code(), firmware)
        .toByteArray();
  }
}
