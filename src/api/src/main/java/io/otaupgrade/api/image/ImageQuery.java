package io.otaupgrade.api.image;

import io.otaupgrade.zcl.Eui64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A device that asks for its next image, with all that is known of it.
 *
 * @param driverTypeIds driver types of the device ids that are bound to the device
 * @param manufacturerCode as asked for
 * @param imageType as asked for
 * @param currentFileVersion what the device runs
 * @param hardwareVersion as it reported
 */
public record ImageQuery(
    String mesh,
    Eui64 device,
    Set<String> driverTypeIds,
    int manufacturerCode,
    int imageType,
    long currentFileVersion,
    OptionalInt hardwareVersion,
    Optional<String> modelIdentifier,
    Optional<String> manufacturerName) {
  public ImageQuery {
    driverTypeIds = Set.copyOf(driverTypeIds);
  }
}
