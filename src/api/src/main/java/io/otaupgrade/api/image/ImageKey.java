package io.otaupgrade.api.image;

/**
 * The key of a registration.
 *
 * @param driverTypeId file name of the driver package, or {@link #OPERATOR}
 * @param driverVersion 0..0xFFFFFFFF
 * @param manufacturerId 0..0xFFFF
 * @param imageTypeId 0..0xFFFF
 * @param imageVersion file version from the image's header
 */
public record ImageKey(
    String driverTypeId,
    long driverVersion,
    int manufacturerId,
    int imageTypeId,
    long imageVersion) {

  /** The driver type of images that an operator registered; no driver may use it. */
  public static final String OPERATOR = "operator";

  /** The five parts joined by colons, numbers in decimal. */
  @Override
  public String toString() {
    return driverTypeId
        + ":"
        + driverVersion
        + ":"
        + manufacturerId
        + ":"
        + imageTypeId
        + ":"
        + imageVersion;
  }
}
