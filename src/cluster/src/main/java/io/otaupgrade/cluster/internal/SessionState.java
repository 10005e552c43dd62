package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.server.UpgradeReason;
import io.otaupgrade.api.server.UpgradeState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where one device's upgrade to one image stands. States are values; what happens to one gives a
 * {@link Step}: the next state and what to say. Serving blocks does not depend on it, except that
 * an upgrade which was ended on purpose gets ABORT.
 *
 * <pre>
 * state                 event                          next state                    say
 * --------------------- ------------------------------ ----------------------------- --------------
 * Offered               offered                        Offered                       NOTHING
 * Offered               block                          Downloading                   BLOCK
 * Downloading           offered, block                 Downloading                   NOTHING, BLOCK
 * Offered, Downloading, complete, immediate            Activating                    UPGRADE
 *   MoreImagesRequired, complete, on request           WaitingForActivation          WAIT
 *   WaitingForActivation
 * Offered, Downloading  time is up                     Ended STALLED                 NOTHING
 * any not ended         more images required           MoreImagesRequired            ACCEPT
 * MoreImagesRequired    block at 0                     Downloading                   BLOCK
 * MoreImagesRequired    activate                       Activating                    UPGRADE
 * WaitingForActivation  offered                        Offered                       NOTHING
 * WaitingForActivation  block at 0                     Downloading                   BLOCK
 * WaitingForActivation, complete                       Activating                    UPGRADE
 *   activation wished
 * WaitingForActivation  activate                       Activating                    UPGRADE
 * Activating            complete                       Activating                    UPGRADE
 * Activating            block at 0                     Downloading                   BLOCK
 * Activating            response not delivered         WaitingForActivation, wished  NOTHING
 * Activating            announced, when due            Activating, announced         NOTHING
 * Activating, announced runs another                   Ended REFUSED                 NOTHING
 * Activating            idle when due, runs another    Ended REFUSED                 NOTHING
 * Activating            not idle, runs another         Activating                    NOTHING
 * Activating            time is up                     Ended APPLIED_UNCONFIRMED (*) NOTHING
 * any not ended         runs the image                 Ended UPGRADED                NOTHING
 * any not ended         device failed                  Ended REFUSED or ABORTED      ACCEPT
 * any but Activating    withdrawn, aborted, left, ...  Ended ABORTED                 NOTHING
 * Ended on purpose (+)  block, complete                the same                      ABORT, REFUSE
 * Ended UPGRADED        complete                       the same                      UPGRADE
 * Ended STALLED         block, complete                the same                      TAKE_UP
 * Ended otherwise       complete                       the same                      TAKE_UP
 * Ended otherwise       block at 0, or after a while   the same                      TAKE_UP
 * any                   any other block                the same                      BLOCK
 * any                   anything else                  the same                      NOTHING
 * (*) REFUSED if it was last seen running another version after the time it was to change
 * (+) by the operator, or because the image was withdrawn
 * </pre>
 */
sealed interface SessionState {

  /** The state in the words of the api. */
  UpgradeState phase();

  /** Why, when it has ended. */
  default UpgradeReason reason() {
    return UpgradeReason.NONE;
  }

  /** The image was offered in a Query Next Image Response. */
  default Step offered() {
    return Step.stay(this);
  }

  /**
   * The device asks for octets of the image.
   *
   * @param first whether for the first ones, so that it (again) starts
   */
  Step block(boolean first, Instant now);

  /**
   * Upgrade End Request, SUCCESS.
   *
   * @param due when the device shall run the image, if at once
   */
  Step complete(ActivationPolicy policy, Instant due);

  /** Upgrade End Request, REQUIRE_MORE_IMAGE. */
  default Step moreImagesRequired() {
    return new Step(new MoreImagesRequired(), Say.ACCEPT);
  }

  /** Upgrade End Request with any other status. */
  default Step failed(UpgradeState outcome, UpgradeReason reason, Instant now) {
    return new Step(new Ended(outcome, reason, now), Say.ACCEPT);
  }

  /** Somebody wants the device to run the image from {@code due} on. */
  default Step activate(Instant due) {
    return Step.stay(this);
  }

  /** The Upgrade End Response did not get to the device. */
  default Step responseNotDelivered() {
    return Step.stay(this);
  }

  /** The device announced itself. */
  default Step announced(Instant now) {
    return Step.stay(this);
  }

