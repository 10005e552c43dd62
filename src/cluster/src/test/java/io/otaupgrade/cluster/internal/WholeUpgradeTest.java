package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeCounters;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import org.junit.jupiter.api.Test;

class WholeUpgradeTest {

  private static final int SIZE = 1_000;

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, SIZE);
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  @Test
  void aDeviceQueriesDownloadsEndsRestartsAndIsSeenRunningTheNewVersion() {
    stage.registry.register(image, LAMP, lamp.networkAddress);

    assertThat(lamp.queries(OLD)).isEqualTo("190102007C11044223960220E8030000");
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.OFFERED);
    assertThat(lamp.asksBlock(0, 50))
        .isEqualTo("190205007C110442239602200000000032" + image.hex(0, 50));
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
    lamp.downloads(50, SIZE);
    assertThat(lamp.asks("01 DA 06 00 7C 11 04 42 23 96 02 20"))
        .isEqualTo("19DA077C110442239602200000000001000000");
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.ACTIVATING);
    assertThat(lamp.queries(NEW)).isEqualTo("19160298");

    Upgrade upgrade = lamp.upgrade();
    assertThat(upgrade.state()).isEqualTo(UpgradeState.UPGRADED);
    assertThat(upgrade.reason()).isEqualTo(UpgradeReason.NONE);
    assertThat(upgrade.counters()).isEqualTo(new UpgradeCounters(20, 0));
    assertThat(upgrade.furthestOctet()).isEqualTo(SIZE);
    assertThat(upgrade.currentFileVersion()).hasValue(OLD);
    assertThat(stage.told.stream().map(Upgrade::state).distinct())
        .containsExactly(
            UpgradeState.OFFERED,
            UpgradeState.DOWNLOADING,
            UpgradeState.ACTIVATING,
            UpgradeState.UPGRADED);
    assertThat(stage.server.statistics().unanswered()).isZero();
    assertThat(stage.server.statistics().requests()).isEqualTo(23);
    assertThat(stage.server.statistics().blocks()).isEqualTo(20);
  }
}
