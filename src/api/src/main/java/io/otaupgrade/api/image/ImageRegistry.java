package io.otaupgrade.api.image;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The firmware images of this host: which are registered, by whom, and their octets. Always there,
 * also without the Ota Upgrade plugin. Safe from any thread; lookups never block on a fetch or a
 * disk.
 */
@ProviderType
public interface ImageRegistry {

  /** Fetches, verifies, stores and registers an image; returns at once. */
  PendingRegistration register(RegistrationRequest request);

  /**
   * Withdraws a device id's holding. The registration goes with its last holder; the octets are
   * kept as long as somebody reads them.
   *
   * @return whether the id held an image of that type
   */
  boolean withdraw(int deviceId, int imageTypeId);

  /** Removes a registration, an operator's above all; false when it was not there. */
  boolean remove(ImageKey key);

  /** What a device id holds, the latest addition first. */
  List<ImageRegistration> heldBy(int deviceId);

  /** All registrations. */
  List<ImageRegistration> registrations();

  /**
   * The image to offer: it covers the device by driver type or selectors, has the manufacturer code
   * and image type asked for (0xFFFF in a header stands for those of the registration's key),
   * includes the hardware version, and the version policy offers it. Of several the highest file
   * version.
   */
  Optional<ImageRegistration> find(ImageQuery query);

  /**
   * The stored images that a device may mean by this id, each once; an image whose header has
   * manufacturer code 0xFFFF answers to any. For block requests of an unknown device or session.
   */
  List<FirmwareImage> images(ImageId id);
}
