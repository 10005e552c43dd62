package io.otaupgrade.transport.internal;

import static io.otaupgrade.api.radio.Delivery.DELIVERED;
import static io.otaupgrade.api.radio.Delivery.EXPIRED;
import static io.otaupgrade.api.radio.Delivery.NO_ACK;
import static io.otaupgrade.api.radio.Delivery.REFUSED;
import static io.otaupgrade.api.radio.Delivery.UNCONFIRMED;
import static io.otaupgrade.api.radio.Priority.CONTROL;
import static io.otaupgrade.api.radio.Priority.OTA;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.transport.internal.MeshKit.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SendSchedulerTest {

  private MeshKit kit = MeshKit.up();

  @AfterEach
  void theDriverWasNeverAskedTooMuch() {
    assertThat(kit.driver.broken).isEmpty();
  }

  @Nested
  class TheWindow {

    @Test
    void aFrameReachesTheDriverWithinTheCallWhenThereIsRoom() {
      kit.send(OTA, 0x1111, 7);
      assertThat(kit.sentOctets()).containsExactly(7);
      assertThat(kit.driver.sent.get(0).options()).isEqualTo(TxOptions.ACKNOWLEDGED);
    }

    @Test
    void noMoreFramesAreInFlightThanTheCoProcessorTakes() {
      kit = MeshKit.up(4, 1);
      IntStream.range(0, 10).forEach(i -> kit.send(CONTROL, 0x100 + i, i));
      assertThat(kit.sentOctets()).containsExactly(0, 1, 2, 3);
      kit.driver.confirmNth(2, Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void noMoreFramesAreInFlightToANodeThanItMayHave() {
      kit = MeshKit.up(8, 2);
      IntStream.range(0, 5).forEach(i -> kit.send(CONTROL, 0x1111, i));
      kit.send(CONTROL, 0x2222, 9);
      assertThat(kit.sentOctets()).containsExactly(0, 1, 9);
      kit.driver.confirmNth(0, Confirmation.NO_ACK);
      assertThat(kit.sentOctets()).containsExactly(0, 1, 9, 2);
    }

    @Test
    void framesToANodeKeepTheirOrder() {
      kit = MeshKit.up(8, 1);
      IntStream.range(0, 20).forEach(i -> kit.send(OTA, 0x1111, i));
      IntStream.range(0, 20).forEach(i -> kit.driver.confirmAll(Confirmation.DELIVERED));
      assertThat(kit.sentOctets())
          .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
    }

    @Test
    void broadcastsCountToo() {
      kit = MeshKit.up(2, 1);
      Outcome first = kit.send(CONTROL, 0xFFFD, 0);
      kit.send(CONTROL, 0xFFFD, 1);
      kit.send(CONTROL, 0xFFFC, 2);
      kit.send(CONTROL, 0x1111, 3);
      assertThat(kit.sentOctets()).containsExactly(0, 2);
      kit.driver.confirmNth(0, Confirmation.DELIVERED);
      assertThat(first.deliveries).containsExactly(DELIVERED);
      assertThat(kit.sentOctets()).hasSize(3);
    }

    @Test
    void theNetworksNewLimitsHold() {
      kit = MeshKit.up(1, 1);
      kit.driver.networkDown("a test");
      kit.driver.limits = new RadioLimits(3, 3);
      kit.driver.networkUp();
      IntStream.range(0, 5).forEach(i -> kit.send(CONTROL, 0x1111, i));
      assertThat(kit.sentOctets()).containsExactly(0, 1, 2);
    }

    @Test
    void destinationsOfLongAgoAreForgotten() {
      for (int i = 0; i < 5000; i++) {
        kit.send(OTA, i, i);
        kit.driver.confirmAll(Confirmation.DELIVERED);
      }
      SendScheduler sender =
          new SendScheduler("x", kit.loop, kit.driver, Settings.DEFAULT, address -> false);
      sender.up(new RadioLimits(1, 1));
      for (int i = 0; i < 5000; i++) {
        kit.driver.inFlight.clear();
        sender.send(MeshKit.frame(i, 0), OTA, TxOptions.ACKNOWLEDGED, 0, 1, DeliveryListener.NONE);
        sender.confirmed(
            kit.driver.sent.get(kit.driver.sent.size() - 1).tag(), Confirmation.DELIVERED);
      }
      kit.driver.inFlight.clear();
      assertThat(sender.knownDestinations()).isLessThan(600);
    }
  }

  @Nested
  class Priorities {

    @Test
    void aControlFrameOvertakesAThousandImageBlocks() {
      kit = MeshKit.up(4, 1);
      IntStream.range(0, 1000).forEach(i -> kit.send(OTA, 0x100 + i % 50, 1));
      int before = kit.driver.sent.size();
      kit.send(CONTROL, 0x0900, 2);
      assertThat(kit.sentOctets()).hasSize(before + 1).endsWith(2);
    }

    @Test
    void controlFramesGoFirstWhenAllIsFull() {
      kit = MeshKit.up(2, 1);
      kit.send(CONTROL, 0x0901, 3);
      kit.send(CONTROL, 0x0902, 3);
      IntStream.range(0, 20).forEach(i -> kit.send(OTA, 0x100 + i, 1));
      kit.send(CONTROL, 0x0903, 2);
      kit.driver.confirmNth(0, Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).containsExactly(3, 3, 2);
    }

    @Test
    void imageBlocksNeverFillTheWholeWindow() {
      kit = MeshKit.up(4, 4);
      IntStream.range(0, 100).forEach(i -> kit.send(OTA, 0x100 + i, 1));
      assertThat(kit.driver.inFlight).hasSize(3);
      IntStream.range(0, 3).forEach(i -> kit.send(CONTROL, 0x900 + i, 2));
      assertThat(kit.driver.inFlight).hasSize(4);
    }

    @Test
    void aWindowOfOneServesBoth() {
      kit = MeshKit.up(1, 1);
      kit.send(OTA, 0x1111, 1);
      kit.send(OTA, 0x1111, 2);
      kit.send(CONTROL, 0x1111, 3);
      kit.driver.confirmAll(Confirmation.DELIVERED);
      kit.driver.confirmAll(Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).containsExactly(1, 3, 2);
    }

    @Test
    void controlFramesMayUseTheWholeWindow() {
      kit = MeshKit.up(8, 8);
      IntStream.range(0, 10).forEach(i -> kit.send(CONTROL, 0x100 + i, 1));
      assertThat(kit.driver.inFlight).hasSize(8);
    }

    @Test
    void aChangedReserveHoldsFromNowOn() {
      kit = MeshKit.up(8, 8);
      kit.mesh.configure(Settings.of(Map.of("controlReserve", 75)));
      IntStream.range(0, 100).forEach(i -> kit.send(OTA, 0x100 + i, 1));
      assertThat(kit.driver.inFlight).hasSize(2);
    }
  }

  @Nested
  class Fairness {

    @Test
    void destinationsTakeTurns() {
      kit = MeshKit.up(2, 1);
      IntStream.range(0, 50).forEach(i -> kit.send(OTA, 0x1111, 1));
      IntStream.range(0, 3).forEach(i -> kit.send(OTA, 0x2222, 2));
      kit.send(OTA, 0x3333, 3);
      for (int i = 0; i < 6; i++) {
        kit.driver.confirmAll(Confirmation.DELIVERED);
      }
      assertThat(kit.sentOctets()).containsExactly(1, 2, 3, 1, 2, 1, 2);
    }

    @Test
    void aNodeThatDoesNotAcknowledgeHoldsUpNobodyElse() {
      kit = MeshKit.up(4, 1);
      IntStream.range(0, 10).forEach(i -> kit.send(OTA, 0x1111, 1));
      IntStream.range(0, 10).forEach(i -> kit.send(OTA, 0x2222, 2));
      for (int i = 0; i < 9; i++) {
        int tag =
            kit.driver.inFlight.values().stream()
                .filter(sent -> sent.frame().networkAddress() == 0x2222)
                .findFirst()
                .orElseThrow()
                .tag();
        kit.driver.confirm(tag, Confirmation.DELIVERED);
      }
      assertThat(kit.sentOctets()).filteredOn(octet -> octet == 2).hasSize(10);
      assertThat(kit.sentOctets()).filteredOn(octet -> octet == 1).hasSize(1);
    }
  }

  @Nested
  class Outcomes {

    @Test
    void theCoProcessorsWordIsPassedOn() {
      List<Outcome> outcomes =
          List.of(kit.send(CONTROL, 1, 0), kit.send(CONTROL, 2, 0), kit.send(CONTROL, 3, 0));
      kit.driver.confirmNth(0, Confirmation.DELIVERED);
      kit.driver.confirmNth(1, Confirmation.NO_ACK);
      kit.driver.confirmNth(2, Confirmation.REFUSED);
      assertThat(outcomes)
          .extracting(outcome -> outcome.deliveries)
          .containsExactly(List.of(DELIVERED), List.of(NO_ACK), List.of(REFUSED));
    }

    @Test
    void aSecondConfirmationIsIgnored() {
      Outcome outcome = kit.send(CONTROL, 1, 0);
      kit.driver.confirmNth(0, Confirmation.DELIVERED);
      kit.driver.confirmNth(0, Confirmation.NO_ACK);
      kit.driver.events().confirmed(-1, Confirmation.DELIVERED);
      kit.driver.events().confirmed(256, Confirmation.DELIVERED);
      assertThat(outcome.deliveries).containsExactly(DELIVERED);
    }

    @Test
    void aConfirmationWithinTheDriversSendIsToldAfterwards() {
      kit.driver.onSend = sent -> kit.driver.confirm(sent.tag(), Confirmation.REFUSED);
      Outcome outcome = kit.send(CONTROL, 1, 0);
      kit.loop.runDue();
      assertThat(outcome.deliveries).containsExactly(REFUSED);
    }

    @Test
    void waitingFramesFollowConfirmationsWithinTheDriversSend() {
      kit = MeshKit.up(2, 1);
      kit.send(CONTROL, 1, 0);
      IntStream.range(1, 6).forEach(i -> kit.send(CONTROL, 1, i));
      kit.driver.onSend = sent -> kit.driver.confirm(sent.tag(), Confirmation.DELIVERED);
      kit.driver.confirmNth(0, Confirmation.DELIVERED);
      kit.loop.runDue();
      assertThat(kit.sentOctets()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void anUnconfirmedFrameIsGivenUpAfterTheTimeOut() {
      Outcome outcome = kit.send(CONTROL, 1, 0);
      kit.pass(Duration.ofMillis(11_999));
      assertThat(outcome.deliveries).isEmpty();
      kit.pass(Duration.ofMillis(1));
      assertThat(outcome.deliveries).containsExactly(UNCONFIRMED);
    }

    @Test
    void eachFrameHasItsOwnTimeOut() {
      Outcome first = kit.send(CONTROL, 1, 0);
      kit.pass(Duration.ofSeconds(5));
      Outcome second = kit.send(CONTROL, 2, 0);
      kit.pass(Duration.ofSeconds(7));
      assertThat(first.deliveries).containsExactly(UNCONFIRMED);
      assertThat(second.deliveries).isEmpty();
      kit.pass(Duration.ofSeconds(5));
      assertThat(second.deliveries).containsExactly(UNCONFIRMED);
    }

    @Test
    void anUnconfirmedFramesPlaceIsUsedAgain() {
      kit = MeshKit.up(1, 1);
      kit.send(CONTROL, 1, 0);
      kit.send(CONTROL, 1, 1);
      kit.pass(Duration.ofSeconds(12));
      assertThat(kit.sentOctets()).containsExactly(0, 1);
    }

    @Test
    void aLateConfirmationIsNotTakenForAnotherFrames() {
      kit = MeshKit.up(4, 4);
      Outcome late = kit.send(CONTROL, 1, 0);
      int tag = kit.driver.sent.get(0).tag();
      kit.pass(Duration.ofSeconds(12));
      List<Outcome> others = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        others.add(kit.send(CONTROL, 1, i));
        kit.driver.confirmAll(Confirmation.NO_ACK);
      }
      others.add(kit.send(CONTROL, 1, 0));
      kit.driver.events().confirmed(tag, Confirmation.DELIVERED);
      assertThat(late.deliveries).containsExactly(UNCONFIRMED);
      assertThat(others).noneMatch(outcome -> outcome.deliveries.contains(DELIVERED));
    }

    @Test
    void aFrameWhoseDeadlinePassesWhileItWaitsExpires() {
      kit = MeshKit.up(1, 1);
      kit.send(OTA, 1, 0);
      Outcome waiting = kit.send(OTA, 1, 1, Duration.ofSeconds(2));
      Outcome patient = kit.send(OTA, 1, 2, Duration.ofSeconds(3));
      kit.pass(Duration.ofSeconds(2));
      assertThat(waiting.deliveries).isEmpty();
      kit.pass(Duration.ofMillis(10));
      assertThat(waiting.deliveries).containsExactly(EXPIRED);
      assertThat(patient.deliveries).isEmpty();
      kit.driver.confirmAll(Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).containsExactly(0, 2);
    }

    @Test
    void aFrameWithoutTimeToWaitGoesIfItCanAndElseExpires() {
      kit = MeshKit.up(1, 1);
      Outcome first = kit.send(OTA, 1, 0, Duration.ZERO);
      Outcome second = kit.send(OTA, 1, 1, Duration.ofSeconds(-1));
      kit.pass(Duration.ofMillis(10));
      assertThat(first.deliveries).isEmpty();
      assertThat(second.deliveries).containsExactly(EXPIRED);
      assertThat(kit.sentOctets()).containsExactly(0);
    }

    @Test
    void manyDeadlinesAreAllKept() {
      kit = MeshKit.up(1, 1);
      kit.send(OTA, 1, 0);
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 1; i <= 500; i++) {
        outcomes.add(kit.send(OTA, 2 + i % 7, i, Duration.ofMillis(1 + (i * 7919L) % 5000)));
      }
      kit.pass(Duration.ofMillis(5010));
      assertThat(outcomes).allMatch(outcome -> outcome.deliveries.equals(List.of(EXPIRED)));
    }

    @Test
    void aFullQueueRefusesRatherThanForgets() {
      kit = new MeshKit(Settings.of(Map.of("queueLimit", 16)), Optional.empty());
      kit.driver.limits = new RadioLimits(1, 1);
      kit.driver.networkUp();
      List<Outcome> ota = new ArrayList<>();
      IntStream.range(0, 20).forEach(i -> ota.add(kit.send(OTA, 1, i)));
      Outcome control = kit.send(CONTROL, 2, 0);
      kit.loop.runDue();
      assertThat(ota.stream().filter(outcome -> outcome.deliveries.equals(List.of(REFUSED))))
          .hasSize(3);
      assertThat(control.deliveries).as("image blocks do not take its place").isEmpty();
    }

    @Test
    void withoutANetworkFramesAreRefused() {
      MeshKit down = new MeshKit();
      Outcome outcome = down.send(CONTROL, 1, 0);
      down.loop.runDue();
      assertThat(outcome.deliveries).containsExactly(REFUSED);
    }

    @Test
    void reservedAddressesAreRefused() {
      for (int address : new int[] {0xFFF8, 0xFFFA, 0xFFFE}) {
        Outcome outcome = kit.send(CONTROL, address, 0);
        kit.loop.runDue();
        assertThat(outcome.deliveries).containsExactly(REFUSED);
      }
      assertThat(kit.driver.sent).isEmpty();
    }

    @Test
    void aDriverThatThrowsRefusesTheFrameAndTheNextOnesGo() {
      kit.driver.onSend =
          sent -> {
            kit.driver.inFlight.remove(sent.tag());
            throw new IllegalStateException("the port broke, as the test wants");
          };
      Outcome refused = kit.send(CONTROL, 1, 0);
      kit.driver.onSend = sent -> {};
      Outcome next = kit.send(CONTROL, 1, 1);
      kit.loop.runDue();
      kit.driver.confirmAll(Confirmation.DELIVERED);
      assertThat(refused.deliveries).containsExactly(REFUSED);
      assertThat(next.deliveries).containsExactly(DELIVERED);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
      kit = MeshKit.up(1, 1);
      kit.mesh.send(
          MeshKit.frame(1, 0),
          CONTROL,
          TxOptions.ACKNOWLEDGED,
          MeshKit.LONG,
          delivery -> {
            throw new IllegalStateException("a listener fails, as the test wants");
          });
      Outcome next = kit.send(CONTROL, 1, 1);
      kit.driver.confirmAll(Confirmation.DELIVERED);
      kit.driver.confirmAll(Confirmation.DELIVERED);
      assertThat(next.deliveries).containsExactly(DELIVERED);
    }

    @Test
    void aListenerMaySendAgainAtOnce() {
      kit = MeshKit.up(1, 1);
      List<Delivery> deliveries = new ArrayList<>();
      DeliveryListener again =
          new DeliveryListener() {
            @Override
            public void settled(Delivery delivery) {
              deliveries.add(delivery);
              if (deliveries.size() < 5) {
                kit.mesh.send(
                    MeshKit.frame(1, deliveries.size()),
                    OTA,
                    TxOptions.ACKNOWLEDGED,
                    MeshKit.LONG,
                    this);
              }
            }
          };
      kit.mesh.send(MeshKit.frame(1, 0), OTA, TxOptions.ACKNOWLEDGED, MeshKit.LONG, again);
      for (int i = 0; i < 5; i++) {
        kit.driver.confirmAll(Confirmation.NO_ACK);
      }
      assertThat(kit.sentOctets()).containsExactly(0, 1, 2, 3, 4);
      assertThat(deliveries).hasSize(5);
    }
  }

  @Nested
  class ABusyCoProcessor {

    @Test
    void getsTheSameFrameAgainAfterAPause() {
      Outcome outcome = kit.send(CONTROL, 1, 7);
      kit.driver.confirmAll(Confirmation.BUSY);
      kit.pass(Duration.ofMillis(9));
      assertThat(kit.driver.sent).hasSize(1);
      kit.pass(Duration.ofMillis(1));
      assertThat(kit.sentOctets()).containsExactly(7, 7);
      kit.driver.confirmAll(Confirmation.DELIVERED);
      assertThat(outcome.deliveries).containsExactly(DELIVERED);
    }

    @Test
    void isAskedLessAndLessOften() {
      kit.driver.onSend = sent -> kit.driver.confirm(sent.tag(), Confirmation.BUSY);
      kit.send(CONTROL, 1, 7);
      List<Integer> tries = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int before = kit.driver.sent.size();
        kit.pass(Duration.ofSeconds(1));
        tries.add(kit.driver.sent.size() - before);
      }
      // 10, 20, 40 … 640 ms, then every 640 ms.
      assertThat(tries.get(0)).isEqualTo(6);
      assertThat(tries.subList(1, 5)).allMatch(count -> count == 1 || count == 2);
    }

    @Test
    void getsNothingElseMeanwhileAndTheBusyFrameFirst() {
      kit = MeshKit.up(8, 8);
      kit.send(OTA, 1, 0);
      kit.send(OTA, 1, 1);
      kit.driver.confirmNth(1, Confirmation.BUSY);
      kit.send(OTA, 2, 2);
      assertThat(kit.sentOctets()).containsExactly(0, 1);
      kit.driver.confirmNth(0, Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).startsWith(0, 1, 1);
    }

    @Test
    void getsAControlFrameToTheSameNodeBeforeTheImageBlockItRefused() {
      kit = MeshKit.up(2, 1);
      kit.send(OTA, 1, 0);
      kit.send(CONTROL, 1, 9);
      kit.driver.confirmNth(0, Confirmation.BUSY);
      kit.pass(Duration.ofMillis(10));
      assertThat(kit.sentOctets()).containsExactly(0, 9);
      kit.driver.confirmNth(1, Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).containsExactly(0, 9, 0);
    }

    @Test
    void getsAControlFrameThoughTheImageBlockItRefusedExpires() {
      kit = MeshKit.up(2, 1);
      Outcome block = kit.send(OTA, 1, 0, Duration.ofMillis(5));
      Outcome control = kit.send(CONTROL, 1, 9);
      kit.driver.confirmNth(0, Confirmation.BUSY);
      kit.pass(Duration.ofMillis(10));
      assertThat(block.deliveries).containsExactly(EXPIRED);
      assertThat(kit.sentOctets()).containsExactly(0, 9);
      kit.driver.confirmNth(1, Confirmation.DELIVERED);
      assertThat(control.deliveries).containsExactly(DELIVERED);
    }

    @Test
    void getsControlFramesToTheSameNodeInTheirOrder() {
      kit = MeshKit.up(2, 1);
      kit.send(OTA, 1, 0, Duration.ofMillis(5));
      kit.send(CONTROL, 1, 8);
      kit.driver.confirmNth(0, Confirmation.BUSY);
      kit.pass(Duration.ofMillis(10));
      kit.send(CONTROL, 1, 9);
      assertThat(kit.sentOctets()).containsExactly(0, 8);
      kit.driver.confirmNth(1, Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).containsExactly(0, 8, 9);
    }

    @Test
    void setsTheWindowWhichGrowsBack() {
      kit = MeshKit.up(8, 8);
      List<Outcome> outcomes = new ArrayList<>();
      // It takes three at once, whatever it said.
      kit.driver.onSend =
          sent -> {
            if (kit.driver.inFlight.size() > 3) {
              kit.driver.confirm(sent.tag(), Confirmation.BUSY);
            }
          };
      IntStream.range(0, 400).forEach(i -> outcomes.add(kit.send(CONTROL, 0x100 + i % 9, i)));
      int busy = 0;
      while (!kit.driver.inFlight.isEmpty()) {
        int before = kit.driver.sent.size();
        kit.driver.confirm(kit.driver.inFlight.keySet().iterator().next(), Confirmation.DELIVERED);
        busy += Math.max(0, kit.driver.sent.size() - before - 1);
        kit.pass(Duration.ofMillis(1));
      }
      kit.pass(Duration.ofSeconds(1));
      assertThat(outcomes).allMatch(outcome -> outcome.deliveries.equals(List.of(DELIVERED)));
      assertThat(kit.driver.sent.size()).as("frames given, most of them once").isLessThan(480);
      assertThat(busy).isLessThan(60);
    }

    @Test
    void doesNotKeepAFrameBeyondItsDeadline() {
      kit.driver.onSend = sent -> kit.driver.confirm(sent.tag(), Confirmation.BUSY);
      Outcome outcome = kit.send(CONTROL, 1, 7, Duration.ofSeconds(3));
      kit.pass(Duration.ofSeconds(4));
      assertThat(outcome.deliveries).containsExactly(EXPIRED);
    }

    @Test
    void withItsBroadcastTableFullStillTakesUnicasts() {
      Outcome broadcast = kit.send(CONTROL, 0xFFFD, 7);
      kit.driver.confirmAll(Confirmation.BUSY);
      kit.send(CONTROL, 1, 8);
      assertThat(kit.sentOctets()).containsExactly(7, 8);
      kit.pass(Duration.ofMillis(10));
      assertThat(kit.sentOctets()).containsExactly(7, 8, 7);
      kit.driver.confirmAll(Confirmation.DELIVERED);
      assertThat(broadcast.deliveries).containsExactly(DELIVERED);
    }
  }

  @Nested
  class WhenTheNetworkGoes {

    @Test
    void framesInFlightAreUnconfirmedAndWaitingOnesRefused() {
      kit = MeshKit.up(2, 1);
      Outcome flying = kit.send(CONTROL, 1, 0);
      Outcome waiting = kit.send(CONTROL, 1, 1);
      Outcome block = kit.send(OTA, 1, 2);
      kit.driver.networkDown("a test");
      assertThat(flying.deliveries).containsExactly(UNCONFIRMED);
      assertThat(waiting.deliveries).containsExactly(REFUSED);
      assertThat(block.deliveries).containsExactly(REFUSED);
      kit.pass(Duration.ofMinutes(1));
      assertThat(flying.deliveries).hasSize(1);
    }

    @Test
    void withinTheDriversSendNothingIsLost() {
      kit.driver.onSend = sent -> kit.driver.networkDown("the write failed");
      Outcome flying = kit.send(CONTROL, 1, 0);
      kit.loop.runDue();
      assertThat(flying.deliveries).containsExactly(UNCONFIRMED);
    }

    @Test
    void allStartsAfreshWhenItComesBack() {
      kit = MeshKit.up(2, 1);
      kit.send(CONTROL, 1, 0);
      kit.send(CONTROL, 1, 1);
      kit.driver.networkDown("a test");
      kit.driver.networkUp();
      Outcome outcome = kit.send(CONTROL, 1, 2);
      kit.driver.confirmAll(Confirmation.DELIVERED);
      assertThat(kit.sentOctets()).containsExactly(0, 2);
      assertThat(outcome.deliveries).containsExactly(DELIVERED);
    }

    @Test
    void aPauseForABusyCoProcessorIsOver() {
      kit.send(CONTROL, 1, 0);
      kit.driver.confirmAll(Confirmation.BUSY);
      kit.driver.networkDown("a test");
      kit.driver.networkUp();
      kit.send(CONTROL, 1, 1);
      assertThat(kit.sentOctets()).containsExactly(0, 1);
    }

    @Test
    void aListenerThatSendsAgainIsRefusedWithoutAnEnd() {
      List<Delivery> deliveries = new ArrayList<>();
      DeliveryListener stubborn =
          new DeliveryListener() {
            @Override
            public void settled(Delivery delivery) {
              deliveries.add(delivery);
              if (deliveries.size() < 50) {
                kit.mesh.send(MeshKit.frame(1, 0), OTA, TxOptions.ACKNOWLEDGED, MeshKit.LONG, this);
              }
            }
          };
      kit.mesh.send(MeshKit.frame(1, 0), OTA, TxOptions.ACKNOWLEDGED, MeshKit.LONG, stubborn);
      kit.driver.networkDown("a test");
      kit.loop.runDue();
      assertThat(deliveries).hasSize(50).startsWith(UNCONFIRMED, REFUSED);
    }
  }

  @Test
  void tagsAreUsedInTurnSoThatEachRestsAsLongAsItCan() {
    Set<Integer> tags = new HashSet<>();
    for (int i = 0; i < 256; i++) {
      kit.send(OTA, 1, 0);
      tags.add(kit.driver.sent.get(i).tag());
      kit.driver.confirmAll(Confirmation.DELIVERED);
    }
    assertThat(tags).hasSize(256);
  }

  @Test
  void theLargestWindowHasTagsEnough() {
    kit = MeshKit.up(255, 255);
    IntStream.range(0, 600).forEach(i -> kit.send(CONTROL, i % 3, 0));
    assertThat(kit.driver.inFlight).hasSize(255);
    kit.pass(Duration.ofSeconds(12));
    assertThat(kit.driver.inFlight).hasSize(255);
  }
}
