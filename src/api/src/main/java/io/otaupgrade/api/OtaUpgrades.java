package io.otaupgrade.api;

import io.otaupgrade.api.server.Hold;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The upgrades of all meshes, by device id. Safe from any thread; wishes are carried out on the
 * mesh's loop soon after. The same by EUI-64: {@link io.otaupgrade.api.server.OtaServer}.
 */
@ProviderType
public interface OtaUpgrades {

  /** All upgrades under way and the last one that ended of each device and image type. */
  List<DeviceUpgrade> upgrades();

  /** Those of one device id; empty also when the id is not bound. */
  List<DeviceUpgrade> upgrades(int deviceId);

  /**
   * Ends the device's transfers: its next block request is answered ABORT.
   *
   * @return whether an upgrade that can still be aborted was under way
   */
  boolean abort(int deviceId);

  /**
   * Tells a device that waits with a complete image to run it.
   *
   * @param after how long the device shall wait, whole seconds from 0
   * @return whether such a device was waiting
   */
  boolean activate(int deviceId, Duration after);

  /**
   * Leaves the device's cluster 0x0019 frames to the caller for a while.
   *
   * @return empty when the id is bound to no device of a running mesh
   */
  Optional<Hold> hold(int deviceId, Duration lease);
}
