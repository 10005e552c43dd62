package io.otaupgrade.cli.internal;

import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.IntegrityRule;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The image that simulated devices upgrade to when a command is given none. The build runs {@link
 * #main}, so it is a file in the bundle and the same octets in every build.
 */
public final class SampleImage {

  /** Name of the file, a resource beside this class. */
  public static final String NAME = "sample.zigbee";

  // 0xFFF1 is no assigned manufacturer code
  static final int MANUFACTURER_CODE = 0xFFF1;
  static final int IMAGE_TYPE = 0x0001;
  static final long FILE_VERSION = 0x0102_0304L;
  private static final int FIRMWARE_OCTETS = 64 * 1024;

  private SampleImage() {}

  /** Writes the image to the file that is the only argument. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    Files.createDirectories(file.getParent());
    Files.write(file, octets());
  }

  static byte[] octets() {
    byte[] firmware = new byte[FIRMWARE_OCTETS];
    new SplittableRandom(FILE_VERSION).nextBytes(firmware);
    return new OtaFileWriter(MANUFACTURER_CODE, IMAGE_TYPE, FILE_VERSION)
        .headerString("Ota Upgrade sample")
        .element(ElementTag.UPGRADE_IMAGE.code(), firmware)
        .integrityCode(IntegrityRule.STANDARD)
        .toByteArray();
  }
}
