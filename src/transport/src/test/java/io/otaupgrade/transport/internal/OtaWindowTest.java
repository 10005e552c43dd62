package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fifty nodes want blocks without end, over channels of several kinds. */
class OtaWindowTest {

  private static final int NODES = 50;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration FRAME = Duration.ofMillis(11);

  private final MeshKit kit = MeshKit.up(16, 4);
  private long channelFreeAt;
  private int delivered;
  private int mostInFlight;

  @Test
  void aChannelThatServesOneFrameAtATimeGetsAFewAndStaysBusy() {
    kit.driver.onSend = this::oneAfterAnother;
    wantBlocks();
    kit.pass(MINUTE);
    assertThat(mostInFlightIn(MINUTE)).isLessThanOrEqualTo(3);
    assertThat(delivered).isGreaterThan((int) (0.98 * MINUTE.toMillis() / FRAME.toMillis()));
  }

  @Test
  void aControlFrameFindsLittleInItsWay() {
    kit.driver.onSend = this::oneAfterAnother;
    wantBlocks();
    kit.pass(MINUTE);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      kit.pass(Duration.ofMillis(97));
      long begun = kit.loop.nanos();
      kit.mesh.send(
          MeshKit.frame(0x0100 + i % NODES, 1),
          Priority.CONTROL,
          TxOptions.ACKNOWLEDGED,
          MeshKit.LONG,
          delivery -> waits.add(kit.loop.nanos() - begun));
    }
    kit.pass(Duration.ofSeconds(1));
    assertThat(waits).hasSize(100);
    assertThat(waits.stream().sorted().toList().get(94))
        .isLessThanOrEqualTo(Duration.ofMillis(44).toNanos());
  }

  @Test
  void framesThatTakeLongWithoutQueueingFillTheWindow() {
    kit.driver.onSend = sent -> confirmIn(Duration.ofMillis(80), sent);
    wantBlocks();
    kit.pass(MINUTE);
    assertThat(mostInFlightIn(MINUTE)).as("16 less a quarter for control").isEqualTo(12);
  }

  @Test
  void theWindowGrowsBackWhenTheChannelIsQuickAgain() {
    kit.driver.onSend = this::oneAfterAnother;
    wantBlocks();
    kit.pass(MINUTE);
    kit.driver.onSend = sent -> confirmIn(Duration.ofMillis(11), sent);
    kit.pass(MINUTE);
    assertThat(mostInFlightIn(MINUTE)).isEqualTo(12);
  }

  @Test
  void framesThatAreStuckLetOthersPast() {
    kit.driver.onSend =
        sent -> {
          if (sent.frame().networkAddress() >= 0x0100 + 3) {
            oneAfterAnother(sent);
          } // the first three never answer
        };
    wantBlocks();
    kit.pass(MINUTE);
    mostInFlightIn(Duration.ofSeconds(10));
    assertThat(delivered).isGreaterThan(800);
  }

  /** Counts afresh while this time passes. */
  private int mostInFlightIn(Duration time) {
    mostInFlight = 0;
    delivered = 0;
    kit.pass(time);
    return mostInFlight;
  }

  private void oneAfterAnother(FakeDriver.Sent sent) {
    channelFreeAt = Math.max(channelFreeAt, kit.loop.nanos()) + FRAME.toNanos();
    confirmIn(Duration.ofNanos(channelFreeAt - kit.loop.nanos()), sent);
  }

  private void confirmIn(Duration time, FakeDriver.Sent sent) {
    mostInFlight = Math.max(mostInFlight, kit.driver.inFlight.size());
    kit.loop.after(
        time,
        () -> {
          // not one that was given up and whose tag is another frame's by now
          if (sent.equals(kit.driver.inFlight.get(sent.tag()))) {
            kit.driver.confirm(sent.tag(), Confirmation.DELIVERED);
          }
        });
  }

  private void wantBlocks() {
    for (int i = 0; i < NODES; i++) {
      sendBlock(0x0100 + i);
      sendBlock(0x0100 + i);
    }
  }

  private void sendBlock(int address) {
    kit.mesh.send(
        MeshKit.frame(address, 0),
        Priority.OTA,
        TxOptions.UNACKNOWLEDGED,
        MeshKit.LONG,
        delivery -> {
          delivered += delivery == Delivery.DELIVERED ? 1 : 0;
          sendBlock(address);
        });
  }
}
