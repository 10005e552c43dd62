package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InboxTest {

  private static final int ON_OFF = 0x0006;
  private static final int OTA = 0x0019;
  private static final int BOUND = 4;

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final LinkCounters counters = new LinkCounters();
  private final List<Object> handled = new ArrayList<>();
  private final List<RadioFault> faults = new ArrayList<>();
  private final Inbox inbox =
      new Inbox(
          loop, BOUND, counters, frame -> handled.add(frame.payload().get(0) & 0xFF), faults::add);

  @Test
  void framesAndTasksKeepTheirOrderAndRunOnTheLoop() {
    inbox.frame(frame(1, OTA));
    inbox.task(() -> handled.add("confirmed"));
    inbox.frame(frame(2, ON_OFF));
    assertThat(handled).as("nothing runs on the reader's thread").isEmpty();

    loop.runDue();

    assertThat(handled).containsExactly(1, "confirmed", 2);
    assertThat(counters.framesReceived).hasValue(2);
  }

  @Test
  void whatComesAfterAllWasHandledIsHandledToo() {
    inbox.frame(frame(1, ON_OFF));
    loop.runDue();
    inbox.frame(frame(2, ON_OFF));
    loop.runDue();
    inbox.task(() -> handled.add("task"));
    loop.runDue();

    assertThat(handled).containsExactly(1, 2, "task");
  }

  @Test
  void belowTheBoundNothingIsDropped() {
    IntStream.range(0, BOUND).forEach(i -> inbox.frame(frame(i, OTA)));
    loop.runDue();

    assertThat(handled).containsExactly(0, 1, 2, 3);
    assertThat(counters.snapshot().otaRequestsDropped()).isZero();
    assertThat(counters.snapshot().framesDropped()).isZero();
  }

  @Test
  void pastTheBoundTheOldestOtaRequestIsDropped() {
    inbox.frame(frame(1, ON_OFF));
    inbox.frame(frame(2, OTA));
    inbox.frame(frame(3, OTA));
    inbox.frame(frame(4, ON_OFF));
    inbox.frame(frame(5, ON_OFF));
    loop.runDue();

    assertThat(handled).containsExactly(1, 3, 4, 5);
    assertThat(counters.otaRequestsDropped).hasValue(1);
    assertThat(counters.framesDropped).hasValue(0);
    assertThat(counters.framesReceived).hasValue(5);
  }

  @Test
  void anOtaRequestDoesNotPushControlFramesOut() {
    IntStream.range(0, BOUND).forEach(i -> inbox.frame(frame(i, ON_OFF)));
    inbox.frame(frame(9, OTA));
    loop.runDue();

    assertThat(handled).containsExactly(0, 1, 2, 3);
    assertThat(counters.otaRequestsDropped).hasValue(1);
  }

  @Test
  void withoutOtaRequestsTheOldestFrameIsDropped() {
    IntStream.rangeClosed(0, BOUND).forEach(i -> inbox.frame(frame(i, ON_OFF)));
    loop.runDue();

    assertThat(handled).containsExactly(1, 2, 3, 4);
    assertThat(counters.framesDropped).hasValue(1);
    assertThat(counters.otaRequestsDropped).hasValue(0);
  }

  @Test
  void zdoFramesAreNoOtaRequestsWhateverTheirNumber() {
    inbox.frame(
        ApsFrame.from(1, Optional.empty(), 0, 0, 0x0000, OTA, 0, ByteBuffer.wrap(new byte[] {1})));
    IntStream.rangeClosed(2, BOUND + 1).forEach(i -> inbox.frame(frame(i, OTA)));
    loop.runDue();

    assertThat(handled).containsExactly(1, 3, 4, 5);
  }

  @Test
  void tasksAreNeverDroppedAndDoNotCountAsFrames() {
    for (int i = 0; i < 10 * BOUND; i++) {
      inbox.task(() -> handled.add("task"));
    }
    IntStream.rangeClosed(0, BOUND).forEach(i -> inbox.frame(frame(i, OTA)));
    loop.runDue();

    assertThat(handled).hasSize(11 * BOUND).endsWith(1, 2, 3, 4);
    assertThat(counters.otaRequestsDropped).hasValue(1);
  }

  @Test
  void whatWasHandledMakesRoom() {
    for (int i = 0; i < 10 * BOUND; i++) {
      inbox.frame(frame(i, OTA));
      loop.runDue();
    }

    assertThat(handled).hasSize(10 * BOUND);
    assertThat(counters.otaRequestsDropped).hasValue(0);
  }

  @Test
  void aTaskThatThrowsKeepsNothingElseFromRunning() {
    inbox.task(
        () -> {
          throw new IllegalStateException("a task fails, as the test wants");
        });
    inbox.frame(frame(1, OTA));
    assertThatThrownBy(loop::runDue).isInstanceOf(IllegalStateException.class);
    loop.runDue();

    assertThat(handled).containsExactly(1);
  }

  @Test
  void othersHaveTheirTurnWhileManyWait() {
    for (int i = 0; i < 1000; i++) {
      inbox.task(() -> handled.add("inbox"));
    }
    loop.execute(() -> handled.add("other"));
    loop.runDue();

    assertThat(handled).hasSize(1001);
    assertThat(handled.indexOf("other")).isLessThan(100);
  }

  @Test
  void afterCloseNothingIsHandled() {
    inbox.frame(frame(1, OTA));
    inbox.close();
    inbox.frame(frame(2, OTA));
    inbox.task(() -> handled.add("task"));
    loop.advance(Duration.ofSeconds(1));

    assertThat(handled).isEmpty();
  }

  @Test
  void aTaskMayCloseIt() {
    inbox.task(inbox::close);
    inbox.frame(frame(1, OTA));
    loop.runDue();

    assertThat(handled).isEmpty();
  }

  @Test
  void aFloodOfTasksIsAFaultAndNotMemory() {
    for (int i = 0; i < Inbox.OTHERS_BOUND + 10; i++) {
      inbox.task(() -> handled.add("task"));
    }
    loop.runDue();

    assertThat(faults).hasSize(1);
    assertThat(faults.get(0).lasting()).isFalse();
    assertThat(handled).isEmpty();
  }

  private static ApsFrame frame(int octet, int cluster) {
    return ApsFrame.from(
        0x1234,
        Optional.empty(),
        1,
        1,
        0x0104,
        cluster,
        255,
        ByteBuffer.wrap(new byte[] {(byte) octet}));
  }
}