  /** The device was seen running the image. */
  default Step runsTheImage(Instant now) {
    return Step.to(new Ended(UpgradeState.UPGRADED, UpgradeReason.NONE, now));
  }

  /**
   * The device was seen running another version.
   *
   * @param idle whether it looks for a new image, so that it is not about to change to this one
   */
  default Step runsAnother(boolean idle, Instant now) {
    return Step.stay(this);
  }

  /** Ended by someone else than the device. */
  default Step ended(UpgradeReason reason, Instant now) {
    return Step.to(new Ended(UpgradeState.ABORTED, reason, now));
  }

  /** Nothing happened for as long as this state may last. */
  default Step timeIsUp(Instant now) {
    return Step.stay(this);
  }

  /** Whether the upgrade is over. */
  default boolean isEnded() {
    return false;
  }

  /** What the device is to be told; what it takes to say it is in the request and the session. */
  enum Say {
    NOTHING,
    /** Image Block Response SUCCESS. */
    BLOCK,
    /** Image Block Response ABORT. */
    ABORT,
    /** Upgrade End Response with the time of {@link Activating}, now if it is over. */
    UPGRADE,
    /** Upgrade End Response that makes the device wait for another one. */
    WAIT,
    /** Default Response SUCCESS. */
    ACCEPT,
    /** Default Response ABORT to an Upgrade End Request. */
    REFUSE,
    /** Ask the session that now begins: this one is over. */
    TAKE_UP
  }

  /** The outcome of an event. */
  record Step(SessionState next, Say say) {
    static Step stay(SessionState state) {
      return new Step(state, Say.NOTHING);
    }

    static Step to(SessionState next) {
      return new Step(next, Say.NOTHING);
    }

    private static Step complete(ActivationPolicy policy, Instant due) {
      return switch (policy) {
        case IMMEDIATE -> new Step(Activating.at(due), Say.UPGRADE);
        case ON_REQUEST -> new Step(new WaitingForActivation(Optional.empty()), Say.WAIT);
      };
    }
  }

  /** The image was offered; no octet was asked for yet. */
  record Offered() implements SessionState {
    @Override
    public UpgradeState phase() {
      return UpgradeState.OFFERED;
    }

    @Override
    public Step block(boolean first, Instant now) {
      return Downloading.BLOCK;
    }

    @Override
    public Step complete(ActivationPolicy policy, Instant due) {
      return Step.complete(policy, due);
    }

    @Override
    public Step timeIsUp(Instant now) {
      return Step.to(new Ended(UpgradeState.STALLED, UpgradeReason.NO_REQUEST, now));
    }
  }

  /** Octets of the image were asked for. */
  record Downloading() implements SessionState {
    /** Said for every block, so made once. */
    static final Step BLOCK = new Step(new Downloading(), Say.BLOCK);

    @Override
    public UpgradeState phase() {
      return UpgradeState.DOWNLOADING;
    }

    @Override
    public Step block(boolean first, Instant now) {
      return BLOCK;
    }

    @Override
    public Step complete(ActivationPolicy policy, Instant due) {
      return Step.complete(policy, due);
    }

    @Override
    public Step timeIsUp(Instant now) {
      return Step.to(new Ended(UpgradeState.STALLED, UpgradeReason.NO_REQUEST, now));
    }
  }

  /** The device has this file and wants others before it runs them all. */
  record MoreImagesRequired() implements SessionState {
    @Override
    public UpgradeState phase() {
      return UpgradeState.MORE_IMAGES_REQUIRED;
    }

    @Override
    public Step block(boolean first, Instant now) {
      return first ? Downloading.BLOCK : new Step(this, Say.BLOCK);
    }

    @Override
    public Step complete(ActivationPolicy policy, Instant due) {
      return Step.complete(policy, due);
    }

    @Override
    public Step activate(Instant due) {
      return new Step(Activating.at(due), Say.UPGRADE);
    }
  }

  /**
   * The device has the whole image and waits to be told to run it.
   *
   * @param wished when it shall, if somebody said so while the device could not be reached
   */
  record WaitingForActivation(Optional<Instant> wished) implements SessionState {
    @Override
    public UpgradeState phase() {
      return UpgradeState.WAITING_FOR_ACTIVATION;
    }

    @Override
    public Step offered() {
      return Step.to(new Offered());
    }

    @Override
    public Step block(boolean first, Instant now) {
      return first ? Downloading.BLOCK : new Step(this, Say.BLOCK);
    }

