package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.spi.Confirmation;
import java.time.Duration;

/** An APS data frame to or from one device, with its repetitions when it is to be acknowledged. */
final class Unicast extends Journey {

  /** A tag that nobody wants confirmed. */
  static final int NO_TAG = -1;

  /** How long the APS waits for an acknowledgement, and how often it repeats a frame then. */
  private static final Duration ACKNOWLEDGEMENT_WAIT = Duration.ofMillis(1_600);

  private static final int MAXIMUM_REPETITIONS = 3;

  private final ApsFrame frame;
  private final boolean acknowledged;
  private final int tag;
  private boolean received;
  private boolean left;
  private boolean settled;
  private int repetitions;

  Unicast(Link link, boolean down, ApsFrame frame, boolean acknowledged, int tag) {
    super(link, down, Airtime.MPDU_OVERHEAD + frame.payload().remaining());
    this.frame = frame;
    this.acknowledged = acknowledged;
    this.tag = tag;
  }

  @Override
  void leftTheDevice() {
    if (!left) {
      left = true;
      link.station().frameLeft(frame);
    }
  }

  @Override
  void keptByParent() {
    // The coordinator's radio is done with a frame that it has handed to another parent.
    if (!acknowledged && link.hops() > 1) {
      settle(Confirmation.DELIVERED);
    }
  }

  @Override
  void expired() {
    settle(Confirmation.NO_ACK);
  }

  @Override
  void arrived() {
    boolean heard = down ? link.isOnline() : air.coordinator().isListening();
    if (!heard) {
      missed(link.hops() == 1); // only its own neighbour's silence is heard without APS ack
    } else if (air.fate().loses(frame)) {
      missed(air.fate().lossIsReported());
    } else {
      if (acknowledged) {
        new Acknowledgement(this).depart(); // before the answer that the frame may bring about
      } else {
        settle(Confirmation.DELIVERED);
      }
      if (!received) {
        received = true;
        deliver();
      }
    }
  }

  private void missed(boolean noticed) {
    if (acknowledged) {
      repeat();
    } else {
      settle(noticed ? Confirmation.NO_ACK : Confirmation.DELIVERED);
    }
  }

  /**
   * The sender sees no acknowledgement in time. The air knows that none will come, so no timer is
   * needed for the frames that are acknowledged.
   */
  void repeat() {
    if (repetitions == MAXIMUM_REPETITIONS) {
      settle(Confirmation.NO_ACK);
    } else {
      repetitions++;
      air.after(ACKNOWLEDGEMENT_WAIT, this::depart);
    }
  }

  void acknowledged() {
    settle(Confirmation.DELIVERED);
  }

  private void settle(Confirmation confirmation) {
    if (down && !settled) {
      settled = true;
      if (tag != NO_TAG) {
        air.confirmed(tag, confirmation);
      }
    }
  }

  private void deliver() {
    Fate fate = air.fate();
    if (!fate.strays()) {
      handOver();
      return;
    }
    if (fate.duplicates()) {
      air.after(Duration.ofNanos(fate.duplicateDelay()), this::handOver);
    }
    long delay = fate.delay();
    if (delay == 0) {
      handOver();
    } else {
      air.after(Duration.ofNanos(delay), this::handOver);
    }
  }

  private void handOver() {
    if (!down) {
      air.coordinator().received(frame);
    } else if (link.isOnline()) {
      link.station().received(frame);
    }
  }

  /** The acknowledgement, on its way back. */
  private static final class Acknowledgement extends Journey {
    private final Unicast unicast;

    Acknowledgement(Unicast unicast) {
      super(unicast.link, !unicast.down, Airtime.APS_ACKNOWLEDGEMENT_MPDU);
      this.unicast = unicast;
    }

    @Override
    void arrived() {
      if (air.fate().losesAcknowledgement()) {
        unicast.repeat();
      } else {
        unicast.acknowledged();
      }
    }

    @Override
    void expired() {
      unicast.repeat();
    }
  }
}
