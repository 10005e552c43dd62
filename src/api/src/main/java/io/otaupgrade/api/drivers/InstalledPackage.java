package io.otaupgrade.api.drivers;

import java.util.List;

/**
 * A package that is installed.
 *
 * @param sha256 of the package's file, lower-case hexadecimal
 * @param drivers one for each device that is bound to it, by device id
 */
public record InstalledPackage(
    PackageDescription description, String sha256, List<BoundDriver> drivers) {
  public InstalledPackage {
    drivers = List.copyOf(drivers);
  }
}
