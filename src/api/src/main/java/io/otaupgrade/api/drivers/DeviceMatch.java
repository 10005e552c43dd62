package io.otaupgrade.api.drivers;

import java.util.Optional;

/**
 * Devices that a package is for.
 *
 * @param manufacturerName Basic attribute 0x0004; empty in a package of the older kind, which names
 *     the product alone
 * @param modelIdentifier Basic attribute 0x0005
 */
public record DeviceMatch(Optional<String> manufacturerName, String modelIdentifier) {

  /** Whether a device that says this of itself is meant; blanks around a name do not count. */
  public boolean fits(Optional<String> itsManufacturerName, Optional<String> itsModelIdentifier) {
    return itsModelIdentifier.map(DeviceMatch::bare).equals(Optional.of(bare(modelIdentifier)))
        && (manufacturerName.isEmpty()
            || itsManufacturerName
                .map(DeviceMatch::bare)
                .equals(manufacturerName.map(DeviceMatch::bare)));
  }

  /** Devices pad names with blanks and zero octets. */
  private static String bare(String name) {
    return name.replace('\0', ' ').strip();
  }
}
