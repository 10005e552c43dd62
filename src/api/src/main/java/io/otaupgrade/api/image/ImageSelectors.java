package io.otaupgrade.api.image;

import io.otaupgrade.zcl.file.HardwareVersionRange;
import java.util.Optional;
import java.util.Set;

/**
 * Narrows an operator's image to the devices it is meant for; what is empty matches every device.
 *
 * @param modelIdentifiers Basic attribute 0x0005, one of these
 * @param manufacturerNames Basic attribute 0x0004, one of these
 * @param hardwareVersions the device must report one within, even when the image's header has none
 */
public record ImageSelectors(
    Set<String> modelIdentifiers,
    Set<String> manufacturerNames,
    Optional<HardwareVersionRange> hardwareVersions) {

  /** Matches every device. */
  public static final ImageSelectors NONE =
      new ImageSelectors(Set.of(), Set.of(), Optional.empty());

  public ImageSelectors {
    modelIdentifiers = Set.copyOf(modelIdentifiers);
    manufacturerNames = Set.copyOf(manufacturerNames);
  }

  /** Whether nothing is selected. */
  public boolean isEmpty() {
    return equals(NONE);
  }
}
