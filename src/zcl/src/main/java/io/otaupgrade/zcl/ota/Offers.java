package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.internal.Ranges;
import java.util.Optional;

/** What the two responses that can offer an image have in common. */
final class Offers {

  private Offers() {}

  static void check(int statusCode, Optional<OfferedImage> image) {
    Ranges.u8("statusCode", statusCode);
    if (image.isPresent() != (statusCode == ZclStatus.SUCCESS.code())) {
      throw new IllegalArgumentException(
          "status "
              + ZclStatus.nameOf(statusCode)
              + (image.isPresent() ? " with" : " without")
              + " an image");
    }
  }
}
