package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.internal.Ranges;

/**
 * An image that a server offers to a client.
 *
 * @param manufacturerCode the request's, even if the file says "any"
 * @param imageType the request's
 * @param imageSize octets from the first of the OTA header to the last of the file, 0 to 0xFFFFFFFF
 */
public record OfferedImage(int manufacturerCode, int imageType, long fileVersion, long imageSize) {
  public OfferedImage {
    Ranges.u16("manufacturerCode", manufacturerCode);
    Ranges.u16("imageType", imageType);
    Ranges.u32("fileVersion", fileVersion);
    Ranges.u32("imageSize", imageSize);
  }

  public ImageId imageId() {
    return new ImageId(manufacturerCode, imageType, fileVersion);
  }
}
