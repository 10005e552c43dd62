package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class InboxPropertyTest {

  private static final int BOUND = 8;

  private enum Event {
    CONTROL_FRAME,
    OTA_FRAME,
    TASK,
    LOOP_RUNS
  }

  /** Against a list that drops by the same rule, written the slow way. */
  @Property
  void dropsWhatTheRuleSaysAndNothingElse(
      @ForAll @Size(max = 200) List<@IntRange(max = 40) Integer> choices) {
    VirtualTimeLoop loop = VirtualTimeLoop.manual();
    LinkCounters counters = new LinkCounters();
    List<Integer> handled = new ArrayList<>();
    Inbox inbox = new Inbox(loop, BOUND, counters, frame -> handled.add(number(frame)), f -> {});

    List<Integer> expected = new ArrayList<>();
    List<Integer> waiting = new ArrayList<>();
    List<Event> kinds = new ArrayList<>();
    for (int number = 0; number < choices.size(); number++) {
      Event event = event(choices.get(number));
      kinds.add(event);
      int own = number;
      switch (event) {
        case CONTROL_FRAME -> inbox.frame(frame(number, 0x0006));
        case OTA_FRAME -> inbox.frame(frame(number, 0x0019));
        case TASK -> inbox.task(() -> handled.add(own));
        case LOOP_RUNS -> {
          loop.runDue();
          expected.addAll(waiting);
          waiting.clear();
          continue;
        }
      }
      waiting.add(number);
      if (waiting.stream().filter(each -> kinds.get(each) != Event.TASK).count() > BOUND) {
        Integer dropped =
            waiting.stream()
                .filter(each -> kinds.get(each) == Event.OTA_FRAME)
                .findFirst()
                .or(
                    () ->
                        waiting.stream()
                            .filter(each -> kinds.get(each) == Event.CONTROL_FRAME)
                            .findFirst())
                .orElseThrow();
        waiting.remove(dropped);
      }
    }
    loop.runDue();
    expected.addAll(waiting);

    assertThat(handled).isEqualTo(expected);
    long frames =
        kinds.stream().filter(k -> k == Event.CONTROL_FRAME || k == Event.OTA_FRAME).count();
    long framesHandled = handled.stream().filter(each -> kinds.get(each) != Event.TASK).count();
    assertThat(counters.framesReceived).hasValue(frames);
    assertThat(counters.otaRequestsDropped.get() + counters.framesDropped.get())
        .isEqualTo(frames - framesHandled);
  }

  private static Event event(int choice) {
    if (choice == 0) {
      return Event.LOOP_RUNS;
    }
    return choice < 15 ? Event.CONTROL_FRAME : choice < 30 ? Event.OTA_FRAME : Event.TASK;
  }

  private static ApsFrame frame(int number, int cluster) {
    return ApsFrame.from(
        1, Optional.empty(), 1, 1, 0x0104, cluster, 0, ByteBuffer.allocate(4).putInt(0, number));
  }

  private static int number(ApsFrame frame) {
    return frame.payload().getInt(frame.payload().position());
  }
}
