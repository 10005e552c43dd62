package io.otaupgrade.registry.internal;

import static io.otaupgrade.registry.internal.RegistryFixture.MANUFACTURER;
import static io.otaupgrade.registry.internal.RegistryFixture.TYPE;
import static io.otaupgrade.registry.internal.RegistryFixture.image;
import static io.otaupgrade.registry.internal.RegistryFixture.octets;
import static io.otaupgrade.registry.internal.RegistryFixture.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageEvent.Kind;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import io.otaupgrade.api.image.RegistrationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchingTest {
  private static final String URL = "http://host/fw/a.zigbee";
  private static final String OTHER_URL = "http://host/fw/b.zigbee";

  private RegistryFixture home;
  private Path folder;

  @BeforeEach
  void open(@TempDir Path folder) {
    this.folder = folder;
    home = new RegistryFixture(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("images"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private void rot() throws IOException {
    byte[] octets = Files.readAllBytes(onlyFile());
    octets[100] ^= 1;
    Files.write(onlyFile(), octets);
  }

  @Test
  void theDriversThatAllAddTheSameUrlAfterAStartShareOneFetch() {
    home.web.put(URL, image(2)).hold();
    List<PendingRegistration> pending =
        IntStream.rangeClosed(1, 50).mapToObj(deviceId -> home.add(deviceId, URL)).toList();
    home.settle();
    assertThat(home.web.waiting()).isEqualTo(1);

    home.web.answerAll();

    pending.forEach(each -> assertThat(outcome(each).verdict()).isEqualTo(Verdict.REGISTERED));
    home.settle();
    assertThat(home.web.requests()).hasSize(1);
    assertThat(home.registry.registrations()).hasSize(1);
    assertThat(home.registry.registrations().get(0).holders()).hasSize(50);
    assertThat(home.told()).startsWith("FETCH_BEGAN", "REGISTERED v2[1]", "HOLDER_ADDED v2[2]");
    assertThat(home.told()).endsWith("HOLDER_ADDED v2[50]", "FETCH_ENDED").hasSize(52);
  }

  @Test
  void eachRequestThatSharesAFetchIsJudgedOnItsOwn() {
    home.web.put(URL, image(2)).hold();
    PendingRegistration good = home.add(1, URL);
    PendingRegistration otherType =
        home.registry.register(
            RegistrationRequest.ofDriver(2, MANUFACTURER, TYPE + 1, URL, "other.c4z", 1));
    PendingRegistration otherVersion =
        home.registry.register(
            RegistrationRequest.ofDriver(3, MANUFACTURER, TYPE, URL, RegistryFixture.LAMP, 2));
    home.settle();
    home.web.answerAll();
    assertThat(outcome(good).verdict()).isEqualTo(Verdict.REGISTERED);
    assertThat(outcome(otherType).verdict()).isEqualTo(Verdict.VALIDATION_FAILED);
    assertThat(outcome(otherVersion).verdict()).isEqualTo(Verdict.INCOMPATIBLE_DRIVER_VERSION);
  }

  @Test
  void fetchesOfSeveralUrlsRunAtTheSameTime() {
    home.web.put(URL, image(2)).put(OTHER_URL, image(3)).hold();
    home.add(1, URL);
    home.add(1, OTHER_URL);
    home.settle();
    assertThat(home.web.waiting()).isEqualTo(2);
  }

  @Nested
  class TheSameUrlAgain {
    @Test
    void isNotDownloadedWhenItsImageIsStoredAndItsServerSaysNotModified() {
      home.web.put(URL, image(2), "\"abc\"");
      ImageRegistration first = home.registered(1, URL);
      ImageRegistration again = home.registered(2, URL);
      assertThat(home.web.requests().get(0).headers()).isEmpty();
      assertThat(home.web.requests().get(1).headers()).containsEntry("If-None-Match", "\"abc\"");
      assertThat(again.image()).isSameAs(first.image());
      assertThat(home.registered(3, URL).holders()).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void isDownloadedWhenItWasModified() {
      home.web.put(URL, image(2), "\"abc\"");
      home.registered(1, URL);
      home.web.put(URL, image(3), "\"def\"");
      assertThat(home.registered(1, URL).key().imageVersion()).isEqualTo(3);
      home.registered(1, URL);
      assertThat(home.web.requests().get(2).headers()).containsEntry("If-None-Match", "\"def\"");
    }

    @Test
    void isDownloadedWhenItsImageIsNotStoredAnyMore() {
      home.web.put(URL, image(2), "\"abc\"");
      home.registered(1, URL);
      home.registry.withdraw(1, TYPE);
      home.settle();
      home.registered(1, URL);
      assertThat(home.web.requests().get(1).headers()).isEmpty();
    }

    @Test
    void isDownloadedWhenTheServerStoppedGivingAnEtag() {
      home.web.put(URL, image(2), "\"abc\"");
      home.registered(1, URL);
      home.web.put(URL, image(2));
      home.registered(1, URL);
      home.registered(1, URL);
      assertThat(home.web.requests().get(2).headers()).isEmpty();
    }

    @Test
    void keepsTheImageThatItsServerIsAskedAboutThoughItIsWithdrawnMeanwhile() throws IOException {
      home.web.put(URL, image(2), "\"abc\"");
      home.registered(1, URL);
      home.web.hold();
      PendingRegistration pending = home.add(2, URL);
      home.registry.withdraw(1, TYPE);
      home.settle();
      home.web.answerAll();
      FirmwareImage image = outcome(pending).registration().orElseThrow().image();
      home.settle();
      assertThat(Files.readAllBytes(onlyFile())).isEqualTo(octets(image));
      home.registered(3, URL);
      assertThat(home.web.requests().get(2).headers()).as("known still").isNotEmpty();
    }

    @Test
    void isDownloadedWhenTheStoredOctetsRotted() throws IOException {
      home.web.put(URL, image(2), "\"abc\"");
      ImageRegistration rotten = home.registered(1, URL);
      rot();
      assertThat(octets(rotten.image())).isNotEqualTo(image(2));

      ImageRegistration mended = home.registered(2, URL);

      assertThat(octets(mended.image())).isEqualTo(image(2));
      assertThat(mended.image().storedName()).isEqualTo(rotten.image().storedName());
      assertThat(home.registry.heldBy(1)).containsExactly(mended);
      assertThat(home.web.requests()).hasSize(3);
      assertThat(home.told()).filteredOn("FETCH_ENDED"::equals).hasSize(2);
    }
  }

  @Test
  void octetsThatRottedAreMendedForAllWhoShareThem() throws IOException {
    home.web.put(URL, image(2)).put(OTHER_URL, image(2));
    home.registered(1, URL);
    rot();
    home.registered(RegistrationRequest.ofDriver(2, MANUFACTURER, TYPE, OTHER_URL, "other.c4z", 1));
    assertThat(home.registry.registrations())
        .extracting(registration -> octets(registration.image()))
        .containsExactly(image(2), image(2));
  }

  @Nested
  class AFaultOfOurs {
    private void assertFails(RegistryFixture faulty, String inDetail) {
      RegistrationOutcome outcome = faulty.added(1, URL);
      assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(outcome.detail()).contains(inDetail);
      assertThat(faulty.told()).containsExactly("FETCH_BEGAN", "FETCH_ENDED");
    }

    @Test
    void inTheStoreIsAnOutcome() throws IOException {
      home.web.put(URL, image(2));
      Files.delete(folder.resolve("incoming"));
      assertFails(home, "NoSuchFileException");
      Files.createDirectory(folder.resolve("incoming"));
      assertThat(home.added(1, URL).verdict()).isEqualTo(Verdict.REGISTERED);
    }

    @Test
    void inTheImagesFolderIsAnOutcomeToo() throws IOException {
      home.web.put(URL, image(2));
      Files.delete(folder.resolve("images"));
      assertFails(home, "NoSuchFileException");
      try (Stream<Path> files = Files.list(folder.resolve("incoming"))) {
        assertThat(files).isEmpty();
      }
    }

    @Test
    void inTheFetcherIsAnOutcome() {
      home.web.breakWith(new IllegalStateException("no such protocol"));
      assertFails(home, "no such protocol");
    }

    @Test
    void inTheFetchersPromiseIsAnOutcome() {
      home.web.put(URL, image(2)).hold();
      PendingRegistration pending = home.add(1, URL);
      home.settle();
      home.web.breakPromises();
      assertThat(outcome(pending).verdict()).isEqualTo(Verdict.FAILED);
      home.settle();
      assertThat(home.told()).containsExactly("FETCH_BEGAN", "FETCH_ENDED");
    }
  }

  @Nested
  class Listeners {
    @Test
    void hearThatTheFetchBeganBeforeRegisterReturns() {
      home.web.put(URL, image(2)).hold();
      home.add(1, URL);
      assertThat(home.told()).containsExactly("FETCH_BEGAN");
    }

    @Test
    void hearThatTheFetchEndedAfterTheOutcomeIsThere() {
      home.web.put(URL, image(2)).hold();
      PendingRegistration pending = home.add(1, URL);
      List<String> order = new ArrayList<>();
      pending.outcome().thenRun(() -> order.add("outcome"));
      home.registry.listeners = List.of(event -> order.add(event.kind().name()));
      home.settle();
      home.web.answerAll();
      home.settle();
      assertThat(order).containsExactly("REGISTERED", "outcome", "FETCH_ENDED");
    }

    @Test
    void seeWhatTheyHearOf() {
      home.web.put(URL, image(2)).put(OTHER_URL, image(3));
      List<Integer> seen = new ArrayList<>();
      home.registry.listeners =
          List.of(
              event -> {
                if (event.kind() == Kind.REMOVED || event.kind() == Kind.REGISTERED) {
                  seen.add((int) home.registry.heldBy(1).get(0).key().imageVersion());
                }
              });
      home.registered(1, URL);
      home.registered(1, OTHER_URL);
      assertThat(seen).as("REGISTERED, REMOVED, REGISTERED").containsExactly(2, 3, 3);
    }

    @Test
    void thatFailDoNotKeepOthersFromHearing() {
      home.web.put(URL, image(2));
      List<ImageEvent> heard = new ArrayList<>();
      home.registry.listeners =
          List.of(
              event -> {
                throw new IllegalStateException("a listener's fault");
              },
              event -> {
                throw new NoClassDefFoundError("a bundle that was just stopped");
              },
              heard::add);
      assertThat(home.added(1, URL).verdict()).isEqualTo(Verdict.REGISTERED);
      assertThat(heard)
          .extracting(ImageEvent::kind)
          .containsExactly(Kind.FETCH_BEGAN, Kind.REGISTERED, Kind.FETCH_ENDED);
    }

    @Test
    void mayCallTheRegistryAndAllHearInTheOrderOfEvents() {
      home.web.put(URL, image(2));
      List<String> first = new ArrayList<>();
      List<String> second = new ArrayList<>();
      home.registry.listeners =
          List.of(
              event -> {
                first.add(event.kind().name());
                if (event.kind() == Kind.REGISTERED) {
                  assertThat(home.registry.withdraw(1, TYPE)).isTrue();
                }
              },
              event -> second.add(event.kind().name()));
      home.added(1, URL);
      assertThat(second)
          .containsExactly("FETCH_BEGAN", "REGISTERED", "REMOVED", "FETCH_ENDED")
          .isEqualTo(first);
    }
  }
}
