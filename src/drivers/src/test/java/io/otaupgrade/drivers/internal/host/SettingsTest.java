package io.otaupgrade.drivers.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void nothingIsTheDefault() {
    assertThat(Settings.read(Map.of(), Settings.DEFAULT).settings()).isEqualTo(Settings.DEFAULT);
  }

  @Test
  void everyFaultIsToldAndLeavesWhatWas() {
    Settings.Reading reading =
        Settings.read(
            Map.of(
                "autoBind", "perhaps",
                "firstDeviceId", 0,
                "restartPause", "soon",
                "logLines", "9",
                "storeQuota", -1,
                "allowedHosts", "http://x"),
            Settings.DEFAULT);
    assertThat(reading.settings()).isEqualTo(Settings.DEFAULT);
    assertThat(reading.faults()).hasSize(6);
  }

  @Test
  void hostsAreAllowedForOneDriverOrAll() {
    Settings settings =
        Settings.read(
                Map.of("allowedHosts", new String[] {"A.example", "lamp.c4z=b.example, c.example"}),
                Settings.DEFAULT)
            .settings();
    assertThat(settings.allowedHosts("lamp.c4z"))
        .containsExactly("a.example", "b.example", "c.example");
    assertThat(settings.allowedHosts("plug.c4z")).containsExactly("a.example", "c.example");
    assertThat(Settings.DEFAULT.allowedHosts()).isEqualTo(List.of());
  }

  @Test
  void pausesGrow() {
    Settings settings =
        Settings.read(Map.of("restartPause", 2, "longestRestartPause", 5), Settings.DEFAULT)
            .settings();
    assertThat(settings.pauseAfter(1)).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.pauseAfter(2)).isEqualTo(Duration.ofSeconds(4));
    assertThat(settings.pauseAfter(100)).isEqualTo(Duration.ofSeconds(5));
  }
}
