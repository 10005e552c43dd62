package io.otaupgrade.registry.internal;

import static io.otaupgrade.registry.internal.RegistryFixture.DEVICE;
import static io.otaupgrade.registry.internal.RegistryFixture.LAMP;
import static io.otaupgrade.registry.internal.RegistryFixture.MANUFACTURER;
import static io.otaupgrade.registry.internal.RegistryFixture.TYPE;
import static io.otaupgrade.registry.internal.RegistryFixture.image;
import static io.otaupgrade.registry.internal.RegistryFixture.writer;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Which image a device is offered (Query Next Image, ZCL rev 8 §11.13.4)")
class MatchingTest {
  private RegistryFixture home;
  private int urls;

  @BeforeEach
  void open(@TempDir Path folder) {
    home = new RegistryFixture(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  /** What a lamp asks, which each test changes where it matters. */
  private static final class Question {
    private String mesh = "home";
    private Eui64 device = DEVICE;
    private Set<String> driverTypeIds = Set.of(LAMP);
    private int manufacturerCode = MANUFACTURER;
    private int imageType = TYPE;
    private long currentFileVersion = 1;
    private OptionalInt hardwareVersion = OptionalInt.empty();
    private Optional<String> model = Optional.of("Lamp 1");
    private Optional<String> manufacturerName = Optional.of("Acme");

    ImageQuery ask() {
      return new ImageQuery(
          mesh,
          device,
          driverTypeIds,
          manufacturerCode,
          imageType,
          currentFileVersion,
          hardwareVersion,
          model,
          manufacturerName);
    }
  }

  private static Question lamp() {
    return new Question();
  }

  private static Question unbound() {
    Question question = new Question();
    question.driverTypeIds = Set.of();
    return question;
  }

  private Optional<Long> offered(Question question) {
    return home.registry
        .find(question.ask())
        .map(registration -> registration.key().imageVersion());
  }

  private String publish(byte[] image) {
    String url = "http://host/" + urls++ + ".ota";
    home.web.put(url, image);
    return url;
  }

  private ImageRegistration driver(String driverTypeId, byte[] image) {
    return home.registered(
        RegistrationRequest.ofDriver(
            urls + 1, MANUFACTURER, TYPE, publish(image), driverTypeId, 1));
  }

  private ImageRegistration operator(byte[] image, ImageSelectors selectors) {
    return home.registered(
        RegistrationRequest.ofOperator(
            publish(image), Optional.empty(), selectors, Optional.empty()));
  }

  private static ImageSelectors models(String... models) {
    return new ImageSelectors(Set.of(models), Set.of(), Optional.empty());
  }

  @Test
  void isOneOfTheDriverTypesThatAreBoundToIt() {
    driver(LAMP, image(5));
    assertThat(offered(lamp())).contains(5L);
    assertThat(offered(unbound())).isEmpty();
    Question other = lamp();
    other.driverTypeIds = Set.of("other.c4z");
    assertThat(offered(other)).isEmpty();
    other.driverTypeIds = Set.of("other.c4z", LAMP);
    assertThat(offered(other)).contains(5L);
  }

  @Test
  void isOneOfItsManufacturerCodeAndImageType() {
    driver(LAMP, image(5));
    Question question = lamp();
    question.manufacturerCode = 0x1235;
    assertThat(offered(question)).isEmpty();
    question = lamp();
    question.imageType = TYPE + 1;
    assertThat(offered(question)).isEmpty();
  }

  @Test
  void mayHaveTheWildcardManufacturerButIsForTheOneThatItsDriverNamed() {
    driver(LAMP, image(0xFFFF, TYPE, 5, "firmware"));
    assertThat(offered(lamp())).contains(5L);
    Question question = lamp();
    question.manufacturerCode = 0x1235;
    assertThat(offered(question)).isEmpty();
  }

  @Test
  void mayHaveTheWildcardManufacturerAndBeForAnyAsAnOperatorWishes() {
    operator(image(0xFFFF, TYPE, 5, "firmware"), ImageSelectors.NONE);
    Question question = unbound();
    question.manufacturerCode = 0x4711;
    assertThat(offered(question)).contains(5L);
  }

  @Test
  void isTheOneWithTheHighestVersionOfThoseThatFit() {
    driver(LAMP, image(5));
    operator(image(7), models("Lamp 1"));
    operator(image(9), models("Lamp 2"));
    assertThat(offered(lamp())).contains(7L);
  }

  @Test
  void isComparedByVersionAsAnUnsignedNumber() {
    driver(LAMP, image(0xF000_0000L));
    assertThat(offered(lamp())).contains(0xF000_0000L);
    Question question = lamp();
    question.currentFileVersion = 0xF000_0001L;
    assertThat(offered(question)).isEmpty();
  }

  @Nested
  class ByPolicy {
    @ParameterizedTest
    @CsvSource({
      "NEWER, 4, true", "NEWER, 5, false", "NEWER, 6, false",
      "DIFFERENT, 4, true", "DIFFERENT, 5, false", "DIFFERENT, 6, true",
      "ANY, 4, true", "ANY, 5, true", "ANY, 6, true"
    })
    void ofTheRegistration(VersionPolicy policy, long running, boolean isOffered) {
      home.registered(
          RegistrationRequest.ofOperator(
              publish(image(5)), Optional.empty(), ImageSelectors.NONE, Optional.of(policy)));
      Question question = unbound();
      question.currentFileVersion = running;
      assertThat(offered(question).isPresent()).isEqualTo(isOffered);
    }

    @Test
    void ofTheConfigurationWhereTheRegistrationSaysNothingAlsoWhenItChanges() {
      driver(LAMP, image(5));
      operator(image(6), models("Lamp 2"));
      home.registered(
          RegistrationRequest.ofOperator(
              publish(image(7)),
              Optional.empty(),
              models("Lamp 3"),
              Optional.of(VersionPolicy.NEWER)));
      Question question = lamp();
      question.currentFileVersion = 9;
      assertThat(offered(question)).isEmpty();

      home.registry.modified(Map.of("versionPolicy", "different"));

      assertThat(offered(question)).contains(5L);
      question.model = Optional.of("Lamp 2");
      assertThat(offered(question)).contains(6L);
      question.model = Optional.of("Lamp 3");
      assertThat(offered(question)).as("it said newer itself").contains(5L);
    }
  }

  @Nested
  class ByHardware {
    @ParameterizedTest
    @CsvSource({"0x0101, false", "0x0102, true", "0x0203, true", "0x0204, false"})
    void ofTheHeadersRangeWithBothEnds(String hardwareVersion, boolean isOffered) {
      driver(LAMP, limited());
      Question question = lamp();
      question.hardwareVersion = OptionalInt.of(Integer.decode(hardwareVersion));
      assertThat(offered(question).isPresent()).isEqualTo(isOffered);
    }

    @Test
    void thatTheDeviceDoesNotTellOnlyWhenTheConfigurationAllows() {
      driver(LAMP, limited());
      assertThat(offered(lamp())).isEmpty();
      home.registry.modified(Map.of("hardwareVersionRequired", "false"));
      assertThat(offered(lamp())).contains(5L);
      Question question = lamp();
      question.hardwareVersion = OptionalInt.of(0x0300);
      assertThat(offered(question)).isEmpty();
    }

    @Test
    void isAnyWhenTheHeaderSaysNothing() {
      driver(LAMP, image(5));
      Question question = lamp();
      question.hardwareVersion = OptionalInt.of(0x0300);
      assertThat(offered(question)).contains(5L);
    }

    @Test
    void thatSelectorsNameMustBeToldWhateverTheConfiguration() {
      home.registry.modified(Map.of("hardwareVersionRequired", "false"));
      operator(
          image(5),
          new ImageSelectors(
              Set.of(), Set.of(), Optional.of(new HardwareVersionRange(0x0100, 0x01FF))));
      assertThat(offered(unbound())).isEmpty();
      Question question = unbound();
      question.hardwareVersion = OptionalInt.of(0x0180);
      assertThat(offered(question)).contains(5L);
      question.hardwareVersion = OptionalInt.of(0x0200);
      assertThat(offered(question)).isEmpty();
    }

    private byte[] limited() {
      return writer(MANUFACTURER, TYPE, 5, "firmware")
          .hardwareVersions(new HardwareVersionRange(0x0102, 0x0203))
          .toByteArray();
    }
  }

  @Nested
  class ADeviceSpecificFile {
    private final Eui64 other = new Eui64(0x00124b0000445566L);

    @Test
    void isForThatDeviceAlone() {
      driver(LAMP, specific(5));
      assertThat(offered(lamp())).contains(5L);
      Question question = lamp();
      question.device = other;
      assertThat(offered(question)).isEmpty();
    }

    @Test
    void goesBeforeOneForAllOfTheSameVersion() {
      operator(image(5), models("Lamp 1"));
      ImageRegistration specific = operator(specific(5), models("Lamp 1x", "Lamp 9"));
      assertThat(specific.key().driverVersion()).isEqualTo(1);
      driver(LAMP, specific(5));
      assertThat(home.registry.find(lamp().ask()))
          .map(ImageRegistration::image)
          .contains(specific.image());
    }

    private byte[] specific(long version) {
      return writer(MANUFACTURER, TYPE, version, "firmware " + version)
          .upgradeFileDestination(DEVICE)
          .toByteArray();
    }
  }

  @Nested
  class BySelectors {
    @Test
    void ofModelAndManufacturerNameBothOfWhichMustFit() {
      operator(
          image(5),
          new ImageSelectors(Set.of("Lamp 1", "Lamp 2"), Set.of("Acme"), Optional.empty()));
      assertThat(offered(unbound())).contains(5L);
      Question question = unbound();
      question.model = Optional.of("Lamp 3");
      assertThat(offered(question)).isEmpty();
      question = unbound();
      question.manufacturerName = Optional.of("Ajax");
      assertThat(offered(question)).isEmpty();
    }

    @Test
    void leavesOutDevicesOfWhichTheNameIsNotKnown() {
      operator(image(5), models("Lamp 1"));
      Question question = unbound();
      question.model = Optional.empty();
      assertThat(offered(question)).isEmpty();
    }

    @Test
    void onTheMeshThatTheOperatorNamed() {
      home.registered(
          RegistrationRequest.ofOperator(
              publish(image(5)), Optional.of("shed"), ImageSelectors.NONE, Optional.empty()));
      assertThat(offered(unbound())).isEmpty();
      Question question = unbound();
      question.mesh = "shed";
      assertThat(offered(question)).contains(5L);
    }

    @Test
    void doesNotLetADriverTypeCalledOperatorIn() {
      operator(image(5), models("Lamp 2"));
      Question question = unbound();
      question.driverTypeIds = Set.of("operator");
      assertThat(offered(question)).isEmpty();
    }
  }

  /**
   * In the field 0x1141/0xD3A3 is in dimmers, breakers and plugs, and a strip took the plugs' image
   * and died of it.
   */
  @Nested
  class WhenProductsShareManufacturerCodeAndImageType {
    private final byte[] plugs = image(MANUFACTURER, TYPE, 0xC0, "plugs");
    private final byte[] strips = image(MANUFACTURER, TYPE, 0x41, "strips");

    private Question ofType(String driverTypeId, String model) {
      Question question = lamp();
      question.driverTypeIds = Set.of(driverTypeId);
      question.model = Optional.of(model);
      return question;
    }

    @Test
    void eachDriversDevicesGetTheirOwnThoughTheOthersIsHigher() {
      driver("plug.c4z", plugs);
      driver("strip.c4z", strips);
      assertThat(offered(ofType("plug.c4z", "Plug"))).contains(0xC0L);
      assertThat(offered(ofType("strip.c4z", "Strip"))).contains(0x41L);
      Question upToDate = ofType("strip.c4z", "Strip");
      upToDate.currentFileVersion = 0x41;
      assertThat(offered(upToDate)).isEmpty();
    }

    @Test
    void evenWhenTheVersionIsTheSameToo() {
      byte[] strips2 = image(MANUFACTURER, TYPE, 0xC0, "strips");
      FirmwareImage plug = driver("plug.c4z", plugs).image();
      FirmwareImage strip = driver("strip.c4z", strips2).image();
      assertThat(plug.storedName()).isNotEqualTo(strip.storedName());
      assertThat(home.find(ofType("plug.c4z", "Plug").ask())).contains(plug);
      assertThat(home.find(ofType("strip.c4z", "Strip").ask())).contains(strip);
      assertThat(home.registry.images(new ImageId(MANUFACTURER, TYPE, 0xC0)))
          .containsExactlyInAnyOrder(plug, strip);
    }

    @Test
    void anOperatorsImageOfOneReachesNoDeviceOfTheOtherInEitherOrder() {
      operator(plugs, ImageSelectors.NONE);
      driver("strip.c4z", strips);
      assertThat(offered(ofType("strip.c4z", "Strip"))).contains(0x41L);
      Question stranger = ofType("unknown.c4z", "Strip");
      assertThat(offered(stranger)).isEmpty();

      operator(plugs, models("Plug"));
      assertThat(offered(ofType("strip.c4z", "Strip"))).contains(0x41L);
      assertThat(offered(stranger)).isEmpty();
      stranger.model = Optional.of("Plug");
      assertThat(offered(stranger)).contains(0xC0L);
    }

    @Test
    void operatorsTellThemApartByModel() {
      operator(plugs, models("Plug"));
      operator(strips, models("Strip"));
      assertThat(offered(ofType("x.c4z", "Plug"))).contains(0xC0L);
      assertThat(offered(ofType("x.c4z", "Strip"))).contains(0x41L);
      assertThat(offered(ofType("x.c4z", "Breaker"))).isEmpty();
    }
  }

  @Nested
  class ImagesByTheIdThatADeviceCallsThem {
    @Test
    void areThoseOfTheTripleAndThoseWithTheWildcardManufacturer() {
      FirmwareImage exact = driver(LAMP, image(5)).image();
      FirmwareImage any = driver("any.c4z", image(0xFFFF, TYPE, 5, "any")).image();
      driver("higher.c4z", image(6));
      assertThat(home.registry.images(new ImageId(MANUFACTURER, TYPE, 5)))
          .containsExactlyInAnyOrder(exact, any);
      assertThat(home.registry.images(new ImageId(0x4711, TYPE, 5))).containsExactly(any);
      assertThat(home.registry.images(new ImageId(MANUFACTURER, TYPE + 1, 5))).isEmpty();
      assertThat(home.registry.images(new ImageId(MANUFACTURER, TYPE, 4))).isEmpty();
    }
  }
}
