package io.otaupgrade.registry.internal;

import static io.otaupgrade.registry.internal.RegistryFixture.LAMP;
import static io.otaupgrade.registry.internal.RegistryFixture.MANUFACTURER;
import static io.otaupgrade.registry.internal.RegistryFixture.TYPE;
import static io.otaupgrade.registry.internal.RegistryFixture.image;
import static io.otaupgrade.registry.internal.RegistryFixture.lamp;
import static io.otaupgrade.registry.internal.RegistryFixture.octets;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.FetchRequest;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.registry.internal.store.Sha256;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistenceTest {
  private static final String URL = "http://host/fw/a.zigbee";
  private static final String OTHER_URL = "http://host/fw/b.zigbee";
  private static final Map<String, Object> PERSISTENT = Map.of("persistImages", "true");

  @TempDir Path folder;
  private final FakeWeb web = new FakeWeb();

  private RegistryFixture start(Map<String, ?> configuration) {
    return new RegistryFixture(folder, web, configuration);
  }

  private Path registrations() {
    return folder.resolve("registrations.properties");
  }

  private List<Path> images() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("images"))) {
      return files.toList();
    }
  }

  /** What a registration says, but for the identity of its image. */
  private static String facts(ImageRegistration registration) {
    return String.join(
        " | ",
        registration.key().toString(),
        registration.image().sha256(),
        registration.image().storedName(),
        registration.image().header().toString(),
        registration.url(),
        registration.holders().stream().sorted().toList().toString(),
        registration.mesh().toString(),
        registration.selectors().modelIdentifiers().stream().sorted().toList().toString(),
        registration.selectors().manufacturerNames().stream().sorted().toList().toString(),
        registration.selectors().hardwareVersions().toString(),
        registration.versionPolicy().toString(),
        registration.previousVersion().toString());
  }

  private static List<String> facts(RegistryFixture home) {
    return home.registry.registrations().stream().map(PersistenceTest::facts).toList();
  }

  @Test
  void aRestartEmptiesTheRegistryAndTheStore() throws IOException {
    web.put(URL, image(2), "\"v2\"");
    try (RegistryFixture before = start(Map.of())) {
      before.registered(1, URL);
      assertThat(images()).hasSize(1);
    }
    try (RegistryFixture after = start(Map.of())) {
      assertThat(after.registry.registrations()).isEmpty();
      assertThat(images()).isEmpty();
      assertThat(registrations()).doesNotExist();
      after.registered(1, URL);
      assertThat(web.requests()).extracting(FetchRequest::headers).allMatch(Map::isEmpty);
    }
  }

  @Test
  void aRestartWithPersistImagesChangesNothing() {
    web.put(URL, image(2)).put(OTHER_URL, image(MANUFACTURER, 0x0102, 9, "other"));
    web.put("http://h/3", image(3)).put("http://h/4", image(0x1166, TYPE, 4, "operator's"));
    List<String> facts;
    List<ImageRegistration> held;
    try (RegistryFixture before = start(PERSISTENT)) {
      before.registered(1, URL);
      before.registered(2, URL);
      before.registered(1, "http://h/3");
      before.registered(RegistrationRequest.ofDriver(1, MANUFACTURER, 0x0102, OTHER_URL, LAMP, 1));
      before.registered(
          RegistrationRequest.ofOperator(
              "http://h/4",
              Optional.of("home, sweet = home\\#!:"),
              new ImageSelectors(
                  Set.of("a, b", " lamp\u00e9 \u706f", "c:d=e"),
                  Set.of("Acme"),
                  Optional.of(new HardwareVersionRange(0x0100, 0x01FF))),
              Optional.of(VersionPolicy.ANY)));
      before.registered(1, "http://h/3");
      facts = facts(before);
      held = before.registry.heldBy(1);
    }
    try (RegistryFixture after = start(PERSISTENT)) {
      assertThat(facts(after)).isEqualTo(facts);
      assertThat(after.registry.heldBy(1))
          .extracting(ImageRegistration::key)
          .containsExactlyElementsOf(held.stream().map(ImageRegistration::key).toList());
      assertThat(after.registry.heldBy(2)).hasSize(1);
      assertThat(after.find(lamp(1)).map(RegistryFixture::octets)).contains(image(3));
      assertThat(after.told()).as("nothing happened").isEmpty();
      assertThat(after.registry.withdraw(2, TYPE)).isTrue();
      after.settle();
    }
    try (RegistryFixture later = start(PERSISTENT)) {
      assertThat(later.registry.heldBy(2)).isEmpty();
    }
  }

  @Test
  void aRegistrationWithoutAPolicyOfItsOwnFollowsTheConfigurationAfterARestartToo() {
    web.put(URL, image(2));
    try (RegistryFixture before = start(PERSISTENT)) {
      before.registered(1, URL);
    }
    try (RegistryFixture after = start(Map.of("persistImages", true, "versionPolicy", "any"))) {
      assertThat(after.registry.find(lamp(2))).isPresent();
    }
  }

  @Test
  void whatWasNotModifiedIsNotFetchedAgainAfterARestart() {
    web.put(URL, image(2), "\"v2\"");
    try (RegistryFixture before = start(PERSISTENT)) {
      before.registered(1, URL);
    }
    try (RegistryFixture after = start(PERSISTENT)) {
      after.registered(2, URL);
      assertThat(web.requests().get(1).headers()).containsEntry("If-None-Match", "\"v2\"");
      assertThat(after.registry.registrations().get(0).holders()).containsExactlyInAnyOrder(1, 2);
    }
  }

  @Test
  void persistImagesMayBeSwitchedWhileRunning() throws IOException {
    web.put(URL, image(2));
    try (RegistryFixture before = start(Map.of())) {
      before.registered(1, URL);
      before.registry.modified(PERSISTENT);
      before.settle();
    }
    try (RegistryFixture after = start(PERSISTENT)) {
      assertThat(after.registry.registrations()).hasSize(1);
      after.registry.modified(Map.of());
      after.settle();
      assertThat(registrations()).doesNotExist();
      assertThat(after.registry.registrations()).as("this run keeps them").hasSize(1);
    }
    try (RegistryFixture later = start(PERSISTENT)) {
      assertThat(later.registry.registrations()).isEmpty();
      assertThat(images()).isEmpty();
    }
  }

  @Nested
  class WhatTheDiskLost {
    private void registerTwo() {
      web.put(URL, image(2)).put(OTHER_URL, image(MANUFACTURER, 0x0102, 9, "other"));
      try (RegistryFixture before = start(PERSISTENT)) {
        before.registered(1, URL);
        before.registered(
            RegistrationRequest.ofDriver(1, MANUFACTURER, 0x0102, OTHER_URL, LAMP, 1));
      }
    }

    private Path fileOf(byte[] image) throws IOException {
      for (Path file : images()) {
        if (Arrays.equals(Files.readAllBytes(file), image)) {
          return file;
        }
      }
      throw new AssertionError("not stored");
    }

    private void assertOnlyTheOtherIsLeft() throws IOException {
      try (RegistryFixture after = start(PERSISTENT)) {
        assertThat(after.registry.registrations())
            .extracting(registration -> registration.key().imageTypeId())
            .containsExactly(0x0102);
        assertThat(after.registry.heldBy(1)).hasSize(1);
        assertThat(images()).hasSize(1);
        assertThat(octets(after.registered(1, URL).image())).isEqualTo(image(2));
      }
      try (RegistryFixture later = start(PERSISTENT)) {
        assertThat(later.registry.registrations()).hasSize(2);
      }
    }

    @Test
    void inAnImageCostsThatImageAlone() throws IOException {
      registerTwo();
      Path file = fileOf(image(2));
      byte[] octets = Files.readAllBytes(file);
      octets[200] ^= 4;
      Files.write(file, octets);
      assertOnlyTheOtherIsLeft();
    }

    @Test
    void withAnImageCostsThatImageAlone() throws IOException {
      registerTwo();
      Files.delete(fileOf(image(2)));
      assertOnlyTheOtherIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 100, 300})
    void inTheRegistrationsIsNotBelieved(int offset) throws IOException {
      registerTwo();
      byte[] octets = Files.readAllBytes(registrations());
      octets[offset] ^= 2;
      Files.write(registrations(), octets);
      try (RegistryFixture after = start(PERSISTENT)) {
        assertThat(after.registry.registrations()).isEmpty();
        assertThat(images()).isEmpty();
        assertThat(folder.resolve("registrations.properties.unreadable")).exists();
        after.registered(1, URL);
      }
      try (RegistryFixture later = start(PERSISTENT)) {
        assertThat(later.registry.registrations()).hasSize(1);
      }
    }

    @Test
    void ofALaterFormatIsNotBelievedEither() throws IOException {
      String body = "format=2\n";
      String digest = Sha256.of(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
      Files.createDirectories(folder);
      Files.writeString(registrations(), "# sha-256 " + digest + "\n" + body);
      try (RegistryFixture after = start(PERSISTENT)) {
        assertThat(after.registry.registrations()).isEmpty();
        assertThat(registrations()).doesNotExist();
      }
    }
  }

  @Test
  void whatCannotBeSavedCostsNoImageThatTheFileStillNames() throws IOException {
    web.put(URL, image(2)).put(OTHER_URL, image(3));
    Path obstacle = folder.resolve("registrations.properties.new");
    try (RegistryFixture before = start(PERSISTENT)) {
      before.registered(1, URL);
      Files.createDirectories(obstacle.resolve("in the way"));
      before.registered(1, OTHER_URL);
      assertThat(images()).as("the one named in the file and the new one").hasSize(2);
      Files.delete(obstacle.resolve("in the way"));
      Files.delete(obstacle);
    }
    try (RegistryFixture after = start(PERSISTENT)) {
      assertThat(after.registry.heldBy(1))
          .extracting(registration -> registration.key().imageVersion())
          .as("saved at the end")
          .containsExactly(3L);
      assertThat(images()).hasSize(1);
    }
  }

  /** What a process that was killed leaves at each step of saving. */
  @Nested
  class AfterAKill {
    @Test
    void whileTheRegistrationsAreWrittenThoseOfBeforeAreThere() throws IOException {
      web.put(URL, image(2));
      try (RegistryFixture before = start(PERSISTENT)) {
        before.registered(1, URL);
      }
      Files.writeString(folder.resolve("registrations.properties.new"), "# sha-256 half of");
      try (RegistryFixture after = start(PERSISTENT)) {
        assertThat(after.registry.heldBy(1)).hasSize(1);
        assertThat(folder.resolve("registrations.properties.new")).doesNotExist();
      }
    }

    @Test
    void betweenImageAndRegistrationsTheImageThatNobodyKnowsIsCollected() throws IOException {
      web.put(URL, image(2)).put(OTHER_URL, image(3));
      byte[] saved;
      try (RegistryFixture before = start(PERSISTENT)) {
        before.registered(1, URL);
        saved = Files.readAllBytes(registrations());
        before.registered(
            RegistrationRequest.ofDriver(2, MANUFACTURER, TYPE, OTHER_URL, "other.c4z", 1));
      }
      assertThat(images()).hasSize(2);
      Files.write(registrations(), saved);
      try (RegistryFixture after = start(PERSISTENT)) {
        assertThat(after.registry.registrations()).hasSize(1);
        assertThat(images()).hasSize(1);
      }
    }

    @Test
    void betweenRegistrationsAndCollectionTheImageThatIsLeftIsCollected() throws IOException {
      web.put(URL, image(2));
      byte[] octets;
      String sha256;
      try (RegistryFixture before = start(PERSISTENT)) {
        sha256 = before.registered(1, URL).image().sha256();
        octets = Files.readAllBytes(images().get(0));
        before.registry.withdraw(1, TYPE);
        before.settle();
        assertThat(images()).isEmpty();
      }
      Files.write(folder.resolve("images").resolve(sha256), octets);
      try (RegistryFixture after = start(PERSISTENT)) {
        assertThat(after.registry.registrations()).isEmpty();
        assertThat(images()).isEmpty();
      }
    }
  }
}
