package io.otaupgrade.api;

import io.otaupgrade.zcl.Eui64;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which physical device is behind which device id. Kept across restarts. One device may have
 * several ids, an id has at most one device. Safe from any thread; what is returned is a snapshot.
 */
@ProviderType
public interface DeviceBindings {

  /**
   * Binds an id, in place of what it was bound to before.
   *
   * @param deviceId > 0
   * @throws IllegalArgumentException when the id is not positive
   */
  void bind(int deviceId, Eui64 device);

  /** As {@link #bind(int, Eui64)}, and tells the type of the id's driver. */
  void bind(int deviceId, Eui64 device, String driverTypeId);

  /** Returns whether the id was bound. */
  boolean unbind(int deviceId);

  /** The binding of an id, if it is bound. */
  Optional<DeviceBinding> binding(int deviceId);

  /** The bindings of a device, by ascending id. */
  List<DeviceBinding> bindings(Eui64 device);

  /** All bindings, by ascending id. */
  List<DeviceBinding> bindings();
}
