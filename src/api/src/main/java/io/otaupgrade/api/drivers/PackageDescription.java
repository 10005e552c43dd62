package io.otaupgrade.api.drivers;

import java.util.List;
import java.util.Optional;

/**
 * What a driver package says of itself.
 *
 * @param typeId the driver type id: the file name of the package, {@code lamp.c4z}
 * @param name the type id without its extension; its files are served under {@code /driver/<name>/}
 * @param displayName for people
 * @param version the driver's version, 0..0xFFFFFFFF
 * @param minimumOsVersion the operating system that it says it needs, {@code 3.3.2}
 * @param matches descriptions of the devices it is for: {@code Acme / Lamp 1}
 * @param images names of the firmware images in its folder {@code www}
 */
public record PackageDescription(
    String typeId,
    String name,
    String displayName,
    long version,
    String model,
    String manufacturer,
    Optional<String> minimumOsVersion,
    List<DeviceMatch> matches,
    List<String> images) {
  public PackageDescription {
    matches = List.copyOf(matches);
    images = List.copyOf(images);
  }
}
