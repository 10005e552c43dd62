package io.otaupgrade.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.DeviceUpgrade;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.server.Hold;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeCounters;
import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradesByDeviceIdTest {

  private static final Eui64 LAMP = new Eui64(0x00124b0000112233L);

  @TempDir Path folder;

  private final FakeServer home = new FakeServer("home");
  private final FakeServer barn = new FakeServer("barn");
  private UpgradesByDeviceId upgrades;

  @BeforeEach
  void aLampInTheBarnWithTwoIds() {
    BindingTable bindings =
        new BindingTable(new BindingFile(folder.resolve("bindings")), new SerialExecutor());
    bindings.bind(12, LAMP);
    bindings.bind(4, LAMP);
    barn.known.add(LAMP);
    barn.upgrades.add(
        new Upgrade(
            "barn",
            LAMP,
            1,
            new ImageId(0x117C, 0x4204, 9),
            "lamp.zigbee",
            OptionalLong.of(5),
            UpgradeState.DOWNLOADING,
            UpgradeReason.NONE,
            100,
            1000,
            50,
            new UpgradeCounters(2, 0),
            Instant.EPOCH,
            Instant.EPOCH));
    upgrades = new UpgradesByDeviceId(bindings, List.of(home, barn));
  }

  @Test
  void anUpgradeIsNamedByAllIdsOfItsDevice() {
    assertThat(upgrades.upgrades())
        .extracting(DeviceUpgrade::deviceIds)
        .containsExactly(List.of(4, 12));
    assertThat(upgrades.upgrades(12)).isEqualTo(upgrades.upgrades(4)).hasSize(1);
    assertThat(upgrades.upgrades(99)).isEmpty();
  }

  @Test
  void wishesReachTheServerThatKnowsTheDevice() {
    assertThat(upgrades.abort(12)).isTrue();
    assertThat(upgrades.activate(12, Duration.ofSeconds(3))).isTrue();
    assertThat(upgrades.abort(99)).isFalse();
    assertThat(barn.wishes).containsExactly("abort " + LAMP, "activate " + LAMP + " PT3S");
  }

  @Test
  void aHoldIsTheServersOwn() {
    try (Hold hold = upgrades.hold(12, Duration.ofMinutes(1)).orElseThrow()) {
      assertThat(hold.renew(Duration.ofMinutes(1))).isTrue();
    }
    assertThat(barn.wishes).containsExactly("released " + LAMP);
    assertThat(upgrades.hold(99, Duration.ofMinutes(1))).isEmpty();
  }
}
