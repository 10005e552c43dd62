package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.EventLoopContract;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RealTimeLoopTest extends EventLoopContract {

  private final RealTimeLoop loop = RealTimeLoop.start("attic");

  @Override
  protected EventLoop loop() {
    return loop;
  }

  @AfterEach
  void end() {
    loop.close();
  }

  @Test
  void itsThreadBearsTheNameOfTheMesh() {
    AtomicReference<String> name = new AtomicReference<>();
    loop.execute(() -> name.set(Thread.currentThread().getName()));
    pass(Duration.ZERO);
    assertThat(name).hasValue("ota-mesh-attic");
  }

  @Test
  void closingEndsTheThreadAfterTheTasksGivenBefore() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    List<String> ran = new CopyOnWriteArrayList<>();
    loop.execute(
        () -> {
          thread.set(Thread.currentThread());
          ran.add("task");
          loop.execute(() -> loop.execute(() -> ran.add("given by a task")));
        });
    loop.after(Duration.ofHours(1), () -> ran.add("timer"));
    loop.close();
    assertThat(thread.get().isAlive()).isFalse();
    assertThat(ran).containsExactly("task", "given by a task");
  }

  @Test
  void aClosedLoopRunsNothingMore() {
    loop.close();
    loop.execute(() -> Thread.currentThread().interrupt());
    loop.after(Duration.ZERO, () -> Thread.currentThread().interrupt()).cancel();
    loop.close();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aTaskMayCloseTheLoop() throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch closed = new CountDownLatch(1);
    loop.execute(
        () -> {
          thread.set(Thread.currentThread());
          loop.close();
          closed.countDown();
        });
    await(closed);
    thread.get().join(20_000);
    assertThat(thread.get().isAlive()).isFalse();
  }

  @Test
  void tasksThatNeverEndCannotKeepAClosedLoopAlive() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    loop.execute(
        new Runnable() {
          @Override
          public void run() {
            thread.set(Thread.currentThread());
            loop.execute(this);
          }
        });
    pass(Duration.ofMillis(1));
    loop.close();
    assertThat(thread.get().isAlive()).isFalse();
  }

  @Test
  void cancelledTimersLeaveNothingBehind() {
    for (int i = 0; i < 1000; i++) {
      loop.after(Duration.ofHours(1), () -> {}).cancel();
    }
    AtomicReference<Integer> waiting = new AtomicReference<>();
    loop.execute(() -> waiting.set(loop.waitingTimers()));
    pass(Duration.ZERO);
    assertThat(waiting).hasValue(0);
  }

  @Test
  void anInterruptDoesNotEndIt() {
    loop.execute(() -> Thread.currentThread().interrupt());
    List<String> ran = new CopyOnWriteArrayList<>();
    loop.after(Duration.ofMillis(2), () -> ran.add("timer"));
    passUntil(() -> !ran.isEmpty());
    assertThat(ran).containsExactly("timer");
  }

  @Test
  void anAssistantDoesItsTasksItselfWhileTheLoopRests() {
    loop.after(Duration.ofHours(1), () -> {});
    assistUntilTaken(() -> {});
    assertThat(loop.inLoop()).isFalse();
    List<String> ran = new CopyOnWriteArrayList<>();
    assistUntilTaken(() -> loop.after(Duration.ofMillis(2), () -> ran.add("timer")));
    passUntil(() -> !ran.isEmpty());
  }

  @Test
  void anAssistantThatIsHeldUpIsTold() {
    CountDownLatch told = new CountDownLatch(1);
    AtomicReference<Thread> teller = new AtomicReference<>();
    assistUntilTaken(
        () -> await(told),
        () -> {
          teller.set(Thread.currentThread());
          told.countDown();
        });
    assertThat(teller.get()).isNotNull().isNotSameAs(Thread.currentThread());
  }

  @Test
  void anInterruptByATaskDoesNotReachTheAssistant() {
    assistUntilTaken(() -> Thread.currentThread().interrupt());
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private void assistUntilTaken(Runnable task) {
    assistUntilTaken(task, () -> {});
  }

  /** Assists until the task ran on this thread: as often as it takes for the loop to be at rest. */
  private void assistUntilTaken(Runnable task, Runnable heldUp) {
    Thread assistant = Thread.currentThread();
    AtomicReference<Thread> took = new AtomicReference<>();
    passUntil(
        () -> {
          if (took.get() == assistant) {
            return true;
          }
          CountDownLatch done = new CountDownLatch(1);
          loop.assist(
              () ->
                  loop.execute(
                      () -> {
                        took.set(Thread.currentThread());
                        if (took.get() == assistant) {
                          task.run();
                        }
                        done.countDown();
                      }),
              heldUp);
          await(done);
          return took.get() == assistant;
        });
  }
}
