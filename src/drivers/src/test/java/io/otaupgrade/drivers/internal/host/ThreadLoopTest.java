package io.otaupgrade.drivers.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ThreadLoopTest {

  @Test
  void whatWasGivenBeforeTheStopIsDone() throws Exception {
    ThreadLoop loop = new ThreadLoop();
    Future<Boolean> onTheLoop = loop.submit(loop::inLoop);
    loop.stop();
    assertThat(onTheLoop.get()).isTrue();
  }

  @Test
  void whatTheStopDropsIsCancelled() throws Exception {
    ThreadLoop loop = new ThreadLoop(Duration.ZERO);
    CountDownLatch begun = new CountDownLatch(1);
    Future<Boolean> endless =
        loop.submit(
            () -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return true;
            });
    begun.await();
    Future<Boolean> waiting = loop.submit(() -> true);
    loop.stop();
    assertThat(waiting).isCancelled();
    assertThatThrownBy(endless::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void nothingIsTakenAfterTheStop() {
    ThreadLoop loop = new ThreadLoop();
    loop.stop();
    assertThatThrownBy(() -> loop.submit(() -> true))
        .isInstanceOf(RejectedExecutionException.class);
    loop.execute(() -> {});
    loop.after(Duration.ZERO, () -> {}).cancel();
  }
}
