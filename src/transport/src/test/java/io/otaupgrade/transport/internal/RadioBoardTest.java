package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.RadioCounters;
import io.otaupgrade.api.radio.RadioListener;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.transport.internal.link.MisconfiguredRadio;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RadioBoardTest {

  private static final RadioCounters COUNTERS = new RadioCounters(1, 2, 3, 4, 5, 6, 7);

  private final Queue<Runnable> outside = new ArrayDeque<>();
  private final RadioBoard board = new RadioBoard(outside::add);
  private final Object driver = new Object();
  private final List<String> heard = new ArrayList<>();
  private final RadioListener listener = listener(heard);

  private static RadioListener listener(List<String> to) {
    return new RadioListener() {
      @Override
      public void radioChanged(RadioStatus status) {
        to.add(
            status.mesh()
                + " "
                + status.state()
                + " "
                + status.message()
                + status.network().map(network -> " on " + network.channel()).orElse(""));
      }

      @Override
      public void radioRemoved(String mesh) {
        to.add(mesh + " removed");
      }
    };
  }

  private void runOutside() {
    while (!outside.isEmpty()) {
      outside.poll().run();
    }
  }

  private void added() {
    board.added("home", driver, "znp at COM3", () -> COUNTERS);
  }

  @Test
  void aListenerHearsEveryChangeInOrderAndNotOnTheCallersThread() {
    board.addListener(listener);
    added();
    board.progress("home", "znp at COM3", RadioState.RETRYING, "busy");
    board.progress("home", "znp at COM3", RadioState.UP, "Z-Stack 3.x.0");
    board.up("home", FakeDriver.NETWORK);
    board.down("home", "unplugged");
    board.removed("home", driver);
    assertThat(heard).isEmpty();
    runOutside();

    assertThat(heard)
        .containsExactly(
            "home STARTING starting",
            "home RETRYING busy",
            "home UP Z-Stack 3.x.0 on 15",
            "home RETRYING unplugged",
            "home removed");
  }

  @Test
  void whatIsNoChangeIsNotTold() {
    board.addListener(listener);
    added();
    board.progress("home", "znp at COM3", RadioState.RETRYING, "busy");
    board.progress("home", "znp at COM3", RadioState.RETRYING, "busy");
    board.up("home", FakeDriver.NETWORK);
    board.up("home", FakeDriver.NETWORK);
    runOutside();

    assertThat(heard)
        .containsExactly(
            "home STARTING starting", "home RETRYING busy", "home UP on its network on 15");
  }

  @Test
  void aNewListenerHearsHowThingsAre() {
    added();
    board.up("home", FakeDriver.NETWORK);
    board.misconfigured(new MisconfiguredRadio("attic", "ember", "port must be said"));
    board.addListener(listener);
    runOutside();

    assertThat(heard)
        .containsExactly("attic MISCONFIGURED port must be said", "home UP on its network on 15");
  }

  @Test
  void aListenerThatLeftHearsNothingMore() {
    board.addListener(listener);
    added();
    board.removeListener(listener);
    runOutside();

    assertThat(heard).isEmpty();
  }

  @Test
  void aListenerThatThrowsKeepsNobodyFromHearing() {
    board.addListener(
        status -> {
          throw new IllegalStateException("a listener fails, as the test wants");
        });
    board.addListener(listener);
    added();
    runOutside();

    assertThat(heard).hasSize(1);
  }

  @Test
  void theStatusHasTheCountersOfNow() {
    added();
    board.up("home", FakeDriver.NETWORK);

    assertThat(board.radios())
        .containsExactly(
            new RadioStatus(
                "home",
                "znp at COM3",
                RadioState.UP,
                "on its network",
                Optional.of(FakeDriver.NETWORK),
                COUNTERS));
  }

  @Test
  void aMisconfiguredRadioShowsUntilItIsMended() {
    MisconfiguredRadio radio = new MisconfiguredRadio("home", "znp", "channel must be 11..26");
    board.misconfigured(radio);
    assertThat(board.radios())
        .extracting(RadioStatus::state)
        .containsExactly(RadioState.MISCONFIGURED);
    board.removed("home", radio);
    assertThat(board.radios()).isEmpty();
  }

  @Test
  void aDriverThatRunsIsShownRatherThanAMisconfiguredOneOfItsName() {
    MisconfiguredRadio other = new MisconfiguredRadio("home", "znp", "wrong");
    added();
    board.misconfigured(other);
    board.removed("home", other);

    assertThat(board.radios()).extracting(RadioStatus::state).containsExactly(RadioState.STARTING);
  }

  @Test
  void aMeshShowsHowItsDriverFares() {
    MeshKit kit = new MeshKit();
    List<String> told = new ArrayList<>();
    kit.board.addListener(listener(told));
    kit.driver.events().progress("fake", RadioState.MISCONFIGURED, "no permission");
    kit.driver.networkUp();
    kit.driver.networkDown("unplugged");
    kit.mesh.stop();

    assertThat(told)
        .containsExactly(
            "home STARTING starting",
            "home MISCONFIGURED no permission",
            "home UP on its network on 15",
            "home RETRYING unplugged",
            "home removed");
  }
}
