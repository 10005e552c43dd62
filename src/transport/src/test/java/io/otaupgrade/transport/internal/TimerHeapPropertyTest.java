package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TimerHeapPropertyTest {

  @Property
  void timersComeInOrderAndRemovedOnesNotAtAll(
      @ForAll @Size(max = 200) List<@IntRange(max = 40) Integer> dues,
      @ForAll List<Byte> removals) {
    TimerHeap heap = new TimerHeap();
    List<int[]> expected = new ArrayList<>();
    List<TimerHeap.Entry> entries = new ArrayList<>();
    List<Integer> came = new ArrayList<>();
    for (int i = 0; i < dues.size(); i++) {
      int timer = i;
      TimerHeap.Entry entry = new TimerHeap.Entry(dues.get(i), () -> came.add(timer));
      heap.add(entry);
      entries.add(entry);
      expected.add(new int[] {timer, dues.get(i)});
    }
    for (byte removal : removals) {
      int victim = removal & 0xFF;
      if (victim < entries.size()) {
        heap.remove(entries.get(victim));
        expected.removeIf(timer -> timer[0] == victim);
      }
    }
    assertThat(heap.size()).isEqualTo(expected.size());
    long last = Long.MIN_VALUE;
    while (heap.nextDue() != TimerHeap.NONE) {
      assertThat(heap.nextDue()).isGreaterThanOrEqualTo(last);
      last = heap.nextDue();
      heap.take().run();
    }
    expected.sort(Comparator.<int[]>comparingInt(timer -> timer[1]).thenComparingInt(t -> t[0]));
    assertThat(came).containsExactlyElementsOf(expected.stream().map(timer -> timer[0]).toList());
  }
}
