package io.otaupgrade.cli.internal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeCounters;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DemoResultTest {

  private static DemoResult result(DemoResult.Row... rows) {
    return new DemoResult(
        List.of(rows),
        1000,
        new ServerStatistics(50, 48, 1, 40, 3, 2),
        Duration.ofSeconds(8),
        Duration.ofMillis(1500));
  }

  private static DemoResult.Row row(boolean upgraded, boolean identical) {
    return new DemoResult.Row(new Eui64(1), 1, 2, upgraded, identical, Optional.empty());
  }

  @Test
  void isASuccessOnlyWhenEveryDeviceIsUpgradedAndIdentical() {
    assertThat(result(row(true, true), row(true, true)).isSuccess()).isTrue();
    assertThat(result(row(true, true), row(true, false)).isSuccess()).isFalse();
    assertThat(result(row(false, true)).isSuccess()).isFalse();
  }

  @Test
  void isOneJsonObject() throws IOException {
    StringWriter out = new StringWriter();
    Json.line(new PrintWriter(out), result(row(true, true), row(false, false))::writeMembers);
    assertThat(out.toString().strip())
        .isEqualTo(
            "{\"devices\":2,\"upgraded\":1,\"identical\":1,\"imageBytes\":1000,\"blocks\":40,"
                + "\"repeats\":3,\"unanswered\":2,\"meshSeconds\":8.0,\"wallSeconds\":1.5,"
                + "\"bytesPerSecond\":250.0}");
  }

  @Test
  void isATableWithALineForEachDevice() {
    StringWriter out = new StringWriter();
    result(row(true, true), row(false, false)).print(new PrintWriter(out));
    assertThat(out.toString())
        .contains("0000000000000001 0x00000001 0x00000002 ")
        .contains("identical\n", "never asked\n")
        .contains("1 of 2 devices upgraded");
  }

  @Test
  void aLineOfTheTableFitsEightyColumns() {
    Upgrade longOne =
        new Upgrade(
            "demo",
            new Eui64(1),
            1,
            new ImageId(1, 1, 2),
            "a.zigbee",
            OptionalLong.of(1),
            UpgradeState.UPGRADED,
            UpgradeReason.NONE,
            9_999_999,
            9_999_999,
            0,
            new UpgradeCounters(199_999, 1_234_567),
            Instant.EPOCH,
            Instant.EPOCH.plus(Duration.ofSeconds(9 * 3600 + 59 * 60 + 59)));
    StringWriter out = new StringWriter();
    result(new DemoResult.Row(new Eui64(1), 1, 2, true, true, Optional.of(longOne)))
        .print(new PrintWriter(out));
    assertThat(out.toString()).contains(" 9:59:59 identical");
    assertThat(out.toString().lines().filter(line -> !line.contains("bytes/s")))
        .allMatch(line -> line.length() < 80, "has less than 80 characters");
  }

  @Test
  void timesAreShort() {
    assertThat(Text.time(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
    assertThat(Text.time(Duration.ofSeconds(245))).isEqualTo("4:05 min");
    assertThat(Text.time(Duration.ofSeconds(11_045))).isEqualTo("3:04:05 h");
    assertThat(Text.clock(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
    assertThat(Text.clock(Duration.ofSeconds(245))).isEqualTo("4:05");
    assertThat(Text.clock(Duration.ofSeconds(11_045))).isEqualTo("3:04:05");
  }
}
