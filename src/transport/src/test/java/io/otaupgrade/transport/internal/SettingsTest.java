package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @Test
  void withoutConfigurationTheDefaultsOfTheMetatypeHold() {
    Map<String, Object> defaults = new HashMap<>();
    for (Method key : Settings.Config.class.getDeclaredMethods()) {
      defaults.put(key.getName(), key.getDefaultValue());
    }
    assertThat(defaults).hasSize(6);
    assertThat(Settings.of(defaults)).isEqualTo(Settings.of(Map.of())).isEqualTo(Settings.DEFAULT);
  }

  @Test
  void numbersMayBeText() {
    assertThat(Settings.of(Map.of("confirmationTimeout", " 30 ")).confirmationTimeout())
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(Settings.of(Map.of("queueLimit", 100L)).queueLimit()).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({
    "confirmationTimeout, 0, 1..120",
    "confirmationTimeout, 121, 1..120",
    "controlReserve, 0, 1..90",
    "controlReserve, 91, 1..90",
    "queueLimit, 15, 16..65536",
    "queueLimit, 99999999999, 16..65536",
    "busyBackOff, soon, 1..1000",
    "interviewsAtOnce, '', 1..32",
    "interviewTimeout, 1.5, 1..60"
  })
  void whatIsOutOfRangeIsRefusedWithKeyValueAndRange(String key, String value, String range) {
    assertThatThrownBy(() -> Settings.of(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(key + " must be a whole number " + range + ", was '" + value + "'");
  }

  @Test
  void unknownKeysAreNobodysBusiness() {
    assertThat(Settings.of(Map.of("service.pid", "x", "component.id", 7L)))
        .isEqualTo(Settings.DEFAULT);
  }
}
