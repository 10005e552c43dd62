package io.otaupgrade.cluster.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallPartsTest {

  @Nested
  @DisplayName("BlockSize")
  class Sizes {

    @ParameterizedTest(name = "asked {0}, payload {1}, cap {2}, {3}, {4} left: {5}")
    @CsvSource({
      // asked for, longest payload, cap, vendor, left, size
      "50, 82, 255, NONE, 1000, 50",
      "65, 82, 255, NONE, 1000, 65",
      "66, 82, 255, NONE, 1000, 64",
      "255, 82, 255, NONE, 1000, 64",
      "64, 80, 255, NONE, 1000, 48",
      "48, 64, 255, NONE, 1000, 32",
      "48, 65, 255, NONE, 1000, 48",
      "32, 33, 255, NONE, 1000, 16",
      "32, 32, 255, NONE, 1000, 15",
      "32, 18, 255, NONE, 1000, 1",
      "32, 10, 255, NONE, 1000, 1",
      "8, 82, 255, NONE, 1000, 8",
      "1, 82, 255, NONE, 1000, 1",
      "50, 82, 255, NONE, 28, 28",
      "64, 82, 255, NONE, 1, 1",
      "64, 82, 40, NONE, 1000, 32",
      "40, 82, 40, NONE, 1000, 40",
      "255, 300, 255, NONE, 1000, 255",
      "64, 82, 255, INSTA, 1000, 40",
      "64, 56, 255, INSTA, 1000, 32",
      "32, 82, 255, INSTA, 1000, 32",
      "64, 82, 255, LEGRAND, 1000, 64",
      "255, 82, 255, LEGRAND, 1000, 64",
      "64, 80, 255, LEGRAND, 1000, 63",
      "12, 82, 255, LEGRAND, 1000, 12",
      "64, 82, 255, BOSCH, 1000, 64",
    })
    void isWhatIsAskedForAsFarAsItFits(
        int asked, int payload, int cap, VendorQuirk quirk, int left, int size) {
      assertThat(BlockSize.of(asked, payload, cap, quirk, left)).isEqualTo(size);
    }
  }

  @Nested
  @DisplayName("VendorQuirk")
  class Quirks {

    @ParameterizedTest
    @CsvSource({
      "0x1021, 0, LEGRAND, 1800",
      "0x1021, 0xFFBF, LEGRAND, 1800",
      "0x117A, 5, INSTA, 300",
      "0x1135, 5, DRESDEN_ELEKTRONIK, 300",
      "0x1209, 5, BOSCH, 3600",
      "0x1286, 8199, SONOFF_8199, 3600",
      "0x1286, 8198, NONE, 300",
      "0xFFFF, 8199, NONE, 300",
      "0, 0, NONE, 300",
    })
    void isFoundByManufacturerAndType(
        String manufacturer, String type, VendorQuirk quirk, int stallSeconds) {
      VendorQuirk found = VendorQuirk.of(Integer.decode(manufacturer), Integer.decode(type));
      assertThat(found).isEqualTo(quirk);
      assertThat(found.stallTime(Duration.ofMinutes(5))).hasSeconds(stallSeconds);
    }

    @Test
    void neverShortensTheConfiguredStallTime() {
      assertThat(VendorQuirk.LEGRAND.stallTime(Duration.ofHours(5))).hasHours(5);
    }
  }

  @Nested
  @DisplayName("Settings")
  class Configuration {

    @Test
    void defaultsHoldWithoutAConfiguration() {
      Settings settings = Settings.of(Map.of());
      assertThat(settings).isEqualTo(Settings.DEFAULT);
      assertThat(settings.enabled()).isTrue();
      assertThat(settings.startGrace()).hasSeconds(300);
      assertThat(settings.activationPolicy()).isEqualTo(ActivationPolicy.IMMEDIATE);
      assertThat(settings.minimumBlockPeriod()).isZero();
    }

    @Test
    void textsAreAsGoodAsNumbersAndOtherKeysDoNotMatter() {
      Settings settings =
          Settings.of(
              Map.of(
                  "stallTime", " 60 ",
                  "enabled", "false",
                  "blockSizeCap", 48L,
                  "activationPolicy", "onRequest",
                  "service.pid", "x"));
      assertThat(settings.stallTime()).hasSeconds(60);
      assertThat(settings.enabled()).isFalse();
      assertThat(settings.blockSizeCap()).isEqualTo(48);
      assertThat(settings.activationPolicy()).isEqualTo(ActivationPolicy.ON_REQUEST);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "startGrace         | -1        | startGrace must be 0..86400, was '-1'",
          "stallTime          | 9         | stallTime must be 10..86400, was '9'",
          "confirmationTime   | 86401     | confirmationTime must be 10..86400, was '86401'",
          "activationDelay    | soon      | activationDelay must be 0..86400, was 'soon'",
          "blockSizeCap       | 0         | blockSizeCap must be 1..255, was '0'",
          "pageRequests       | yes       | pageRequests must be true or false, was 'yes'",
          "enabled            | 1         | enabled must be true or false, was '1'",
          "pageSpacingMinimum | 0         | pageSpacingMinimum must be 1..1000, was '0'",
          "minimumBlockPeriod | 65535     | minimumBlockPeriod must be 0..65534, was '65535'",
          "notifyInterval     | 0         | notifyInterval must be 1..86400, was '0'",
          "refusalLimit       | 1001      | refusalLimit must be 0..1000, was '1001'",
          "activationPolicy   | IMMEDIATE | activationPolicy must be immediate or onRequest, was"
              + " 'IMMEDIATE'",
          "stallTime          | 99999999999999999999 | stallTime must be 10..86400, was"
              + " '99999999999999999999'",
        })
    void aBadValueIsNamedWithItsKeyAndWhatIsAllowed(String key, String value, String message) {
      assertThatThrownBy(() -> Settings.of(Map.of(key, value)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }
}
