package io.otaupgrade.simulator.internal.device;

import io.otaupgrade.zcl.ota.OtaCluster;

/**
 * A place of a device for an image: a processor's firmware, or a file made for this very device.
 *
 * @param imageType 0x0000..0xFFFE; from 0xFFC0 on a device specific file
 * @param fileVersion what runs there at first, 0..0xFFFFFFFF
 */
public record ImageSlot(int imageType, long fileVersion) {
  public ImageSlot {
    if (imageType < 0 || imageType >= OtaCluster.ANY_IMAGE_TYPE) {
      throw new IllegalArgumentException("imageType must be 0..0xFFFE, was " + imageType);
    }
    if (fileVersion < 0 || fileVersion > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("fileVersion must be 0..0xFFFFFFFF, was " + fileVersion);
    }
  }

  /** Whether the file is asked for with Query Device Specific File Request. */
  boolean isDeviceSpecific() {
    return imageType > OtaCluster.LAST_MANUFACTURER_IMAGE_TYPE;
  }
}
