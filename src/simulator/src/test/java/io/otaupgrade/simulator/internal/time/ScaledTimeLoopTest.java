package io.otaupgrade.simulator.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScaledTimeLoopTest {

  @Test
  void aMinuteAtAFactorOf600TakesATenthOfASecond() throws Exception {
    long before = System.nanoTime();
    try (ScaledTimeLoop loop = ScaledTimeLoop.started("test", 600)) {
      long start = loop.nanos();
      CompletableFuture<Long> nanos = new CompletableFuture<>();
      loop.after(Duration.ofMinutes(1), () -> nanos.complete(loop.nanos()));
      assertThat(nanos.get(10, TimeUnit.SECONDS) - start).isGreaterThanOrEqualTo(60_000_000_000L);
    }
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(100_000_000L);
  }

  @Test
  void aChainOfTimersDoesNotDrift() throws Exception {
    try (ScaledTimeLoop loop = ScaledTimeLoop.started("test", 100)) {
      List<Long> times = new ArrayList<>();
      CompletableFuture<List<Long>> done = new CompletableFuture<>();
      Runnable[] step = new Runnable[1];
      step[0] =
          () -> {
            times.add(loop.nanos());
            if (times.size() == 500) {
              done.complete(times);
            } else {
              loop.after(Duration.ofMillis(5), step[0]);
            }
          };
      loop.execute(step[0]);
      List<Long> seen = done.get(20, TimeUnit.SECONDS);
      for (int i = 1; i < seen.size(); i++) {
        assertThat(seen.get(i) - seen.get(i - 1)).isEqualTo(5_000_000L);
      }
    }
  }

  @Test
  void timeReadElsewhereNeverRunsAheadOfTheLoop() throws Exception {
    try (ScaledTimeLoop loop = ScaledTimeLoop.started("test", 1_000)) {
      for (int i = 0; i < 1_000; i++) {
        long elsewhere = loop.nanos();
        CompletableFuture<Long> inside = new CompletableFuture<>();
        loop.execute(() -> inside.complete(loop.nanos()));
        assertThat(inside.get(10, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(elsewhere);
        loop.after(Duration.ofMillis(1), () -> {});
      }
    }
  }

  @Test
  void aFactorOutsideItsRangeIsRefused() {
    assertThatThrownBy(() -> ScaledTimeLoop.started("test", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("factor must be 0.01..10000, was 0.0");
  }
}
