package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.server.UpgradeState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** More transfers than the channel can serve in time. */
class BacklogTest {

  private static final String WAIT_FOR_DATA = "0597";

  private final Stage stage = new Stage();
  private final TestImage image = TestImage.of(MANUFACTURER, TYPE, NEW, 10_000);

  private Stage.Device[] devices(int count) {
    Stage.Device[] devices = new Stage.Device[count];
    for (int i = 0; i < count; i++) {
      devices[i] = stage.joinLamp(i + 1, i + 1);
    }
    stage.registry.register(image, LAMP, 1);
    return devices;
  }

  /** Lets the radio settle one frame after another, each after so many milliseconds. */
  private void settle(int frames, int millis) {
    for (int i = 0; i < frames; i++) {
      stage.advanceMillis(millis);
      stage.radio.sent.get(settled++).listener().settled(Delivery.DELIVERED);
    }
  }

  private int settled;

  @Test
  void whoComesWhenTheQueueIsLongerThanAClientsPatienceIsToldToWait() {
    Stage.Device[] devices = devices(60);
    settled = stage.radio.sent.size();
    stage.radio.fate = frame -> Optional.empty();
    for (int i = 0; i < 20; i++) {
      devices[i].sends(Stage.block(0, 50));
    }
    settle(2, 50); // 50 ms a frame: forty of them are two seconds
    for (int i = 20; i < 43; i++) {
      assertThat(devices[i].asksBlock(0, 50)).doesNotContain(WAIT_FOR_DATA);
    }

    assertThat(devices[43].asksBlock(0, 50)).contains(WAIT_FOR_DATA + "00000000");
    settle(5, 40);
    assertThat(devices[44].asksBlock(0, 50)).doesNotContain(WAIT_FOR_DATA);
    assertThat(stage.server.statistics().unanswered()).isZero();
  }

  @Test
  void theWaitIsNoStall() {
    stage.configure(Map.of("stallTime", 10));
    Stage.Device[] devices = devices(30);
    settled = stage.radio.sent.size();
    stage.radio.fate = frame -> Optional.empty();
    for (int i = 0; i < 20; i++) {
      devices[i].sends(Stage.block(0, 50));
    }
    settle(5, 300);
    String answer = devices[20].asksBlock(0, 50);
    assertThat(answer).contains(WAIT_FOR_DATA + "00000000");
    int seconds = Integer.parseInt(answer.substring(16, 18), 16);
    assertThat(seconds).isBetween(10, 75);

    stage.advance(Duration.ofSeconds(seconds));
    assertThat(devices[20].upgrade().state()).isEqualTo(UpgradeState.DOWNLOADING);
    stage.advance(Duration.ofSeconds(11));
    assertThat(devices[20].upgrade().state()).isEqualTo(UpgradeState.STALLED);
  }

  @Test
  void aFewSlowFramesAreNoReason() {
    Stage.Device[] devices = devices(12);
    settled = stage.radio.sent.size();
    stage.radio.fate = frame -> Optional.empty();
    devices[0].sends(Stage.block(0, 50));
    settle(1, 4_000);
    for (int i = 1; i < 9; i++) {
      assertThat(devices[i].asksBlock(0, 50)).doesNotContain(WAIT_FOR_DATA);
    }
  }

  @Test
  void aSecondAnswerToTheSameRequestIsGivenUpSoonerThanTheFirst() {
    Stage.Device device = devices(1)[0];
    stage.radio.fate = frame -> Optional.empty();
    device.hears();
    device.sends(Stage.block(0, 50)).sends(Stage.block(0, 50)).sends(Stage.block(50, 50));
    assertThat(device.frames())
        .extracting(FakeRadio.Sent::deadline)
        .containsExactly(Answers.DEADLINE, Duration.ofMillis(500), Answers.DEADLINE);
  }
}
