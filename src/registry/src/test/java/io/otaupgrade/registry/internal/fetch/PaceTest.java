package io.otaupgrade.registry.internal.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final OptionalLong GOOD = OptionalLong.empty();

  private final Pace pace = new Pace(100, Duration.ofMinutes(1));

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void exactlyTheSlowestRateIsGoodEnough() {
    pace.resume(0);
    pace.received(6000, 0);
    assertEquals(GOOD, pace.tooFew(seconds(60)));
    pace.received(5999, 0);
    assertEquals(OptionalLong.of(5999), pace.tooFew(seconds(120)));
  }

  @Test
  void nothingIsJudgedBeforeTheWindowEnds() {
    pace.resume(0);
    assertEquals(GOOD, pace.tooFew(seconds(59)));
    assertEquals(OptionalLong.of(0), pace.tooFew(seconds(60)));
  }

  @Test
  void timeSpentInTheSinkDoesNotCount() {
    pace.resume(0);
    pace.pause();
    assertEquals(GOOD, pace.tooFew(seconds(500)));
    pace.received(1, seconds(500));
    assertEquals(GOOD, pace.tooFew(seconds(559)));
    assertEquals(OptionalLong.of(1), pace.tooFew(seconds(560)));
  }

  @Test
  void aNewRequestHasANewWindow() {
    pace.resume(0);
    pace.resume(seconds(59));
    assertEquals(GOOD, pace.tooFew(seconds(60)));
  }
}
