package io.otaupgrade.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.registry.internal.RegistrySettings.Reading;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrySettingsTest {

  @Test
  void areTheDefaultsWhenNothingIsConfigured() {
    assertThat(RegistrySettings.read(Map.of("service.pid", "io.otaupgrade.registry")))
        .isEqualTo(new Reading(RegistrySettings.DEFAULT, List.of()));
  }

  @Test
  void areThoseThatTheMetatypeAnnounces() throws ReflectiveOperationException {
    for (Method key : RegistrySettings.Config.class.getDeclaredMethods()) {
      Reading reading =
          RegistrySettings.read(Map.of(key.getName(), key.getDefaultValue().toString()));
      assertThat(reading.settings()).as(key.getName()).isEqualTo(RegistrySettings.DEFAULT);
      assertThat(reading.faults()).isEmpty();
      assertThat(RegistrySettings.class.getDeclaredMethod(key.getName())).isNotNull();
    }
  }

  @Test
  void mayBeTextOrOfTheirType(@TempDir Path folder) {
    RegistrySettings text =
        RegistrySettings.read(
                Map.of(
                    "persistImages", " TRUE ",
                    "versionPolicy", "Different",
                    "maximumImageSize", "1000",
                    "storeQuota", "5000",
                    "storeFolder", folder.toString(),
                    "hardwareVersionRequired", "false"))
            .settings();
    RegistrySettings typed =
        RegistrySettings.read(
                Map.of(
                    "persistImages",
                    true,
                    "versionPolicy",
                    "different",
                    "maximumImageSize",
                    1000,
                    "storeQuota",
                    5000L,
                    "storeFolder",
                    folder.toString(),
                    "hardwareVersionRequired",
                    false))
            .settings();
    assertThat(text).isEqualTo(typed);
    assertThat(text.versionPolicy()).isEqualTo(VersionPolicy.DIFFERENT);
    assertThat(text.storeFolder()).contains(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "persistImages | yes | persistImages must be true or false, was 'yes'",
        "versionPolicy | latest | versionPolicy must be newer, different or any, was 'latest'",
        "maximumImageSize | 55 | maximumImageSize must be 56..2147483647, was '55'",
        "maximumImageSize | 2147483648 | maximumImageSize must be 56..2147483647, was '2147483648'",
        "maximumImageSize | 16 MiB | maximumImageSize must be 56..2147483647, was '16 MiB'",
        "storeQuota | -1 | storeQuota must be 56..9223372036854775807, was '-1'",
        "hardwareVersionRequired | 1 | hardwareVersionRequired must be true or false, was '1'",
      })
  void thatAreBadAreNamedWithValueAndRange(String key, String value, String fault) {
    Reading reading = RegistrySettings.read(Map.of(key, value));
    assertThat(reading.faults()).containsExactly(fault);
    assertThat(reading.settings()).isEqualTo(RegistrySettings.DEFAULT);
  }

  @Test
  void thatAreBadLeaveTheLastGoodOnesInForceWhole(@TempDir Path folder) {
    byte[] image = RegistryFixture.image(5);
    FakeWeb web = new FakeWeb().put("http://h/a", image).put("http://h/b", image);
    try (RegistryFixture home =
        new RegistryFixture(folder, web, Map.of("maximumImageSize", 10_000))) {
      home.registry.modified(Map.of("maximumImageSize", "100", "versionPolicy", "sometimes"));
      home.registered(1, "http://h/a");
      home.registry.modified(Map.of("maximumImageSize", "100", "versionPolicy", "any"));
      assertThat(home.added(1, "http://h/b").detail()).contains("100 octets");
      assertThat(home.registry.find(RegistryFixture.lamp(5))).isPresent();
    }
  }

  @Test
  void doNotKeepTheRegistryFromStartingWhenTheFolderIsNone(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    try (RegistryFixture home =
        new RegistryFixture(
            folder.resolve("default"), new FakeWeb(), Map.of("storeFolder", file.toString()))) {
      assertThat(folder.resolve("default").resolve("images")).isDirectory();
      assertThat(home.registry.registrations()).isEmpty();
    }
  }
}
