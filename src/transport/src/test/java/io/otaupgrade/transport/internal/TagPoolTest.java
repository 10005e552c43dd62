package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TagPoolTest {

  private final TagPool pool = new TagPool();

  @Test
  void noTagIsGivenTwice() {
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < 256; i++) {
      assertThat(taken.add(pool.take())).isTrue();
    }
    assertThat(taken).allMatch(tag -> tag >= 0 && tag <= 255);
  }

  @Test
  void aTagSetAsideIsNotUsedWhileThereAreOthers() {
    int aside = pool.take();
    pool.setAside(aside);
    for (int i = 0; i < 10_000; i++) {
      int tag = pool.take();
      assertThat(tag).isNotEqualTo(aside);
      pool.give(tag);
    }
  }

  @Test
  void aLateConfirmationBringsItBack() {
    int aside = pool.take();
    pool.setAside(aside);
    pool.lateConfirmation(aside);
    pool.lateConfirmation(aside);
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < 256; i++) {
      assertThat(taken.add(pool.take())).isTrue();
    }
    assertThat(taken).contains(aside);
  }

  @Test
  void whenTagsRunShortThoseSetAsideServeAgain() {
    for (int i = 0; i < 1000; i++) {
      pool.setAside(pool.take());
    }
  }

  @Test
  void anyOrderOfUseKeepsTheTagsApart() {
    Random random = new Random(20261123);
    Deque<Integer> inFlight = new ArrayDeque<>();
    Set<Integer> tags = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      if (inFlight.size() < 255 && random.nextInt(10) < 6) {
        int tag = pool.take();
        assertThat(tags.add(tag)).isTrue();
        inFlight.add(tag);
      } else if (!inFlight.isEmpty()) {
        int tag = inFlight.remove();
        tags.remove(tag);
        if (random.nextBoolean()) {
          pool.setAside(tag);
        } else {
          pool.give(tag);
        }
      }
      if (random.nextInt(5) == 0) {
        int tag = random.nextInt(256);
        pool.lateConfirmation(tag);
      }
    }
  }
}
