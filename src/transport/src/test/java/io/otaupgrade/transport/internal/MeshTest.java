package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The mesh as a whole: when it is there, and what comes through it. */
class MeshTest {

  private final MeshKit kit = new MeshKit();

  private static ApsFrame received(int octet) {
    return ApsFrame.from(
        0x1111,
        Optional.of(new Eui64(7)),
        1,
        1,
        0x0104,
        0x0019,
        9,
        ByteBuffer.wrap(new byte[] {(byte) octet}));
  }

  private void elsewhere(Runnable task) {
    Thread thread = new Thread(task);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Nested
  class Presence {

    @Test
    void theServiceIsThereWhileTheNetworkIs() {
      assertThat(kit.published).isEmpty();
      kit.driver.networkUp();
      kit.loop.runDue();
      assertThat(kit.published).hasSize(1);
      assertThat(kit.published.get(0).mesh()).isEqualTo("home");
      assertThat(kit.published.get(0).loop()).isSameAs(kit.loop);
      kit.driver.networkDown("a test");
      assertThat(kit.published).isEmpty();
      kit.driver.networkUp();
      kit.loop.runDue();
      assertThat(kit.published).hasSize(1);
    }

    @Test
    void sayingSoTwiceChangesNothing() {
      kit.driver.networkDown("not up yet");
      kit.driver.networkUp();
      kit.driver.networkUp();
      kit.loop.runDue();
      assertThat(kit.published).hasSize(1);
      kit.driver.networkDown("a test");
      kit.driver.networkDown("a test");
      assertThat(kit.published).isEmpty();
    }

    @Test
    void aNetworkThatGoesWhileItsNodesAreReadIsNotPublished() {
      kit.driver.networkUp();
      kit.driver.networkDown("a test");
      kit.loop.runDue();
      assertThat(kit.published).isEmpty();
    }

    @Test
    void stoppingTakesTheServiceAwayAndClosesTheDriver() {
      kit.driver.networkUp();
      kit.loop.runDue();
      List<Delivery> deliveries = new ArrayList<>();
      kit.mesh.send(
          MeshKit.frame(1, 1), Priority.OTA, TxOptions.ACKNOWLEDGED, MeshKit.LONG, deliveries::add);
      assertThat(kit.driver.opened).isTrue();
      kit.mesh.stop();
      assertThat(kit.published).isEmpty();
      assertThat(kit.driver.opened).isFalse();
      assertThat(deliveries).containsExactly(Delivery.UNCONFIRMED);
    }

    @Test
    void whatWasStoppedDoesNotStart() {
      kit.mesh.stop();
      kit.mesh.start();
      kit.loop.runDue();
      assertThat(kit.driver.opened).isFalse();
      assertThat(kit.board.radios()).isEmpty();
    }

    @Test
    void whatAStoppedDriverSaysIsNotHeard() {
      kit.mesh.stop();
      kit.driver.networkUp();
      kit.driver.events().received(received(1));
      kit.driver.events().joined(new Eui64(7), 0x1111);
      kit.loop.runDue();
      assertThat(kit.published).isEmpty();
      assertThat(kit.received).isEmpty();
      assertThat(kit.mesh.nodes()).isEmpty();
    }
  }

  @Nested
  class Frames {

    @Test
    void areNotDeliveredWithoutANetwork() {
      kit.driver.events().received(received(1));
      assertThat(kit.received).isEmpty();
    }

    @Test
    void thatComeAgainAreDeliveredAgain() {
      kit.driver.networkUp();
      kit.driver.events().received(received(1));
      kit.driver.events().received(received(1));
      assertThat(kit.received).hasSize(2);
    }

    @Test
    void thatADriverReportsFromAnotherThreadComeOnTheLoop() {
      elsewhere(kit.driver::networkUp);
      elsewhere(() -> kit.driver.events().received(received(1)));
      assertThat(kit.received).isEmpty();
      kit.loop.runDue();
      assertThat(kit.received).hasSize(1);
    }

    @Test
    void thatComeWhileOneIsBeingSentAreDeliveredAfterwards() {
      kit.driver.networkUp();
      kit.driver.onSend = sent -> kit.driver.events().received(received(1));
      kit.send(Priority.CONTROL, 0x1111, 0);
      kit.driver.onSend = sent -> {};
      assertThat(kit.received).isEmpty();
      kit.loop.runDue();
      assertThat(kit.received).hasSize(1);
    }

    @Test
    void sentFromAnotherThreadGoFromTheLoop() {
      kit.driver.networkUp();
      List<Delivery> deliveries = new ArrayList<>();
      elsewhere(
          () ->
              kit.mesh.send(
                  MeshKit.frame(1, 1),
                  Priority.OTA,
                  TxOptions.UNACKNOWLEDGED,
                  MeshKit.LONG,
                  deliveries::add));
      assertThat(kit.driver.sent).isEmpty();
      kit.loop.runDue();
      assertThat(kit.driver.sent.get(0).options()).isEqualTo(TxOptions.UNACKNOWLEDGED);
      elsewhere(() -> kit.driver.confirmAll(Confirmation.DELIVERED));
      kit.loop.runDue();
      assertThat(deliveries).containsExactly(Delivery.DELIVERED);
      assertThat(kit.driver.broken).isEmpty();
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
      kit.driver.networkUp();
      List<ApsFrame> heard = new ArrayList<>();
      kit.mesh.dispatch(
          new ApsDispatch(
              List.of(
                  new ApsSubscription(
                      frame -> {
                        throw new IllegalStateException("a listener fails, as the test wants");
                      },
                      Map.of()),
                  new ApsSubscription(heard::add, Map.of()))));
      kit.driver.events().received(received(1));
      kit.driver.events().received(received(2));
      assertThat(heard).hasSize(2);
    }
  }

  @Nested
  class MaximumPayload {

    @Test
    void isTheDrivers() {
      kit.driver.networkUp();
      kit.driver.payload = 75;
      assertThat(kit.mesh.maximumPayload(0x1111)).isEqualTo(75);
    }

    @Test
    void isTheLeastWithoutANetwork() {
      assertThat(kit.mesh.maximumPayload(0x1111)).isEqualTo(68);
    }

    @Test
    void offTheLoopIsWhatTheDriverSaidLast() {
      kit.driver.networkUp();
      List<Integer> answers = new ArrayList<>();
      elsewhere(() -> answers.add(kit.mesh.maximumPayload(0x1111)));
      kit.loop.runDue();
      elsewhere(() -> answers.add(kit.mesh.maximumPayload(0x1111)));
      kit.loop.runDue();
      assertThat(answers).containsExactly(68, 82);
      assertThat(kit.driver.broken).isEmpty();
    }
  }

  @Test
  void limitsMayChangeWhileTheNetworkIsUp() {
    kit.driver.limits = new RadioLimits(1, 1);
    kit.driver.networkUp();
    kit.send(Priority.CONTROL, 1, 1);
    kit.send(Priority.CONTROL, 2, 2);
    kit.driver.limits = new RadioLimits(2, 2);
    kit.driver.networkUp();
    assertThat(kit.sentOctets()).containsExactly(1, 2);
  }
}
