package io.otaupgrade.api.image;

/** Which running versions an image is offered to; versions compare unsigned. */
public enum VersionPolicy {
  /** Lower ones only. */
  NEWER,
  /** Every other one: downgrades too. */
  DIFFERENT,
  /** Every one, the same included; most devices ignore an offer of what they run. */
  ANY;

  /** Whether a device that runs {@code running} is offered {@code offered}. */
  public boolean offers(long offered, long running) {
    return switch (this) {
      case NEWER -> offered > running;
      case DIFFERENT -> offered != running;
      case ANY -> true;
    };
  }
}
