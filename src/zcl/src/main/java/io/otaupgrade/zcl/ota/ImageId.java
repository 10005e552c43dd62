package io.otaupgrade.zcl.ota;

import io.otaupgrade.zcl.internal.Ranges;
import java.util.Locale;

/**
 * What names an image on the air. It need not name one file: the field knows different images under
 * the same three numbers.
 *
 * @param manufacturerCode 0x0000 to 0xFFFF
 * @param imageType 0x0000 to 0xFFFF
 * @param fileVersion 0 to 0xFFFFFFFF, to be compared as a number
 */
public record ImageId(int manufacturerCode, int imageType, long fileVersion) {
  public ImageId {
    Ranges.u16("manufacturerCode", manufacturerCode);
    Ranges.u16("imageType", imageType);
    Ranges.u32("fileVersion", fileVersion);
  }

  /** Such as {@code 117c/4204/20029623}: the three numbers in hexadecimal. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%04x/%04x/%08x", manufacturerCode, imageType, fileVersion);
  }
}
