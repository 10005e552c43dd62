package io.otaupgrade.simulator.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TimerQueuePropertyTest {

  private record Wanted(long at, int number) {}

  @Property(tries = 100)
  void whatIsNotCancelledComesOutByTimeAndThenByOrderOfAdding(
      @ForAll @IntRange(min = 0, max = 3_000) int count,
      @ForAll @IntRange(min = 1, max = 1_000) int times,
      @ForAll @IntRange(min = 0, max = 100) int cancelPercent,
      @ForAll long seed) {
    Random random = new Random(seed);
    TimerQueue queue = new TimerQueue();
    List<Wanted> wanted = new ArrayList<>();
    List<Integer> ran = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      long at = random.nextInt(times);
      TimerQueue.Entry entry = queue.entry(at, () -> ran.add(number));
      queue.add(entry);
      if (random.nextInt(100) < cancelPercent) {
        entry.cancel();
      } else {
        wanted.add(new Wanted(at, number));
      }
    }

    boolean inOrder = true;
    long last = Long.MIN_VALUE;
    while (queue.nextAt() != TimerQueue.NONE) {
      inOrder &= queue.nextAt() >= last;
      last = queue.nextAt();
      queue.take().run();
    }

    assertThat(inOrder).isTrue();
    wanted.sort(Comparator.comparingLong(Wanted::at).thenComparingInt(Wanted::number));
    assertThat(ran).isEqualTo(wanted.stream().map(Wanted::number).toList());
  }

  @Property(tries = 20)
  void timersThatAreAlwaysCancelledDoNotPileUp(@ForAll @IntRange(min = 0, max = 100) int live) {
    TimerQueue queue = new TimerQueue();
    for (int i = 0; i < live; i++) {
      queue.add(queue.entry(i, () -> {}));
    }
    for (int i = 0; i < 100_000; i++) {
      TimerQueue.Entry entry = queue.entry(1_000_000L + i, () -> {});
      queue.add(entry);
      entry.cancel();
    }
    assertThat(queue.size()).isLessThan(2_000);
  }
}
