package io.otaupgrade.api.image;

import java.util.Optional;
import java.util.Set;

/**
 * Something happened in the registry.
 *
 * @param registration as it is after the event, or was before its removal; empty for fetches
 * @param deviceIds the device ids that the event is about: the new holder, the one that withdrew,
 *     all of a registration that was removed or replaced; empty for fetches
 */
public record ImageEvent(
    Kind kind, Optional<ImageRegistration> registration, Set<Integer> deviceIds) {
  public ImageEvent {
    deviceIds = Set.copyOf(deviceIds);
  }

  /** What happened. */
  public enum Kind {
    /** A new registration. */
    REGISTERED,
    /** Another holder for a registration that was there. */
    HOLDER_ADDED,
    /** A holder withdrew, others are left. */
    HOLDER_WITHDRAWN,
    /** A registration is gone: its last holder withdrew, or another version took its place. */
    REMOVED,
    /** A fetch began; pairs with {@link #FETCH_ENDED}, which comes after what it led to. */
    FETCH_BEGAN,
    /** A fetch is over, whatever came of it. */
    FETCH_ENDED
  }
}
