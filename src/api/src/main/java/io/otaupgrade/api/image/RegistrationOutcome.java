package io.otaupgrade.api.image;

import java.util.Optional;

/**
 * How a registration ended.
 *
 * @param registration present when {@link Verdict#REGISTERED}
 * @param detail for a person: the field and the numbers; empty when there is nothing to say
 */
public record RegistrationOutcome(
    Verdict verdict, Optional<ImageRegistration> registration, String detail) {

  /** What became of the request. */
  public enum Verdict {
    /** It is registered now, or was already with the same octets. */
    REGISTERED,
    /** The URL could not be read, or not within the limits. */
    ACCESS_FAILED,
    /** The octets are no OTA image, or not the one announced. */
    VALIDATION_FAILED,
    /** The same key is registered with other octets, or an argument is no good. */
    INVALID_DATA,
    /** Another device id holds an image of this driver type under another driver version. */
    INCOMPATIBLE_DRIVER_VERSION,
    /**
     * An operator's image without selectors, where another image has the same manufacturer and
     * type.
     */
    SELECTORS_REQUIRED,
    /** {@link PendingRegistration#cancel} came first. */
    CANCELLED,
    /** The store failed: disk full, quota, or a fault of ours. */
    FAILED
  }

  /** A registration that is there. */
  public static RegistrationOutcome registered(ImageRegistration registration) {
    return new RegistrationOutcome(Verdict.REGISTERED, Optional.of(registration), "");
  }

  /** A registration that is not. */
  public static RegistrationOutcome rejected(Verdict verdict, String detail) {
    return new RegistrationOutcome(verdict, Optional.empty(), detail);
  }
}
