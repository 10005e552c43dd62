package io.otaupgrade.api.server;

import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The OTA Upgrade server of one mesh; the service property {@link #MESH} names it. A service of
 * this type is there exactly as long as upgrades can be served on that mesh. Safe from any thread.
 */
@ProviderType
public interface OtaServer {

  /** Service property: name of the mesh. */
  String MESH = "mesh";

  /** Name of the mesh that is served. */
  String mesh();

  /** Whether the mesh knows this device. */
  boolean knows(Eui64 device);

  /**
   * The file version that the device last reported as running for this image type: in a query, or
   * read from it after an upgrade.
   */
  OptionalLong runningVersion(Eui64 device, int manufacturerCode, int imageType);

  /** Upgrades under way, and the last one that ended of each device, endpoint and image type. */
  List<Upgrade> upgrades();

  /** Those of one device. */
  List<Upgrade> upgrades(Eui64 device);

  /** As {@link io.otaupgrade.api.OtaUpgrades#abort}. */
  boolean abort(Eui64 device);

  /** As {@link io.otaupgrade.api.OtaUpgrades#activate}. */
  boolean activate(Eui64 device, Duration after);

  /**
   * As {@link io.otaupgrade.api.OtaUpgrades#hold}; empty when the mesh does not know the device.
   */
  Optional<Hold> hold(Eui64 device, Duration lease);

  /**
   * Sends the device an Image Notify, so that it queries soon.
   *
   * @return whether the device is known and has an OTA client endpoint
   */
  boolean notify(Eui64 device);

  /** Broadcasts an Image Notify to all devices that listen now; the operator's wish only. */
  void broadcastNotify(Notification notification);

  /** Counters since this server started. */
  ServerStatistics statistics();
}
