package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.transport.internal.MeshKit.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever senders, co-processor and time do: the sender keeps the rules, see {@link FakeDriver}.
 */
class SendSchedulerPropertyTest {

  private static final int[] ADDRESSES = {0x0001, 0x0002, 0x1234, 0xFFF7, 0xFFFD, 0xFFFE};

  private static final List<Confirmation> CONFIRMATIONS = List.of(Confirmation.values());

  /** One thing that happens. */
  private record Step(int kind, int choice) {}

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            // Many more frames and confirmations than anything else.
            Arbitraries.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5),
            Arbitraries.integers().between(0, 1 << 16))
        .as(Step::new);
  }

  @Property(tries = 1500)
  void everyFrameHasExactlyOneOutcomeAndTheLimitsAreKept(
      @ForAll @IntRange(min = 1, max = 12) int framesInFlight,
      @ForAll @IntRange(min = 1, max = 12) int perNode,
      @ForAll @Size(max = 200) List<@From("steps") Step> steps) {
    MeshKit kit = new MeshKit(Settings.of(Map.of("queueLimit", 20)), Optional.empty());
    kit.driver.limits = new RadioLimits(framesInFlight, Math.min(perNode, framesInFlight));
    kit.driver.networkUp();
    List<Outcome> outcomes = new ArrayList<>();
    boolean up = true;
    for (Step step : steps) {
      switch (step.kind) {
        case 0 -> outcomes.add(send(kit, step.choice));
        case 1 -> confirm(kit, step.choice);
        case 2 -> kit.pass(Duration.ofMillis(step.choice % 900));
        case 3 -> kit.pass(Duration.ofSeconds(12));
        case 4 -> answerAtOnce(kit, step.choice);
        default -> {
          if (up) {
            kit.driver.networkDown("a test");
          } else {
            kit.driver.networkUp();
          }
          up = !up;
        }
      }
      assertThat(outcomes).allMatch(outcome -> outcome.deliveries.size() <= 1);
      assertThat(kit.driver.broken).isEmpty();
    }
    if (up) {
      kit.driver.networkDown("the end");
    }
    kit.loop.runDue();
    assertThat(outcomes).allMatch(outcome -> outcome.deliveries.size() == 1);
    kit.pass(Duration.ofMinutes(20));
    assertThat(outcomes).allMatch(outcome -> outcome.deliveries.size() == 1);
    assertThat(kit.driver.broken).isEmpty();
  }

  @Property(tries = 500)
  void allGoesThroughWhenTheCoProcessorWorks(
      @ForAll @IntRange(min = 1, max = 12) int framesInFlight,
      @ForAll @Size(max = 200) List<@From("steps") Step> steps) {
    MeshKit kit = MeshKit.up(framesInFlight, 1);
    List<Outcome> outcomes = new ArrayList<>();
    for (Step step : steps) {
      outcomes.add(
          kit.send(
              step.choice % 3 == 0 ? Priority.CONTROL : Priority.OTA,
              ADDRESSES[step.choice % 5],
              step.choice & 0xFF));
      if (step.kind == 1) {
        kit.driver.confirmAll(step.choice % 4 == 0 ? Confirmation.BUSY : Confirmation.DELIVERED);
      }
    }
    for (int i = 0; i < 2 * steps.size() + 2; i++) {
      kit.driver.confirmAll(Confirmation.DELIVERED);
      kit.pass(Duration.ofMillis(700));
    }
    assertThat(outcomes)
        .allMatch(outcome -> outcome.deliveries.equals(List.of(Delivery.DELIVERED)));
    assertThat(kit.driver.broken).isEmpty();
  }

  private static Outcome send(MeshKit kit, int choice) {
    Priority priority = choice % 3 == 0 ? Priority.CONTROL : Priority.OTA;
    int address = ADDRESSES[(choice >> 2) % ADDRESSES.length];
    return kit.send(priority, address, choice & 0xFF, Duration.ofMillis((choice >> 5) % 1500));
  }

  private static void confirm(MeshKit kit, int choice) {
    List<Integer> tags = List.copyOf(kit.driver.inFlight.keySet());
    Confirmation confirmation = CONFIRMATIONS.get(choice % CONFIRMATIONS.size());
    if (tags.isEmpty() || choice % 17 == 0) {
      // Nonsense from the co-processor.
      int tag = choice % 300;
      if (!kit.driver.inFlight.containsKey(tag)) {
        kit.driver.events().confirmed(tag, confirmation);
      }
    } else {
      kit.driver.confirm(tags.get((choice >> 3) % tags.size()), confirmation);
    }
  }

  private static void answerAtOnce(MeshKit kit, int choice) {
    kit.driver.onSend =
        choice % 3 == 0
            ? sent -> {}
            : sent -> {
              if (sent.tag() % 4 == choice % 4) {
                kit.driver.confirm(sent.tag(), CONFIRMATIONS.get(choice % CONFIRMATIONS.size()));
              }
            };
  }
}
