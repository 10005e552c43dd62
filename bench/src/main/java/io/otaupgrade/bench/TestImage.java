package io.otaupgrade.bench;

import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.IntegrityRule;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.util.SplittableRandom;

/** Images of an exact size, filled with the same random octets every time. */
final class TestImage {

  // 0xFFF1 is no assigned manufacturer code
  static final int MANUFACTURER_CODE = 0xFFF1;
  static final int IMAGE_TYPE = 0x00BE;
  static final int FILE_VERSION = 2;

  private static final int HEADER = 56;
  private static final int ELEMENT_HEADER = 6;
  private static final int INTEGRITY_ELEMENT = ELEMENT_HEADER + 16;

  private TestImage() {}

  /** An image of so many octets in all, its integrity code included. */
  static byte[] ofSize(int octets) {
    byte[] firmware = new byte[octets - HEADER - ELEMENT_HEADER - INTEGRITY_ELEMENT];
    new SplittableRandom(octets).nextBytes(firmware);
    byte[] image =
        new OtaFileWriter(MANUFACTURER_CODE, IMAGE_TYPE, FILE_VERSION)
            .headerString("bench")
            .element(ElementTag.UPGRADE_IMAGE.code(), firmware)
            .integrityCode(IntegrityRule.STANDARD)
            .toByteArray();
    if (image.length != octets) {
      throw new IllegalStateException("image has " + image.length + " octets, not " + octets);
    }
    return image;
  }
}
