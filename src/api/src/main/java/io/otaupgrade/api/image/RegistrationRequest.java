package io.otaupgrade.api.image;

import java.util.Optional;
import java.util.Set;

/**
 * What shall be registered.
 *
 * @param driverTypeId file name of the driver package, or {@link ImageKey#OPERATOR}
 * @param driverVersion 0..0xFFFFFFFF
 * @param holders the device ids that hold it: one for a driver's image, none for an operator's
 * @param manufacturerId what the header must say, 0..0xFFFF; for an operator's image empty = as the
 *     header says
 * @param imageTypeId what the header must say, 0..0xFFFF; for an operator's image empty = as the
 *     header says
 * @param url {@code http}, {@code https} or {@code controller://driver/<name>/<file>}
 * @param mesh the mesh it is for; empty = all, as it is for a driver's image
 * @param selectors for an operator's image: which devices
 * @param versionPolicy empty = as the registry's configuration says
 */
public record RegistrationRequest(
    String driverTypeId,
    long driverVersion,
    Set<Integer> holders,
    Optional<Integer> manufacturerId,
    Optional<Integer> imageTypeId,
    String url,
    Optional<String> mesh,
    ImageSelectors selectors,
    Optional<VersionPolicy> versionPolicy) {

  public RegistrationRequest {
    holders = Set.copyOf(holders);
  }

  /** A driver's image. */
  public static RegistrationRequest ofDriver(
      int deviceId,
      int manufacturerId,
      int imageTypeId,
      String url,
      String driverTypeId,
      long driverVersion) {
    return new RegistrationRequest(
        driverTypeId,
        driverVersion,
        Set.of(deviceId),
        Optional.of(manufacturerId),
        Optional.of(imageTypeId),
        url,
        Optional.empty(),
        ImageSelectors.NONE,
        Optional.empty());
  }

  /** An operator's image. */
  public static RegistrationRequest ofOperator(
      String url,
      Optional<String> mesh,
      ImageSelectors selectors,
      Optional<VersionPolicy> versionPolicy) {
    return new RegistrationRequest(
        ImageKey.OPERATOR,
        0,
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        url,
        mesh,
        selectors,
        versionPolicy);
  }
}
