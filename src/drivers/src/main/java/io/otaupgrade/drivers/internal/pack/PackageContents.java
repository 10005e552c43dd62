package io.otaupgrade.drivers.internal.pack;

import io.otaupgrade.api.drivers.PackageDescription;
import io.otaupgrade.drivers.internal.instance.DriverIdentity;
import java.util.List;

/**
 * A package that was read.
 *
 * @param script path of the main script in the package
 * @param images names of the firmware images in {@code www}
 */
public record PackageContents(
    DriverIdentity identity, DriverXml driverXml, String script, List<String> images) {

  public PackageContents {
    images = List.copyOf(images);
  }

  /** As the API has it. */
  public PackageDescription description() {
    return new PackageDescription(
        identity.typeId(),
        identity.name(),
        identity.displayName(),
        identity.version(),
        identity.model(),
        identity.manufacturer(),
        driverXml.minimumOsVersion(),
        driverXml.matches(),
        images);
  }
}
