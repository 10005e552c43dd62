package io.otaupgrade.api.image;

import java.util.Optional;
import java.util.Set;

/**
 * A snapshot of one registration.
 *
 * @param url as it was given
 * @param holders device ids; empty for an operator's image
 * @param mesh the mesh it is for; empty = all
 * @param previousVersion the file version that this driver type had registered before; empty = none
 */
public record ImageRegistration(
    ImageKey key,
    FirmwareImage image,
    String url,
    Set<Integer> holders,
    Optional<String> mesh,
    ImageSelectors selectors,
    VersionPolicy versionPolicy,
    Optional<Long> previousVersion) {
  public ImageRegistration {
    holders = Set.copyOf(holders);
  }

  /** Whether it was registered by an operator, not by a driver. */
  public boolean isOperators() {
    return key.driverTypeId().equals(ImageKey.OPERATOR);
  }
}
