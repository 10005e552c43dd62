package io.otaupgrade.api.server;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a broadcast Image Notify says (ZCL rev 8 §11.13.3). How much of it is present chooses the
 * payload type; a later field needs the ones before it.
 *
 * @param queryJitter 1..100: the share of devices, in percent, that answer it
 * @param manufacturerCode 0..0xFFFF
 * @param imageType 0..0xFFFF
 * @param newFileVersion 0..0xFFFFFFFF
 */
public record Notification(
    int queryJitter,
    OptionalInt manufacturerCode,
    OptionalInt imageType,
    OptionalLong newFileVersion) {
  public Notification {
    if (queryJitter < 1 || queryJitter > 100) {
      throw new IllegalArgumentException("queryJitter must be 1..100, was " + queryJitter);
    }
    if (imageType.isPresent() && manufacturerCode.isEmpty()) {
      throw new IllegalArgumentException("imageType needs manufacturerCode");
    }
    if (newFileVersion.isPresent() && imageType.isEmpty()) {
      throw new IllegalArgumentException("newFileVersion needs imageType");
    }
  }
}
