package io.otaupgrade.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeCounters;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
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

class UpgradeResultTest {

  private static UpgradeResult result(UpgradeResult.Row... rows) {
    return new UpgradeResult(
        List.of(rows),
        1000,
        new ServerStatistics(50, 48, 1, 40, 3, 2),
        Duration.ofSeconds(8),
        Duration.ofMillis(1500));
  }

  private static UpgradeResult.Row row(boolean upgraded, boolean identical) {
    return row(1, upgraded, Optional.of(identical), upgraded ? 1000 : 200);
  }

  private static UpgradeResult.Row row(
      long device, boolean upgraded, Optional<Boolean> identical, long bytes) {
    return new UpgradeResult.Row(
        new Eui64(device),
        OptionalLong.of(1),
        upgraded ? OptionalLong.of(2) : OptionalLong.empty(),
        upgraded,
        identical,
        Optional.of(
            new Upgrade(
                "home",
                new Eui64(device),
                1,
                new ImageId(0x1234, 1, 2),
                "stored",
                OptionalLong.of(1),
                upgraded ? UpgradeState.UPGRADED : UpgradeState.REFUSED,
                upgraded ? UpgradeReason.NONE : UpgradeReason.INVALID_IMAGE,
                bytes,
                1000,
                0,
                new UpgradeCounters(20, 1),
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(70))));
  }

  private static String json(UpgradeResult result) throws IOException {
    StringWriter out = new StringWriter();
    Json.line(new PrintWriter(out), result::writeMembers);
    return out.toString().strip();
  }

  private static String table(UpgradeResult result) {
    StringWriter out = new StringWriter();
    result.print(new PrintWriter(out));
    return out.toString();
  }

  @Test
  void isASuccessOnlyWhenEveryDeviceIsUpgradedAndIdentical() {
    assertThat(result(row(true, true), row(true, true)).isSuccess()).isTrue();
    assertThat(result(row(true, true), row(true, false)).isSuccess()).isFalse();
    assertThat(result(row(false, true)).isSuccess()).isFalse();
    assertThat(result(row(1, true, Optional.empty(), 1000)).isSuccess()).isTrue();
    assertThat(result().isSuccess()).isFalse();
  }

  @Test
  void knowsADeviceThatRunsTheVersionOnOtherOctets() {
    assertThat(result(row(true, true), row(true, false)).hasForeignImage()).isTrue();
    assertThat(result(row(true, true), row(false, false)).hasForeignImage()).isFalse();
    assertThat(result(row(1, true, Optional.empty(), 1000)).hasForeignImage()).isFalse();
  }

  @Test
  void isOneJsonObject() throws IOException {
    assertThat(
            json(
                result(
                    row(1, true, Optional.of(true), 1000), row(2, false, Optional.of(false), 200))))
        .isEqualTo(
            "{\"devices\":2,\"upgraded\":1,\"identical\":1,\"imageBytes\":1000,\"blocks\":40,"
                + "\"repeats\":3,\"unanswered\":2,\"meshSeconds\":8.0,\"wallSeconds\":1.5,"
                + "\"bytesPerSecond\":150.0}");
  }

  @Test
  void claimsNoIdentityOfDevicesThatNobodyCanLookInto() throws IOException {
    UpgradeResult real = result(row(1, true, Optional.empty(), 1000));
    assertThat(json(real)).contains("\"upgraded\":1,\"identical\":null");
    assertThat(table(real)).contains("runs it").doesNotContain("identical");
  }

  @Test
  void countsADeviceWithTwoImagesOnceAndOnlyWhenBothRun() throws IOException {
    assertThat(
            json(
                result(
                    row(1, true, Optional.of(true), 1000), row(1, false, Optional.of(true), 10))))
        .contains("\"devices\":1,\"upgraded\":0,\"identical\":1");
  }

  @Test
  void isATableWithALineForEachDevice() {
    assertThat(table(result(row(1, true, Optional.of(true), 1000), row(false, false))))
        .contains("0000000000000001 0x00000001 0x00000002    1000     20       1    1:10 identical")
        .contains("REFUSED INVALID_IMAGE\n", " -  ")
        .contains("0 of 1 devices upgraded, 0 images identical");
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
    String table =
        table(
            result(
                new UpgradeResult.Row(
                    new Eui64(1),
                    OptionalLong.of(1),
                    OptionalLong.of(2),
                    true,
                    Optional.of(true),
                    Optional.of(longOne))));
    assertThat(table).contains(" 9:59:59 identical");
    assertThat(table.lines().filter(line -> !line.contains("bytes/s")))
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

  @Test
  void constantsAreWordsForPeopleAndOneWordForMachines() {
    assertThat(Text.words(UpgradeState.WAITING_FOR_ACTIVATION)).isEqualTo("waiting for activation");
    assertThat(Text.words(UpgradeState.STALLED, UpgradeReason.NONE)).isEqualTo("stalled");
    assertThat(Text.words(UpgradeState.REFUSED, UpgradeReason.WRONG_VERSION))
        .isEqualTo("refused, wrong version");
    assertThat(Text.camelCase(UpgradeState.WAITING_FOR_ACTIVATION))
        .isEqualTo("waitingForActivation");
  }
}