    @Override
    public Step complete(ActivationPolicy policy, Instant due) {
      if (wished.isEmpty()) {
        return Step.complete(policy, due);
      }
      Instant wish = wished.get();
      return new Step(Activating.at(wish.isAfter(due) ? wish : due), Say.UPGRADE);
    }

    @Override
    public Step activate(Instant due) {
      return new Step(Activating.at(due), Say.UPGRADE);
    }
  }

  /**
   * The device was told to run the image, and has not been seen running it.
   *
   * @param due when it was to
   * @param isAnnounced whether it announced itself since, so that it has (or has not) by now
   * @param runsAnother whether it was seen running another version after the time it was to
   */
  record Activating(Instant due, boolean isAnnounced, boolean runsAnother) implements SessionState {

    /** A device does not query while it is busy with its new image, so this much is enough. */
    static final Duration SETTLING = Duration.ofSeconds(10);

    static Activating at(Instant due) {
      return new Activating(due, false, false);
    }

    @Override
    public UpgradeState phase() {
      return UpgradeState.ACTIVATING;
    }

    @Override
    public Step block(boolean first, Instant now) {
      return first ? Downloading.BLOCK : new Step(this, Say.BLOCK);
    }

    @Override
    public Step complete(ActivationPolicy policy, Instant unused) {
      return new Step(this, Say.UPGRADE);
    }

    @Override
    public Step activate(Instant sooner) {
      return Step.stay(this);
    }

    @Override
    public Step responseNotDelivered() {
      return Step.to(new WaitingForActivation(Optional.of(due)));
    }

    @Override
    public Step announced(Instant now) {
      // not the restart meant, if long before; but a device's seconds may be short
      boolean restarted = !now.isBefore(due.minus(SETTLING));
      return Step.to(new Activating(due, isAnnounced || restarted, runsAnother));
    }

    @Override
    public Step runsAnother(boolean idle, Instant now) {
      boolean settled = now.isAfter(due.plus(SETTLING));
      if (isAnnounced || (idle && settled)) {
        return Step.to(wrongVersion(now));
      }
      return Step.to(new Activating(due, false, settled));
    }

    @Override
    public Step ended(UpgradeReason reason, Instant now) {
      return Step.stay(this);
    }

    @Override
    public Step timeIsUp(Instant now) {
      return Step.to(
          runsAnother
              ? wrongVersion(now)
              : new Ended(UpgradeState.APPLIED_UNCONFIRMED, UpgradeReason.NO_EVIDENCE, now));
    }

    private static Ended wrongVersion(Instant now) {
      return new Ended(UpgradeState.REFUSED, UpgradeReason.WRONG_VERSION, now);
    }
  }

  /**
   * It is over.
   *
   * @param since for how long: requests that were under way then may still come in
   */
  record Ended(UpgradeState phase, UpgradeReason reason, Instant since) implements SessionState {

    /** Nothing that was sent before the end arrives later than this after it. */
    static final Duration STRAGGLERS = Duration.ofSeconds(10);

    @Override
    public Step block(boolean first, Instant now) {
      if (isOnPurpose()) {
        return new Step(this, Say.ABORT);
      }
      boolean straggler = !first && now.isBefore(since.plus(STRAGGLERS));
      return new Step(this, straggler && phase != UpgradeState.STALLED ? Say.BLOCK : Say.TAKE_UP);
    }

    @Override
    public Step complete(ActivationPolicy policy, Instant due) {
      if (isOnPurpose()) {
        return new Step(this, Say.REFUSE);
      }
      return new Step(this, phase == UpgradeState.UPGRADED ? Say.UPGRADE : Say.TAKE_UP);
    }

    @Override
    public Step moreImagesRequired() {
      return new Step(this, Say.ACCEPT);
    }

    @Override
    public Step failed(UpgradeState outcome, UpgradeReason unused, Instant now) {
      return new Step(this, Say.ACCEPT);
    }

    @Override
    public Step runsTheImage(Instant now) {
      return Step.stay(this);
    }

    @Override
    public Step ended(UpgradeReason another, Instant now) {
      return Step.stay(this);
    }

    @Override
    public boolean isEnded() {
      return true;
    }

    private boolean isOnPurpose() {
      return reason == UpgradeReason.ABORTED_BY_OPERATOR || reason == UpgradeReason.IMAGE_WITHDRAWN;
    }
  }
}
