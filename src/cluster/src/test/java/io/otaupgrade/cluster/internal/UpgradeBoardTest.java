package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What others see of the upgrades. */
class UpgradeBoardTest {

  private static final int SIZE = 20_000;

  private final Stage stage = new Stage();
  private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);

  private void download(int from, int to) {
    for (int offset = from; offset < to; offset += 50) {
      lamp.sends(Stage.block(offset, 50));
      stage.advanceMillis(25);
    }
  }

  private void offer() {
    stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, SIZE), LAMP, 1);
    lamp.queries(OLD);
  }

  @Test
  void listenersHearOfProgressAtMostOnceASecondAndOfStatesAtOnce() {
    offer();
    stage.told.clear();
    download(0, SIZE); // 400 blocks in ten seconds

    assertThat(stage.told.get(0).state()).isEqualTo(UpgradeState.DOWNLOADING);
    List<Instant> progress = stage.told.stream().skip(1).map(Upgrade::changed).toList();
    assertThat(progress).hasSizeBetween(9, 11);
    for (int i = 1; i < progress.size(); i++) {
      assertThat(Duration.between(progress.get(i - 1), progress.get(i)))
          .isGreaterThanOrEqualTo(Duration.ofMillis(990));
    }
  }

  @Test
  void theRateIsTheMeanOfTheLastSecondsAndFallsToNothing() {
    offer();
    download(0, 10_000);
    assertThat(lamp.upgrade().octetsPerSecond()).isBetween(1_900L, 2_100L);
    stage.advance(Duration.ofSeconds(10));
    assertThat(lamp.upgrade().octetsPerSecond()).isZero();
    assertThat(lamp.upgrade().furthestOctet()).isEqualTo(10_000);
    int heard = stage.told.size();
    stage.advance(Duration.ofSeconds(60));
    assertThat(stage.told).hasSize(heard);
  }

  @Test
  void theLastOneThatEndedStaysAndAnEarlierOneMakesRoom() {
    offer();
    download(0, 100);
    stage.advance(Duration.ofMinutes(6));
    download(100, 200);
    stage.advance(Duration.ofMinutes(6));

    assertThat(stage.server.upgrades()).hasSize(1);
    assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.STALLED);
    assertThat(lamp.upgrade().furthestOctet()).isEqualTo(200);
    assertThat(stage.server.upgrades(new Eui64(1))).isEmpty();
  }

  @Test
  void thereIsRoomForAThousandThatEnded() {
    stage.registry.register(TestImage.of(MANUFACTURER, TYPE, NEW, SIZE), LAMP, 1);
    for (int i = 1; i <= 1_010; i++) {
      Stage.Device device = stage.joinLamp(i, i);
      device.queries(OLD);
      device.event(NodeEvent.Kind.LEFT);
    }
    assertThat(stage.server.upgrades()).hasSize(1_000);
    assertThat(stage.server.upgrades(new Eui64(10))).isEmpty();
    assertThat(stage.server.upgrades(new Eui64(11))).hasSize(1);
  }

  @Test
  void aListenerThatFailsKeepsNobodyFromWorking() {
    offer();
    stage.listener =
        upgrade -> {
          throw new IllegalStateException("on purpose");
        };
    assertThat(lamp.asksBlock(0, 50)).startsWith("190205007C11");
  }

  @Test
  void timesAreThoseOfTheMesh() {
    stage.advance(Duration.ofHours(3));
    offer();
    assertThat(lamp.upgrade().started()).isEqualTo(stage.radio.loop.instant());
    assertThat(lamp.upgrade().mesh()).isEqualTo("house");
    assertThat(lamp.upgrade().storedName()).isEqualTo("image-117c-4204-20029623.ota");
    assertThat(lamp.upgrade().totalOctets()).isEqualTo(SIZE);
  }
}
