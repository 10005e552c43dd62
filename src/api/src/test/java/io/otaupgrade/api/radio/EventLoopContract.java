package io.otaupgrade.api.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What every {@link EventLoop} does, whatever its time is. A subclass makes the loop and says how
 * time passes; the tests are the same for all.
 */
public abstract class EventLoopContract {

  /** The loop under test, one for each test. */
  protected abstract EventLoop loop();

  /**
   * Lets this much of the loop's time pass, and what is due by then run. Called off the loop. For a
   * loop that has a thread of its own, waiting for a timer does.
   */
  protected void pass(Duration loopTime) {
    CountDownLatch passed = new CountDownLatch(1);
    loop().execute(() -> loop().after(loopTime, passed::countDown));
    await(passed);
  }

  /** Lets time pass, little by little, until this is so; fails when it never is. */
  protected final void passUntil(BooleanSupplier condition) {
    for (int i = 0; i < 5_000 && !condition.getAsBoolean(); i++) {
      pass(Duration.ofMillis(1));
    }
    assertThat(condition.getAsBoolean()).as("came true in time").isTrue();
  }

  /** Waits for work that is under way on the loop's thread; never long when all is well. */
  protected static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).as("done within 20 s").isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void tasksRunInTheOrderTheyWereGiven() {
    List<Integer> ran = synchronizedList();
    for (int i = 0; i < 100; i++) {
      int task = i;
      loop().execute(() -> ran.add(task));
    }
    pass(Duration.ofMillis(1));
    assertThat(ran).hasSize(100).isSorted();
  }

  @Test
  void aTaskGivenByATaskRunsAfterThoseGivenBefore() {
    List<String> ran = synchronizedList();
    loop()
        .execute(
            () -> {
              loop().execute(() -> ran.add("second"));
              loop().execute(() -> ran.add("third"));
              ran.add("first");
            });
    pass(Duration.ofMillis(1));
    assertThat(ran).containsExactly("first", "second", "third");
  }

  @Test
  void everyThreadsTasksRunInThatThreadsOrder() throws Exception {
    List<List<Integer>> ran = List.of(synchronizedList(), synchronizedList(), synchronizedList());
    List<Thread> threads = new ArrayList<>();
    for (List<Integer> mine : ran) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  int task = i;
                  loop().execute(() -> mine.add(task));
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    pass(Duration.ofMillis(1));
    assertThat(ran).allSatisfy(mine -> assertThat(mine).hasSize(1000).isSorted());
  }

  @Test
  void timersRunInTheOrderOfTheirTimes() {
    List<String> ran = synchronizedList();
    AtomicReference<Long> setting = new AtomicReference<>();
    do {
      ran.clear();
      loop()
          .execute(
              () -> {
                long start = loop().nanos();
                loop().after(Duration.ofMillis(3), () -> ran.add("3 ms"));
                loop().after(Duration.ofMillis(1), () -> ran.add("1 ms"));
                loop().after(Duration.ofMillis(2), () -> ran.add("2 ms"));
                loop().after(Duration.ofHours(1), () -> ran.add("1 h"));
                setting.set(loop().nanos() - start);
              });
      passUntil(() -> ran.size() >= 3);
      // a machine that pauses while they are set gives their times another order
    } while (setting.get() >= Duration.ofMillis(1).toNanos());
    assertThat(ran).containsExactly("1 ms", "2 ms", "3 ms");
  }

  @Test
  void aTimerNeverRunsBeforeItsTime() {
    AtomicReference<Long> waited = new AtomicReference<>();
    loop()
        .execute(
            () -> {
              long set = loop().nanos();
              loop().after(Duration.ofMillis(2), () -> waited.set(loop().nanos() - set));
            });
    passUntil(() -> waited.get() != null);
    assertThat(waited.get()).isGreaterThanOrEqualTo(Duration.ofMillis(2).toNanos());
  }

  @Test
  void aTimerMaySetAnother() {
    List<String> ran = synchronizedList();
    loop()
        .after(
            Duration.ofMillis(1),
            () -> {
              ran.add("first");
              loop().after(Duration.ofMillis(1), () -> ran.add("second"));
            });
    passUntil(() -> ran.size() >= 2);
    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void aDelayOfNothingOrLessIsDueAtOnce() {
    List<String> ran = synchronizedList();
    loop().after(Duration.ZERO, () -> ran.add("zero"));
    loop().after(Duration.ofSeconds(-5), () -> ran.add("negative"));
    passUntil(() -> ran.size() >= 2);
    assertThat(ran).containsExactlyInAnyOrder("zero", "negative");
  }

  @Test
  void aDelayBeyondAllTimeIsNoError() {
    assertThatCode(() -> loop().after(Duration.ofSeconds(Long.MAX_VALUE), () -> {}))
        .doesNotThrowAnyException();
    pass(Duration.ofMillis(1));
  }

  @Test
  void aCancelledTimerDoesNotRun() {
    List<String> ran = synchronizedList();
    loop()
        .execute(
            () -> {
              EventLoop.Timer own = loop().after(Duration.ofMillis(2), () -> ran.add("own"));
              EventLoop.Timer others = loop().after(Duration.ofMillis(2), () -> ran.add("others"));
              loop().after(Duration.ofMillis(2), () -> ran.add("kept"));
              own.cancel();
              // The loop waits for that, so that none is due before it is cancelled.
              elsewhere(others::cancel);
            });
    passUntil(() -> !ran.isEmpty());
    pass(Duration.ofMillis(2));
    assertThat(ran).containsExactly("kept");
  }

  /** Does this on another thread, and returns when it is done. */
  private static void elsewhere(Runnable task) {
    CountDownLatch done = new CountDownLatch(1);
    new Thread(
            () -> {
              task.run();
              done.countDown();
            })
        .start();
    await(done);
  }

  @Test
  void cancellingATimerAgainOrAfterwardsDoesNothing() {
    List<String> ran = synchronizedList();
    EventLoop.Timer timer = loop().after(Duration.ofMillis(1), () -> ran.add("ran"));
    passUntil(() -> !ran.isEmpty());
    timer.cancel();
    timer.cancel();
    pass(Duration.ofMillis(2));
    assertThat(ran).containsExactly("ran");
  }

  @Test
  void aTaskOrTimerThatThrowsStopsNothing() {
    List<String> ran = synchronizedList();
    loop()
        .execute(
            () -> {
              throw new IllegalStateException("a task fails, as the test wants");
            });
    loop()
        .after(
            Duration.ofMillis(1),
            () -> {
              throw new StackOverflowError("a timer fails, as the test wants");
            });
    loop().execute(() -> ran.add("task"));
    loop().after(Duration.ofMillis(2), () -> ran.add("timer"));
    passUntil(() -> ran.size() >= 2);
    assertThat(ran).containsExactly("task", "timer");
  }

  @Test
  void onlyItsTasksAndTimersAreInTheLoop() throws Exception {
    List<Boolean> inside = synchronizedList();
    loop().execute(() -> inside.add(loop().inLoop()));
    loop().after(Duration.ofMillis(1), () -> inside.add(loop().inLoop()));
    passUntil(() -> inside.size() >= 2);
    AtomicBoolean elsewhere = new AtomicBoolean(true);
    Thread other = new Thread(() -> elsewhere.set(loop().inLoop()));
    other.start();
    other.join();
    assertThat(inside).containsExactly(true, true);
    assertThat(elsewhere).isFalse();
  }

  @Test
  void nanosAndInstantPassTogetherAndNeverBackwards() {
    List<Long> nanos = synchronizedList();
    long millisBefore = loop().millis();
    for (int i = 0; i < 5; i++) {
      loop().execute(() -> nanos.add(loop().nanos()));
      pass(Duration.ofMillis(2));
    }
    assertThat(nanos).isSorted();
    assertThat(nanos.get(4) - nanos.get(0)).isGreaterThanOrEqualTo(8_000_000L);
    assertThat(loop().instant().toEpochMilli()).isGreaterThanOrEqualTo(millisBefore);
  }

  @Test
  void aHoldOnTimeMayBeClosedTwiceAndTasksRunMeanwhile() {
    List<String> ran = synchronizedList();
    EventLoop.TimeHold hold = loop().holdTime();
    loop().execute(() -> ran.add("task"));
    loop()
        .execute(
            () -> {
              hold.close();
              hold.close();
            });
    pass(Duration.ofMillis(1));
    assertThat(ran).containsExactly("task");
  }

  @Test
  void thousandsOfTimersEachRunOnceUnlessCancelled() {
    List<Integer> ran = synchronizedList();
    loop()
        .execute(
            () -> {
              List<EventLoop.Timer> timers = new ArrayList<>();
              for (int i = 0; i < 4000; i++) {
                int timer = i;
                timers.add(loop().after(Duration.ofNanos(i * 7919L % 4000), () -> ran.add(timer)));
              }
              for (int i = 1; i < 4000; i += 2) {
                timers.get(i).cancel();
              }
            });
    passUntil(() -> ran.size() >= 2000);
    assertThat(ran).hasSize(2000).doesNotHaveDuplicates().allMatch(timer -> timer % 2 == 0);
  }

  @Test
  void whatAnAssistantBringsIsDoneOnTheLoopInOrder() {
    List<String> ran = synchronizedList();
    boolean before = loop().inLoop();
    loop()
        .assist(
            () -> {
              ran.add("work " + (loop().inLoop() == before));
              loop().execute(() -> ran.add("task " + loop().inLoop()));
              // From within the loop, where none of them can run before all are given.
              loop()
                  .execute(
                      () -> {
                        loop().execute(() -> loop().execute(() -> ran.add("task of a task")));
                        loop().execute(() -> ran.add("second task"));
                      });
            },
            () -> {});
    passUntil(() -> ran.size() == 4);
    assertThat(ran).containsExactly("work true", "task true", "second task", "task of a task");
    assertThat(loop().inLoop()).isEqualTo(before);
  }

  @Test
  void assistantsOthersAndTimersNeverRunTogether() throws Exception {
    AtomicBoolean busy = new AtomicBoolean();
    List<String> together = synchronizedList();
    int[] ran = new int[1];
    Runnable task =
        () -> {
          if (!busy.compareAndSet(false, true) || !loop().inLoop()) {
            together.add(Thread.currentThread().getName());
          }
          ran[0]++;
          busy.set(false);
        };
    Runnable assist = () -> loop().assist(() -> loop().execute(task), () -> {});
    Runnable give = () -> loop().execute(task);
    Runnable set = () -> loop().after(Duration.ofNanos(1), task);
    List<Thread> threads = new ArrayList<>();
    for (Runnable kind : List.of(assist, assist, give, set)) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  kind.run();
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    AtomicReference<Integer> done = new AtomicReference<>(0);
    passUntil(
        () -> {
          loop().execute(() -> done.set(ran[0]));
          return done.get() == 8_000;
        });
    assertThat(together).isEmpty();
  }

  private static <T> List<T> synchronizedList() {
    return Collections.synchronizedList(new ArrayList<>());
  }
}
