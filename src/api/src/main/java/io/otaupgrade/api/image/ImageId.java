package io.otaupgrade.api.image;

import java.util.Locale;

/**
 * What a device calls an image by. It is no unique key: files of different content share one in the
 * field.
 *
 * @param manufacturerCode 0..0xFFFF
 * @param imageType 0..0xFFFF
 * @param fileVersion 0..0xFFFFFFFF, compared unsigned
 */
public record ImageId(int manufacturerCode, int imageType, long fileVersion) {
  /** Hexadecimal, as vendors print it: {@code 10f2-7b32-02600460}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%04x-%04x-%08x", manufacturerCode, imageType, fileVersion);
  }
}
