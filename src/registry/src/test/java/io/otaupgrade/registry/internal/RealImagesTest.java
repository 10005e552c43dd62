package io.otaupgrade.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.zcl.file.OtaHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over images that vendors published, where a folder {@code shared/ota-images} with a manifest of
 * them lies beside the checkout (or above it); the images are not ours to ship.
 */
class RealImagesTest {

  private static Optional<Path> folder() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared").resolve("ota-images");
      if (Files.isRegularFile(candidate.resolve("MANIFEST.json"))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  @Test
  void eachProductIsOfferedItsOwnImageHoweverManyShareItsIds(@TempDir Path store)
      throws IOException {
    Optional<Path> folder = folder();
    assumeTrue(folder.isPresent(), "no folder shared/ota-images beside the checkout");
    List<Path> files;
    try (Stream<Path> all = Files.list(folder.orElseThrow())) {
      files = all.filter(file -> !file.toString().endsWith(".json")).sorted().toList();
    }
    List<String> refused = new ArrayList<>();
    List<ImageRegistration> registered = new ArrayList<>();
    try (RegistryFixture home = new RegistryFixture(store)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String url = "http://host/" + name.replace(" ", "%20");
        home.web.put(url, Files.readAllBytes(file));
        RegistrationOutcome outcome = home.added(home.ofOperator(url, name));
        if (outcome.verdict() == Verdict.REGISTERED) {
          ImageRegistration registration = outcome.registration().orElseThrow();
          registered.add(registration);
          OtaHeader header = registration.image().header();
          RegistrationRequest ofDriver =
              RegistrationRequest.ofDriver(
                  registered.size(),
                  header.manufacturerCode(),
                  header.imageType(),
                  url,
                  name + ".c4z",
                  1);
          assertThat(home.registered(ofDriver).image()).isSameAs(registration.image());
        } else {
          refused.add(outcome.verdict() + " " + outcome.detail());
        }
      }
      assertThat(refused)
          .containsExactly(
              "VALIDATION_FAILED totalImageSize: is 278830, file has 92222 octets from offset 0");
      for (ImageRegistration registration : registered) {
        String model = registration.selectors().modelIdentifiers().iterator().next();
        assertThat(home.registry.find(asked(registration, Set.of(), model)))
            .as("a device of model %s", model)
            .contains(registration);
        assertThat(home.find(asked(registration, Set.of(model + ".c4z"), "another model")))
            .as("a device bound to the driver of %s", model)
            .contains(registration.image());
        assertThat(home.find(asked(registration, Set.of(), "another model"))).isEmpty();
      }
    }
  }

  private static ImageQuery asked(
      ImageRegistration registration, Set<String> driverTypeIds, String model) {
    OtaHeader header = registration.image().header();
    return new ImageQuery(
        "home",
        RegistryFixture.DEVICE,
        driverTypeIds,
        header.manufacturerCode(),
        header.imageType(),
        0,
        header
            .hardwareVersions()
            .map(range -> OptionalInt.of(range.minimum()))
            .orElse(OptionalInt.empty()),
        Optional.of(model),
        Optional.of("Acme"));
  }
}
