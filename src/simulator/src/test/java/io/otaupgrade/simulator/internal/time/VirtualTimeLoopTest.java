package io.otaupgrade.simulator.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.EventLoop.TimeHold;
import io.otaupgrade.api.radio.EventLoop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class VirtualTimeLoopTest {

  private final List<String> seen = new ArrayList<>();

  @Nested
  @DisplayName("run by the thread that made it")
  class Manual {

    private final VirtualTimeLoop loop = VirtualTimeLoop.manual();

    private Runnable note(String what) {
      return () -> seen.add(what + "@" + Duration.ofNanos(loop.nanos()).toMillis());
    }

    @Test
    void timersRunInOrderOfTimeAndSeeTheTimeTheyWereSetFor() {
      loop.after(Duration.ofMillis(30), note("c"));
      loop.after(Duration.ofMillis(10), note("a"));
      loop.after(Duration.ofMillis(20), note("b"));

      loop.advance(Duration.ofMillis(25));

      assertThat(seen).containsExactly("a@10", "b@20");
      assertThat(loop.instant()).isEqualTo(VirtualTimeLoop.START.plusMillis(25));
    }

    @Test
    void timersForTheSameTimeRunInTheOrderTheyWereGiven() {
      for (int i = 0; i < 100; i++) {
        loop.after(Duration.ofMillis(5), note("" + i));
      }
      loop.advance(Duration.ofMillis(5));
      assertThat(seen).hasSize(100);
      for (int i = 0; i < 100; i++) {
        assertThat(seen.get(i)).isEqualTo(i + "@5");
      }
    }

    @Test
    void aTaskGivenByATaskRunsBeforeTimeAdvances() {
      loop.after(Duration.ofMillis(1), () -> loop.execute(note("task")));
      loop.after(Duration.ofMillis(2), note("timer"));
      loop.runUntilIdle();
      assertThat(seen).containsExactly("task@1", "timer@2");
    }

    @Test
    void tasksThatKeepGivingTasksDoNotStarveATimerThatIsDue() {
      int[] rounds = {0};
      Runnable[] again = new Runnable[1];
      again[0] =
          () -> {
            if (rounds[0]++ < 1_000) {
              loop.execute(again[0]);
            }
          };
      loop.execute(again[0]);
      loop.after(Duration.ZERO, () -> seen.add("after " + rounds[0]));
      loop.runDue();
      assertThat(seen).containsExactly("after 1");
      assertThat(rounds[0]).isEqualTo(1_001);
    }

    @Test
    void aCancelledTimerDoesNotRunEvenWhenItsTimeHasCome() {
      Timer[] second = new Timer[1];
      loop.after(Duration.ofMillis(1), () -> second[0].cancel());
      second[0] = loop.after(Duration.ofMillis(1), note("cancelled"));
      loop.runUntilIdle();
      assertThat(seen).isEmpty();
    }

    @Test
    void whatATaskThrowsComesOutOfTheCallAfterTheOthersHaveRun() {
      loop.execute(
          () -> {
            throw new IllegalArgumentException("first");
          });
      loop.execute(note("second"));
      assertThatThrownBy(loop::runDue).isInstanceOf(IllegalArgumentException.class);
      assertThat(seen).containsExactly("second@0");
      loop.runDue();
    }

    @Test
    void timeStandsStillWhileAnyHoldIsOpenButWhatIsDueRuns() {
      TimeHold one = loop.holdTime();
      TimeHold two = loop.holdTime();
      loop.execute(note("due"));
      loop.after(Duration.ofMillis(1), note("later"));

      assertThat(loop.advance(Duration.ofSeconds(1))).isFalse();
      one.close();
      one.close();
      assertThat(loop.advance(Duration.ofSeconds(1))).isFalse();
      assertThat(seen).containsExactly("due@0");

      two.close();
      assertThat(loop.advance(Duration.ofSeconds(1))).isTrue();
      assertThat(seen).containsExactly("due@0", "later@1");
    }

    @Test
    void runUntilStopsAtTheTimeItsConditionBecameTrue() {
      loop.after(Duration.ofSeconds(3), note("x"));
      assertThat(loop.runUntil(() -> !seen.isEmpty(), Duration.ofMinutes(1))).isTrue();
      assertThat(loop.nanos()).isEqualTo(3_000_000_000L);
      assertThat(loop.runUntil(() -> seen.size() == 2, Duration.ofMinutes(1))).isFalse();
      assertThat(loop.nanos()).isEqualTo(63_000_000_000L);
    }

    @Test
    void aDelayBeyondTheEndOfTimeNeverComes() {
      loop.after(Duration.ofSeconds(Long.MAX_VALUE), note("never"));
      loop.advance(Duration.ofDays(10_000));
      assertThat(seen).isEmpty();
    }

    @Test
    void anotherThreadIsNotOnTheLoopAndMayNotRunIt() {
      assertThat(loop.inLoop()).isTrue();
      assertThat(CompletableFuture.supplyAsync(loop::inLoop).join()).isFalse();
      assertThatThrownBy(() -> CompletableFuture.runAsync(loop::runDue).join())
          .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatOtherThreadsGiveRunsInTheirOrder() {
      CompletableFuture.runAsync(
              () -> {
                loop.execute(note("a"));
                loop.after(Duration.ofMillis(1), note("c"));
                loop.execute(note("b"));
              })
          .join();
      loop.runUntilIdle();
      assertThat(seen).containsExactly("a@0", "b@0", "c@1");
    }
  }

  @Nested
  @DisplayName("with a thread of its own")
  class Started {

    @Test
    void anHourPassesInNoTime() throws Exception {
      try (VirtualTimeLoop loop = VirtualTimeLoop.started("test")) {
        CompletableFuture<Long> nanos = new CompletableFuture<>();
        loop.after(Duration.ofHours(1), () -> nanos.complete(loop.nanos()));
        assertThat(nanos.get(10, TimeUnit.SECONDS)).isEqualTo(3_600_000_000_000L);
      }
    }

    @Test
    void timeWaitsForAHoldToClose() throws Exception {
      try (VirtualTimeLoop loop = VirtualTimeLoop.started("test")) {
        TimeHold hold = loop.holdTime();
        CountDownLatch later = new CountDownLatch(1);
        CompletableFuture<Long> now = new CompletableFuture<>();
        loop.after(Duration.ofSeconds(1), later::countDown);
        loop.execute(() -> now.complete(loop.nanos()));
        assertThat(now.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(later.getCount()).isEqualTo(1);
        hold.close();
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
      }
    }

    @Test
    void itGoesOnAfterATaskThatThrows() throws Exception {
      try (VirtualTimeLoop loop = VirtualTimeLoop.started("test")) {
        CountDownLatch next = new CountDownLatch(1);
        loop.execute(
            () -> {
              throw new IllegalStateException("expected by the test");
            });
        loop.execute(next::countDown);
        assertThat(next.await(10, TimeUnit.SECONDS)).isTrue();
      }
    }

    @Test
    void closingRunsWhatWasPostedBeforeAndDropsWhatComesAfter() {
      VirtualTimeLoop loop = VirtualTimeLoop.started("test");
      CountDownLatch before = new CountDownLatch(1);
      CountDownLatch after = new CountDownLatch(1);
      TimeHold hold = loop.holdTime();
      loop.after(Duration.ofMillis(1), after::countDown);
      loop.execute(before::countDown);
      loop.close();
      loop.execute(after::countDown);
      hold.close();
      assertThat(before.getCount()).isZero();
      assertThat(after.getCount()).isEqualTo(1);
    }

    @Test
    void closingEndsALoopWhoseTasksNeverEnd() {
      VirtualTimeLoop loop = VirtualTimeLoop.started("test");
      Runnable[] again = new Runnable[1];
      again[0] = () -> loop.execute(again[0]);
      loop.execute(again[0]);
      loop.close();
      assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void manyThreadsPostAndEveryTaskRunsOnceOnTheLoop() throws Exception {
      try (VirtualTimeLoop loop = VirtualTimeLoop.started("test")) {
        int[] ran = {0};
        List<CompletableFuture<Void>> posters = new ArrayList<>();
        for (int poster = 0; poster < 4; poster++) {
          posters.add(
              CompletableFuture.runAsync(
                  () -> {
                    for (int i = 0; i < 10_000; i++) {
                      loop.execute(() -> ran[0]++);
                    }
                  }));
        }
        posters.forEach(CompletableFuture::join);
        CompletableFuture<Integer> total = new CompletableFuture<>();
        loop.execute(() -> total.complete(ran[0]));
        assertThat(total.get(10, TimeUnit.SECONDS)).isEqualTo(40_000);
      }
    }
  }
}
