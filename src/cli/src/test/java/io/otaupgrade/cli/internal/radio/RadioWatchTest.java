package io.otaupgrade.cli.internal.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.RadioCounters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.cli.internal.CommandFailed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RadioWatchTest {

  /** Each look at the clock takes a second, so that waiting ends without a wait. */
  private final AtomicLong clock = new AtomicLong();

  private final RadioWatch watch =
      new RadioWatch("radio", () -> clock.getAndAdd(Duration.ofSeconds(1).toNanos()));

  private static RadioStatus status(String mesh, RadioState state, String message) {
    return new RadioStatus(
        mesh, "znp at COM3", state, message, Optional.empty(), RadioCounters.NONE);
  }

  @Test
  void waitsForWhatWaitingMends() throws Exception {
    watch.radioChanged(status("radio", RadioState.STARTING, "opening"));
    watch.radioChanged(status("radio", RadioState.RETRYING, "refused"));
    watch.radioChanged(status("other", RadioState.MISCONFIGURED, "not ours"));
    watch.radioChanged(status("radio", RadioState.UP, "there"));
    assertThat(watch.awaitUp(Duration.ofSeconds(30)).message()).isEqualTo("there");
  }

  @Test
  void doesNotWaitForWhatAPersonMustMend() {
    watch.radioChanged(status("radio", RadioState.MISCONFIGURED, "no such port; there are: COM1"));
    assertThatThrownBy(() -> watch.awaitUp(Duration.ofDays(1)))
        .isInstanceOf(CommandFailed.class)
        .hasMessage("znp at COM3: no such port; there are: COM1");
  }

  @Test
  void tellsWhatWasWrongWhenTimeIsUp() {
    watch.radioChanged(status("radio", RadioState.STARTING, "opening"));
    watch.radioChanged(status("radio", RadioState.RETRYING, "connection refused"));
    watch.radioChanged(status("radio", RadioState.STARTING, "opening"));
    assertThatThrownBy(() -> watch.awaitUp(Duration.ofSeconds(3)))
        .isInstanceOf(CommandFailed.class)
        .hasMessage("znp at COM3: connection refused");
  }

  @Test
  void tellsOfARadioThatNeverShowedItself() {
    assertThatThrownBy(() -> watch.awaitUp(Duration.ofSeconds(1)))
        .isInstanceOf(CommandFailed.class)
        .hasMessage("the radio did not start within 1 s");
  }
}
