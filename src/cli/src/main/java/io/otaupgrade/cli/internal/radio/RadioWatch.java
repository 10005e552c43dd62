package io.otaupgrade.cli.internal.radio;

import io.otaupgrade.api.radio.RadioListener;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.cli.internal.CommandFailed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Waits for one mesh's radio. */
public final class RadioWatch implements RadioListener {

  private final String mesh;
  private final LongSupplier nanos;
  private final BlockingQueue<RadioStatus> statuses = new LinkedBlockingQueue<>();

  /**
   * Hears nothing before it is published.
   *
   * @param nanos the clock on the wall
   */
  public RadioWatch(String mesh, LongSupplier nanos) {
    this.mesh = mesh;
    this.nanos = nanos;
  }

  @Override
  public void radioChanged(RadioStatus status) {
    if (status.mesh().equals(mesh)) {
      statuses.add(status);
    }
  }

  /**
   * Waits until the radio is on its network. What waiting may mend is waited for.
   *
   * @throws CommandFailed when it cannot be, or is not in time, with what the radio says
   */
  public RadioStatus awaitUp(Duration timeout) throws CommandFailed, InterruptedException {
    long until = nanos.getAsLong() + timeout.toNanos();
    Optional<RadioStatus> last = Optional.empty();
    while (true) {
      RadioStatus next =
          statuses.poll(Math.max(0, until - nanos.getAsLong()), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new CommandFailed(
            last.map(status -> status.radio() + ": " + status.message())
                .orElse("the radio did not start within " + timeout.toSeconds() + " s"));
      }
      if (next.state() == RadioState.UP) {
        return next;
      }
      if (next.state() == RadioState.MISCONFIGURED) {
        throw new CommandFailed(next.radio() + ": " + next.message());
      }
      if (next.state() == RadioState.RETRYING || last.isEmpty()) {
        last = Optional.of(next); // what was wrong tells more than that it is tried again
      }
    }
  }
}
