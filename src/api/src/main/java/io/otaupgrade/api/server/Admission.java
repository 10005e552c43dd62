package io.otaupgrade.api.server;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard service that decides whether a device may start (or take up) a transfer now. Without
 * one every device may; with several, each must agree.
 */
@ConsumerType
public interface Admission {

  /**
   * Called on the mesh's loop, when a device queries and has an image to get.
   *
   * @param underWay transfers that run on this mesh now
   * @return empty to admit; else how long the device shall wait before it asks again, in whole
   *     seconds, at least one
   */
  Optional<Duration> postpone(
      String mesh, Eui64 device, ImageRegistration registration, int underWay);
}
