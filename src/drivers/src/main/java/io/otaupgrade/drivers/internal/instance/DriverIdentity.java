package io.otaupgrade.drivers.internal.instance;

/**
 * What a driver package says of itself.
 *
 * @param typeId the driver type id: the package's file name, for example {@code lamp.c4z}
 * @param name the file name without its extension, under which {@code www} is hosted
 * @param displayName the name in {@code driver.xml}
 * @param version the driver's version, 0..0xFFFFFFFF
 */
public record DriverIdentity(
    String typeId,
    String name,
    String displayName,
    long version,
    String model,
    String manufacturer) {}
