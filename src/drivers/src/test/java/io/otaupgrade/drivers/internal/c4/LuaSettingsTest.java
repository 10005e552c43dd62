package io.otaupgrade.drivers.internal.c4;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.drivers.internal.lua.Limits;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LuaSettingsTest {

  @Test
  void anEmptyConfigurationHasTheDefaults() {
    LuaSettings.Reading reading = LuaSettings.read(Map.of());
    assertThat(reading.settings()).isEqualTo(new LuaSettings(Limits.DEFAULT, 0));
    assertThat(reading.faults()).isEmpty();
  }

  @Test
  void everyKeyIsReadAsNumberOrText() {
    LuaSettings.Reading reading =
        LuaSettings.read(
            Map.of(
                "instructions",
                "5000",
                "seconds",
                2,
                "depth",
                " 20 ",
                "memoryKiB",
                512L,
                "coroutines",
                "0",
                "threads",
                3));
    assertThat(reading.settings())
        .isEqualTo(new LuaSettings(new Limits(5000, Duration.ofSeconds(2), 20, 512 << 10, 0), 3));
    assertThat(reading.faults()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "seconds, 10 s, 1..86400",
    "seconds, -7, 1..86400",
    "instructions, 999, 1000..9223372036854775807",
    "depth, 9, 10..2147483647",
    "memoryKiB, 255, 256..1073741824",
    "coroutines, -1, 0..2147483647",
    "threads, -1, 0..1000"
  })
  void aBadValueIsNamedAndLeavesTheRestInForce(String key, String value, String allowed) {
    LuaSettings.Reading reading = LuaSettings.read(Map.of(key, value));
    assertThat(reading.settings()).isEqualTo(new LuaSettings(Limits.DEFAULT, 0));
    assertThat(reading.faults())
        .containsExactly(key + " must be " + allowed + ", was '" + value + "'");
  }

  @Test
  void withoutANumberOfThreadsThereAreFourAtLeast() {
    assertThat(new LuaSettings(Limits.DEFAULT, 0).threadsOr(2)).isEqualTo(4);
    assertThat(new LuaSettings(Limits.DEFAULT, 0).threadsOr(16)).isEqualTo(16);
    assertThat(new LuaSettings(Limits.DEFAULT, 1).threadsOr(16)).isEqualTo(1);
  }
}
