package io.otaupgrade.registry.internal;

import static io.otaupgrade.registry.internal.RegistryFixture.LAMP;
import static io.otaupgrade.registry.internal.RegistryFixture.MANUFACTURER;
import static io.otaupgrade.registry.internal.RegistryFixture.TYPE;
import static io.otaupgrade.registry.internal.RegistryFixture.image;
import static io.otaupgrade.registry.internal.RegistryFixture.lamp;
import static io.otaupgrade.registry.internal.RegistryFixture.octets;
import static io.otaupgrade.registry.internal.RegistryFixture.outcome;
import static io.otaupgrade.registry.internal.RegistryFixture.writer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.zcl.file.Wrapper;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RegistrationTest {
  private static final String URL = "http://host/fw/myImage.zigbee";
  private static final String OTHER_URL = "http://host/fw/other.zigbee";

  private RegistryFixture home;

  @BeforeEach
  void open(@TempDir Path folder) {
    home = new RegistryFixture(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  private void assertRefused(RegistrationOutcome outcome, Verdict verdict, String... inDetail) {
    assertThat(outcome.verdict()).as(outcome.detail()).isEqualTo(verdict);
    assertThat(outcome.registration()).isEmpty();
    for (String part : inDetail) {
      assertThat(outcome.detail()).contains(part);
    }
  }

  @Test
  void anImageIsFetchedStoredAndFoundByTheDevicesOfItsDriverType() {
    byte[] image = image(2);
    home.web.put(URL, image);

    ImageRegistration registration = home.registered(17, URL);

    assertThat(registration.key()).hasToString("lamp.c4z:1:4660:257:2");
    assertThat(registration.holders()).containsExactly(17);
    assertThat(registration.url()).isEqualTo(URL);
    assertThat(registration.previousVersion()).isEmpty();
    assertThat(registration.image().storedName())
        .isEqualTo("myImage-" + registration.image().sha256().substring(0, 8) + ".zigbee");
    assertThat(octets(registration.image())).isEqualTo(image);
    assertThat(home.registry.find(lamp(1))).contains(registration);
    assertThat(home.registry.heldBy(17)).containsExactly(registration);
    assertThat(home.registry.byStoredName(registration.image().storedName()))
        .contains(registration.image());
    assertThat(home.registry.byStoredName("../" + registration.image().sha256())).isEmpty();
    assertThat(home.registry.images(registration.image().id()))
        .containsExactly(registration.image());
    home.settle();
    assertThat(home.told()).containsExactly("FETCH_BEGAN", "REGISTERED v2[17]", "FETCH_ENDED");
  }

  @Nested
  class WhatIsStored {
    @Test
    void isTheImageAloneWhenAVendorPutItsContainerAroundIt() {
      byte[] image = image(2);
      home.web.put(
          URL,
          writer(MANUFACTURER, TYPE, 2, "firmware 2").wrapper(Wrapper.IKEA_NGIS).toByteArray());
      assertThat(octets(home.registered(1, URL).image())).isEqualTo(image);
    }

    @Test
    void isTheImageAloneWhenOctetsFollowIt() {
      byte[] image = image(2);
      home.web.put(
          URL,
          writer(MANUFACTURER, TYPE, 2, "firmware 2")
              .trailer(new byte[] {1, 2, 3, 4})
              .toByteArray());
      assertThat(octets(home.registered(1, URL).image())).isEqualTo(image);
    }

    @Test
    void isOneCopyForAllWhoRegisterTheSameOctets() {
      home.web.put(URL, image(2)).put(OTHER_URL, image(2));
      ImageRegistration lamp = home.registered(1, URL);
      ImageRegistration other =
          home.registered(
              RegistrationRequest.ofDriver(2, MANUFACTURER, TYPE, OTHER_URL, "other.c4z", 7));
      assertThat(other.image()).isSameAs(lamp.image());
      assertThat(other.url()).isEqualTo(OTHER_URL);
      assertThat(home.registry.images(lamp.image().id())).containsExactly(lamp.image());
    }

    @Test
    void staysReadableForThoseWhoHoldItThoughItWasWithdrawnAndItsFileIsGone() {
      byte[] image = image(2);
      home.web.put(URL, image);
      ImageRegistration registration = home.registered(1, URL);
      home.registry.withdraw(1, TYPE);
      home.settle();
      assertThat(home.registry.byStoredName(registration.image().storedName())).isEmpty();
      assertThat(octets(registration.image())).isEqualTo(image);
    }
  }

  @Nested
  class TheSameKey {
    @Test
    void withTheSameOctetsIsRegisteredAlreadyAndTellsNobody() {
      home.web.put(URL, image(2));
      ImageRegistration first = home.registered(1, URL);
      ImageRegistration again = home.registered(1, URL);
      home.settle();
      assertThat(again).isEqualTo(first);
      assertThat(home.told())
          .containsExactly(
              "FETCH_BEGAN", "REGISTERED v2[1]", "FETCH_ENDED", "FETCH_BEGAN", "FETCH_ENDED");
    }

    @Test
    void withTheSameOctetsGetsAnotherHolder() {
      home.web.put(URL, image(2));
      home.registered(1, URL);
      assertThat(home.registered(2, URL).holders()).containsExactlyInAnyOrder(1, 2);
      assertThat(home.told()).contains("HOLDER_ADDED v2[2]");
    }

    @Test
    void withOtherOctetsIsRefusedAndTheFirstStays() {
      home.web.put(URL, image(2)).put(OTHER_URL, image(MANUFACTURER, TYPE, 2, "other firmware"));
      ImageRegistration first = home.registered(1, URL);
      assertRefused(
          home.added(2, OTHER_URL), Verdict.INVALID_DATA, "lamp.c4z:1:4660:257:2", "SHA-256");
      assertThat(home.registry.registrations()).containsExactly(first);
    }
  }

  @Nested
  class ANewVersion {
    @Test
    void ofTheFirstDriverToHaveItBecomesThatOfAllOfTheType() {
      home.web.put(URL, image(2)).put(OTHER_URL, image(3));
      home.registered(1, URL);
      home.registered(2, URL);

      ImageRegistration third = home.registered(3, OTHER_URL);

      assertThat(third.holders()).containsExactlyInAnyOrder(1, 2, 3);
      assertThat(third.previousVersion()).contains(2L);
      assertThat(home.registry.registrations()).containsExactly(third);
      for (int holder : List.of(1, 2, 3)) {
        assertThat(home.registry.heldBy(holder)).containsExactly(third);
      }
      assertThat(home.told()).containsSubsequence("REMOVED v2[1, 2]", "REGISTERED v3[1, 2, 3]");
    }

    @Test
    void mayBeALowerOneThoughThenNobodyIsOfferedIt() {
      home.web.put(URL, image(2)).put(OTHER_URL, image(1));
      home.registered(1, URL);
      ImageRegistration older = home.registered(1, OTHER_URL);
      assertThat(home.registry.registrations()).containsExactly(older);
      assertThat(home.registry.find(lamp(2))).isEmpty();
    }

    @Test
    void ofAnotherImageTypeTakesNobodysPlace() {
      home.web.put(URL, image(2)).put(OTHER_URL, image(MANUFACTURER, 0x0102, 3, "bootloader"));
      home.registered(1, URL);
      home.registered(RegistrationRequest.ofDriver(1, MANUFACTURER, 0x0102, OTHER_URL, LAMP, 1));
      assertThat(home.registry.heldBy(1))
          .extracting(registration -> registration.key().imageTypeId())
          .as("the latest addition first")
          .containsExactly(0x0102, TYPE);
    }
  }

  @Nested
  class TheDriversVersion {
    private RegistrationRequest ofVersion(int deviceId, long driverVersion) {
      return RegistrationRequest.ofDriver(deviceId, MANUFACTURER, TYPE, URL, LAMP, driverVersion);
    }

    @BeforeEach
    void publish() {
      home.web.put(URL, image(2)).put(OTHER_URL, image(MANUFACTURER, 0x0102, 9, "bootloader"));
    }

    @Test
    void isTheSameForAllHoldersOfAType() {
      home.registered(ofVersion(1, 1));
      int fetches = home.web.requests().size();
      assertRefused(
          home.added(ofVersion(2, 5)),
          Verdict.INCOMPATIBLE_DRIVER_VERSION,
          "driver version is 5",
          "[1]",
          "under version 1");
      assertThat(home.web.requests()).as("nothing is fetched for that").hasSize(fetches);
    }

    @Test
    void mayBeChangedByTheTypesLastHolder() {
      home.registered(ofVersion(1, 1));
      home.registered(ofVersion(2, 1));
      home.registry.withdraw(1, TYPE);

      ImageRegistration changed = home.registered(ofVersion(2, 5));

      assertThat(changed.key()).hasToString("lamp.c4z:5:4660:257:2");
      assertThat(home.registry.registrations()).containsExactly(changed);
      assertThat(home.told()).containsSubsequence("REMOVED v2[2]", "REGISTERED v2[2]");
    }

    @Test
    void changesForAllImagesThatTheLastHolderHas() {
      home.registered(ofVersion(1, 1));
      home.registered(RegistrationRequest.ofDriver(1, MANUFACTURER, 0x0102, OTHER_URL, LAMP, 1));
      home.registered(ofVersion(1, 5));
      assertThat(home.registry.registrations())
          .extracting(registration -> registration.key().driverVersion())
          .containsExactly(5L, 5L);
      assertThat(home.registry.heldBy(1))
          .extracting(registration -> registration.key().imageTypeId())
          .containsExactly(TYPE, 0x0102);
      assertThat(home.added(ofVersion(2, 5)).verdict()).isEqualTo(Verdict.REGISTERED);
    }

    @Test
    void ofAnotherTypeDoesNotMatter() {
      home.registered(ofVersion(1, 1));
      RegistrationRequest other =
          RegistrationRequest.ofDriver(2, MANUFACTURER, TYPE, URL, "other.c4z", 9);
      assertThat(home.added(other).verdict()).isEqualTo(Verdict.REGISTERED);
    }
  }

  @Nested
  class Withdrawing {
    @Test
    void takesOneHolderAndTheLastTakesTheRegistrationAlong() {
      home.web.put(URL, image(2));
      home.registered(1, URL);
      home.registered(2, URL);

      assertThat(home.registry.withdraw(1, TYPE)).isTrue();
      assertThat(home.registry.heldBy(1)).isEmpty();
      assertThat(home.registry.find(lamp(1))).isPresent();
      assertThat(home.registry.withdraw(1, TYPE)).isFalse();

      assertThat(home.registry.withdraw(2, TYPE)).isTrue();
      assertThat(home.registry.registrations()).isEmpty();
      assertThat(home.registry.find(lamp(1))).isEmpty();
      assertThat(home.told()).containsSubsequence("HOLDER_WITHDRAWN v2[1]", "REMOVED v2[2]");
    }

    @Test
    void concernsTheImageTypeThatIsNamedAlone() {
      home.web.put(URL, image(2));
      home.registered(1, URL);
      assertThat(home.registry.withdraw(1, TYPE + 1)).isFalse();
      assertThat(home.registry.withdraw(2, TYPE)).isFalse();
      assertThat(home.registry.heldBy(1)).hasSize(1);
    }

    @Test
    void byKeyTakesAllHolders() {
      home.web.put(URL, image(2));
      home.registered(1, URL);
      ImageKey key = home.registered(2, URL).key();
      assertThat(home.registry.remove(key)).isTrue();
      assertThat(home.registry.remove(key)).isFalse();
      assertThat(home.registry.heldBy(1)).isEmpty();
      assertThat(home.told()).contains("REMOVED v2[1, 2]");
    }
  }

  @Nested
  class AccessFails {
    @ParameterizedTest
    @EnumSource(
        value = FetchOutcome.Verdict.class,
        names = {"FETCHED", "NOT_MODIFIED", "BAD_URL", "SINK_FAILED"},
        mode = EnumSource.Mode.EXCLUDE)
    void whenTheFetchEndsWith(FetchOutcome.Verdict verdict) {
      home.web.fail(URL, new FetchOutcome(verdict, 0, Map.of(), 0, "because"));
      assertRefused(home.added(1, URL), Verdict.ACCESS_FAILED, verdict.name(), "because");
      home.settle();
      assertThat(home.told()).containsExactly("FETCH_BEGAN", "FETCH_ENDED");
    }

    @Test
    void andTheHttpStatusIsTold() {
      assertRefused(home.added(1, "http://host/nowhere"), Verdict.ACCESS_FAILED, "404");
    }

    @Test
    void whenTheServerSaysNotModifiedThoughNothingWasAsked() {
      home.web.fail(URL, FakeWeb.of(FetchOutcome.Verdict.NOT_MODIFIED));
      assertRefused(home.added(1, URL), Verdict.ACCESS_FAILED, "304");
    }

    @Test
    void butAUrlThatIsNoneIsAnArgumentThatIsNoGood() {
      home.web.fail(URL, FakeWeb.of(FetchOutcome.Verdict.BAD_URL));
      assertRefused(home.added(1, URL), Verdict.INVALID_DATA, "BAD_URL");
    }

    @Test
    void whenTheFileIsLargerThanAllowed(@TempDir Path folder) {
      try (RegistryFixture small =
          new RegistryFixture(
              folder, new FakeWeb().put(URL, image(2)), Map.of("maximumImageSize", 100))) {
        assertRefused(small.added(1, URL), Verdict.ACCESS_FAILED, "100 octets of maximumImageSize");
        assertThat(small.web.requests().get(0).maximumSize()).hasValue(100);
      }
    }
  }

  @Nested
  class ValidationFails {
    @Test
    void whenItIsNoOtaFile() {
      home.web.put(URL, new byte[500]);
      assertRefused(home.added(1, URL), Verdict.VALIDATION_FAILED, "fileIdentifier", "500 octets");
    }

    @Test
    void whenItIsEmpty() {
      home.web.put(URL, new byte[0]);
      assertRefused(home.added(1, URL), Verdict.VALIDATION_FAILED, "0 octets");
    }

    @Test
    void whenItIsCutShort() {
      byte[] image = image(2);
      home.web.put(URL, Arrays.copyOf(image, image.length - 1));
      assertRefused(
          home.added(1, URL),
          Verdict.VALIDATION_FAILED,
          "totalImageSize",
          Integer.toString(image.length),
          Integer.toString(image.length - 1));
    }

    @Test
    void whenItIsOfAnotherManufacturer() {
      home.web.put(URL, image(0x1166, TYPE, 2, "firmware"));
      assertRefused(
          home.added(1, URL), Verdict.VALIDATION_FAILED, "manufacturerCode", "0x1166", "0x1234");
      assertThat(home.registry.registrations()).isEmpty();
    }

    @Test
    void whenItIsOfAnotherImageType() {
      home.web.put(URL, image(MANUFACTURER, 0x0202, 2, "firmware"));
      assertRefused(home.added(1, URL), Verdict.VALIDATION_FAILED, "imageType", "0x0202", "0x0101");
    }

    @Test
    void whenItsVersionIsTheWildcard() {
      home.web.put(URL, image(0xFFFF_FFFFL));
      assertRefused(home.added(1, URL), Verdict.VALIDATION_FAILED, "fileVersion", "0xFFFFFFFF");
    }

    @Test
    void whenAnOperatorDoesNotSayForWhichTypeAWildcardIs() {
      home.web.put(URL, image(MANUFACTURER, 0xFFFF, 2, "firmware"));
      assertRefused(
          home.added(home.ofOperator(URL)), Verdict.VALIDATION_FAILED, "imageType", "0xFFFF");
    }

    @Test
    void butAWildcardInTheHeaderMatchesWhatWasAnnounced() {
      home.web.put(URL, image(0xFFFF, 0xFFFF, 2, "firmware"));
      assertThat(home.registered(1, URL).key()).hasToString("lamp.c4z:1:4660:257:2");
      assertThat(home.registry.find(lamp(1))).isPresent();
    }
  }

  @Nested
  class ArgumentsThatAre {
    static Stream<org.junit.jupiter.params.provider.Arguments> noGood() {
      return Stream.of(
          arguments(driver(1, 1, 1, "", 1), "driverTypeId must have 1..255"),
          arguments(driver(1, 1, 1, "a\nb", 1), "driverTypeId must have"),
          arguments(driver(1, 1, 1, "x".repeat(256), 1), "has 256"),
          arguments(driver(1, -1, 1, LAMP, 1), "manufacturerId must be 0..65535, was -1"),
          arguments(driver(1, 0x10000, 1, LAMP, 1), "manufacturerId must be 0..65535, was 65536"),
          arguments(driver(1, 1, -1, LAMP, 1), "imageTypeId must be 0..65535, was -1"),
          arguments(driver(1, 1, 0x10000, LAMP, 1), "imageTypeId must be"),
          arguments(driver(1, 1, 1, LAMP, -1), "driverVersion must be 0..4294967295, was -1"),
          arguments(driver(1, 1, 1, LAMP, 0x1_0000_0000L), "driverVersion must be"),
          arguments(driver(0, 1, 1, LAMP, 1), "device id must be 1..2147483647, was 0"),
          arguments(driver(-7, 1, 1, LAMP, 1), "device id must be"),
          arguments(RegistrationRequest.ofDriver(1, 1, 1, " ", LAMP, 1), "url must have"),
          arguments(
              RegistrationRequest.ofDriver(1, 1, 1, "http://host/" + "x".repeat(2048), LAMP, 1),
              "url must have 1..2048 printable characters, has 2060"),
          arguments(
              RegistrationRequest.ofDriver(1, 1, 1, "http://host/\r\nHost: evil", LAMP, 1),
              "url must have"),
          arguments(driver(1, 1, 1, ImageKey.OPERATOR, 1), "operator is reserved"),
          arguments(
              full(LAMP, Set.of(), Optional.of(1), Optional.of(1), Optional.empty()),
              "device id that holds it is missing"),
          arguments(
              full(LAMP, Set.of(1), Optional.empty(), Optional.of(1), Optional.empty()),
              "must say manufacturerId and imageTypeId"),
          arguments(
              full(LAMP, Set.of(1), Optional.of(1), Optional.empty(), Optional.empty()),
              "must say manufacturerId and imageTypeId"),
          arguments(
              full(LAMP, Set.of(1), Optional.of(1), Optional.of(1), Optional.of("home")),
              "mesh and selectors are for an operator's image"),
          arguments(
              full(
                  ImageKey.OPERATOR, Set.of(), Optional.empty(), Optional.empty(), Optional.of("")),
              "mesh must have"),
          arguments(
              RegistrationRequest.ofOperator(
                  URL,
                  Optional.empty(),
                  new ImageSelectors(Set.of("a\tb"), Set.of(), Optional.empty()),
                  Optional.empty()),
              "selectors may be"));
    }

    private static RegistrationRequest driver(
        int deviceId, int manufacturerId, int imageTypeId, String driverTypeId, long version) {
      return RegistrationRequest.ofDriver(
          deviceId, manufacturerId, imageTypeId, URL, driverTypeId, version);
    }

    private static RegistrationRequest full(
        String driverTypeId,
        Set<Integer> holders,
        Optional<Integer> manufacturerId,
        Optional<Integer> imageTypeId,
        Optional<String> mesh) {
      return new RegistrationRequest(
          driverTypeId,
          1,
          holders,
          manufacturerId,
          imageTypeId,
          URL,
          mesh,
          ImageSelectors.NONE,
          Optional.empty());
    }

    @ParameterizedTest
    @MethodSource
    void noGood(RegistrationRequest request, String detail) {
      assertRefused(home.added(request), Verdict.INVALID_DATA, detail);
      assertThat(home.web.requests()).isEmpty();
      assertThat(home.told()).isEmpty();
    }
  }

  @Nested
  class AnOperatorsImage {
    private final byte[] plug = image(MANUFACTURER, TYPE, 0xC0, "plug");
    private final byte[] strip = image(MANUFACTURER, TYPE, 0xC1, "LED strip");

    @BeforeEach
    void publish() {
      home.web.put(URL, plug).put(OTHER_URL, strip);
    }

    @Test
    void needsNoSelectorsWhereItIsTheOnlyOneOfItsManufacturerAndType() {
      ImageRegistration registration = home.registered(home.ofOperator(URL));
      assertThat(registration.isOperators()).isTrue();
      assertThat(registration.key()).hasToString("operator:0:4660:257:192");
      assertThat(home.registry.find(RegistryFixture.query(1, noHardware(), "Plug 1")))
          .contains(registration);
    }

    @Test
    void needsSelectorsWhereADriversImageHasTheSameManufacturerAndType() {
      home.registered(1, URL);
      assertRefused(
          home.added(home.ofOperator(OTHER_URL)), Verdict.SELECTORS_REQUIRED, "lamp.c4z:1:");
      assertThat(home.added(home.ofOperator(OTHER_URL, "Strip 1")).verdict())
          .isEqualTo(Verdict.REGISTERED);
    }

    @Test
    void needsSelectorsWhereAnotherOfAnOperatorHasTheSameManufacturerAndType() {
      home.registered(home.ofOperator(URL, "Plug 1"));
      assertRefused(home.added(home.ofOperator(OTHER_URL)), Verdict.SELECTORS_REQUIRED);
    }

    @Test
    void isRefusedAlsoWhenItIsTheOtherOneThatLacksSelectors() {
      home.registered(home.ofOperator(URL));
      assertRefused(
          home.added(home.ofOperator(OTHER_URL, "Strip 1")),
          Verdict.SELECTORS_REQUIRED,
          "operator:0:4660:257:192",
          "register it again");

      home.registered(home.ofOperator(URL, "Plug 1"));
      assertThat(home.added(home.ofOperator(OTHER_URL, "Strip 1")).verdict())
          .isEqualTo(Verdict.REGISTERED);
    }

    @Test
    void isOfferedToNobodyOnceADriversImageShowsThatItIsAmbiguous() {
      home.registered(home.ofOperator(OTHER_URL));
      assertThat(home.registered(1, URL).key().imageVersion()).isEqualTo(0xC0);

      assertThat(home.registry.find(RegistryFixture.query(1, noHardware(), "Strip 1"))).isEmpty();
      assertThat(home.find(lamp(1))).map(RegistryFixture::octets).contains(plug);

      home.registry.withdraw(1, TYPE);
      assertThat(home.registry.find(RegistryFixture.query(1, noHardware(), "Strip 1")))
          .as("alone again")
          .isPresent();
    }

    @Test
    void doesNotCompeteWithOneForAnotherMesh() {
      home.registered(onMesh(URL, "home"));
      assertThat(home.added(onMesh(OTHER_URL, "shed")).verdict()).isEqualTo(Verdict.REGISTERED);
    }

    @Test
    void registeredAgainChangesItsSelectorsInPlace() {
      home.registered(home.ofOperator(URL));
      ImageRegistration again = home.registered(home.ofOperator(URL, "Plug 1", "Plug 2"));
      assertThat(home.registry.registrations()).containsExactly(again);
      assertThat(again.selectors().modelIdentifiers())
          .containsExactlyInAnyOrder("Plug 1", "Plug 2");
      home.settle();
      assertThat(home.told())
          .containsExactly(
              "FETCH_BEGAN",
              "REGISTERED v192[]",
              "FETCH_ENDED",
              "FETCH_BEGAN",
              "REGISTERED v192[]",
              "FETCH_ENDED");
    }

    @Test
    void ofTheSameVersionButOtherOctetsIsTakenWhenTheDevicesCannotBeTheSame() {
      home.web.put(OTHER_URL, image(MANUFACTURER, TYPE, 0xC0, "LED strip"));
      home.registered(home.ofOperator(URL, "Plug 1"));
      assertRefused(
          home.added(home.ofOperator(OTHER_URL, "Plug 1", "Strip 1")),
          Verdict.INVALID_DATA,
          "other octets");

      ImageRegistration strip = home.registered(home.ofOperator(OTHER_URL, "Strip 1"));

      assertThat(strip.key()).hasToString("operator:1:4660:257:192");
      assertThat(home.registry.images(strip.image().id())).hasSize(2);
      assertThat(home.registry.remove(strip.key())).isTrue();
      assertThat(home.registry.registrations()).hasSize(1);
    }

    private RegistrationRequest onMesh(String url, String mesh) {
      return RegistrationRequest.ofOperator(
          url, Optional.of(mesh), ImageSelectors.NONE, Optional.empty());
    }

    private OptionalInt noHardware() {
      return OptionalInt.empty();
    }
  }

  @Nested
  class Cancelling {
    @Test
    void endsTheFetchAndRegistersNothing() {
      home.web.put(URL, image(2)).hold();
      PendingRegistration pending = home.add(1, URL);
      home.settle();
      assertThat(home.web.waiting()).isEqualTo(1);

      pending.cancel();

      assertRefused(outcome(pending), Verdict.CANCELLED);
      home.settle();
      assertThat(home.web.waiting()).isZero();
      assertThat(home.registry.registrations()).isEmpty();
      assertThat(home.told()).containsExactly("FETCH_BEGAN", "FETCH_ENDED");
    }

    @Test
    void byOneLeavesTheFetchToTheOthersThatWaitForIt() {
      home.web.put(URL, image(2)).hold();
      PendingRegistration one = home.add(1, URL);
      PendingRegistration other = home.add(2, URL);
      home.settle();
      one.cancel();
      home.web.answerAll();
      assertRefused(outcome(one), Verdict.CANCELLED);
      assertThat(outcome(other).registration().orElseThrow().holders()).containsExactly(2);
    }

    @Test
    void afterTheFactChangesNothing() {
      home.web.put(URL, image(2));
      PendingRegistration pending = home.add(1, URL);
      assertThat(outcome(pending).verdict()).isEqualTo(Verdict.REGISTERED);
      pending.cancel();
      home.settle();
      assertThat(home.registry.registrations()).hasSize(1);
    }

    @Test
    void isWhatStoppingDoesToAllThatWait(@TempDir Path folder) {
      RegistryFixture stopping = new RegistryFixture(folder);
      stopping.web.put(URL, image(2)).hold();
      PendingRegistration pending = stopping.add(1, URL);
      stopping.close();
      assertRefused(outcome(pending), Verdict.CANCELLED, "stops");
      assertThat(stopping.told()).containsExactly("FETCH_BEGAN", "FETCH_ENDED");
      assertRefused(stopping.added(1, URL), Verdict.CANCELLED, "stops");
    }
  }

  @Nested
  class TheStoreFails {
    @Test
    void whenTheQuotaIsUsedUpAndTheNumbersAreTold(@TempDir Path folder) {
      byte[] image = image(2);
      int quota = 2 * image.length + 100; // an image and a fetch, and a bit
      FakeWeb web = new FakeWeb().put(URL, image).put(OTHER_URL, image(3));
      try (RegistryFixture small =
          new RegistryFixture(folder, web, Map.of("storeQuota", Integer.toString(quota)))) {
        small.registered(1, URL);
        RegistrationRequest other =
            RegistrationRequest.ofDriver(2, MANUFACTURER, TYPE, OTHER_URL, "other.c4z", 1);
        assertRefused(small.added(other), Verdict.FAILED, "storeQuota is " + quota);

        small.registry.withdraw(1, TYPE);
        assertThat(small.added(other).verdict())
            .as("what nobody holds is collected")
            .isEqualTo(Verdict.REGISTERED);
      }
    }

    @Test
    void andThoseWhoShareTheFetchWithAMisfitGetTheirOutcomesToo(@TempDir Path folder) {
      byte[] image = image(2);
      FakeWeb web = new FakeWeb().put(URL, image);
      try (RegistryFixture small =
          new RegistryFixture(folder, web, Map.of("storeQuota", image.length + 100))) {
        web.hold();
        PendingRegistration fitting = small.add(1, URL);
        PendingRegistration misfit =
            small.registry.register(
                RegistrationRequest.ofDriver(2, MANUFACTURER, TYPE + 1, URL, "other.c4z", 1));
        small.settle();
        web.answerAll();
        assertRefused(outcome(misfit), Verdict.VALIDATION_FAILED, "imageType");
        assertRefused(outcome(fitting), Verdict.FAILED, "storeQuota");
      }
    }

    @Test
    void whenTheFetchersSinkFailsForAReasonOfItsOwn() {
      home.web.fail(
          URL,
          new FetchOutcome(FetchOutcome.Verdict.SINK_FAILED, 200, Map.of(), 5, "disk on fire"));
      assertRefused(home.added(1, URL), Verdict.FAILED, "disk on fire");
    }
  }
}
