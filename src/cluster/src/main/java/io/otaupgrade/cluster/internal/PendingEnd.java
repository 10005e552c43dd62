package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.radio.ApsFrame;

/**
 * A device has all of an image that is not registered yet, as after a restart of the host, and was
 * told to wait.
 *
 * @param request its Upgrade End Request
 * @param id the image it has
 */
record PendingEnd(ApsFrame request, ImageId id) {

  /** The client's endpoint. */
  int endpoint() {
    return request.sourceEndpoint();
  }
}
