package io.otaupgrade.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The driver API: registers firmware images for the device behind a driver's device id. Always
 * there; whether upgrades can be served right now is what {@link #serviceStatus} asks.
 *
 * <p>Every call returns at once, from any thread. Results come to the {@link OtaListener}s: any
 * number of {@link OtaStatus#IN_PROGRESS}, then exactly one final status. Arguments out of range
 * (null texts, too) are a result ({@link OtaStatus#INVALID_DATA}), not an exception. A request is
 * judged in this order: invalidData, serviceNotAvailable, deviceNotFound, then the rest.
 */
@ProviderType
public interface OtaService {

  /**
   * Asks whether the Ota Upgrade plugin serves the mesh of this device.
   *
   * @param deviceId any device id of the mesh; one that is bound to no device asks about all meshes
   */
  Submission serviceStatus(int deviceId);

  /**
   * Registers an image for the device's driver type. {@link OtaStatus#SUCCESS} means fetched,
   * verified and registered; the upgrades that follow are seen through {@link OtaUpgrades}.
   *
   * @param deviceId the device the image is for
   * @param mfgId manufacturer code, 0..0xFFFF; must be the one in the image's header, unless that
   *     is 0xFFFF
   * @param imageTypeId image type, 0..0xFFFF; must be the one in the image's header
   * @param url {@code http}, {@code https} or {@code controller://driver/<name>/<file>}
   * @param driverTypeId the file name of the driver package, for example {@code lamp.c4z}
   * @param version the driver's version, 0..0xFFFFFFFF
   */
  Submission addImage(
      int deviceId, int mfgId, int imageTypeId, String url, String driverTypeId, long version);

  /**
   * Withdraws the device id's holding of an image; the image goes with its last holder.
   *
   * @param imageTypeId image type, 0..0xFFFF
   */
  Submission removeImage(int deviceId, int imageTypeId);

  /** Asks for the image that this device id added last and still holds. */
  Submission imageInfo(int deviceId);
}
