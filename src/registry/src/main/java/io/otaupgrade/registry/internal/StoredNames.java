package io.otaupgrade.registry.internal;

import java.util.function.Predicate;

/**
 * Names for stored images: most of the name in the URL, and enough of the digest to make it unique;
 * {@code myImage.zigbee} becomes {@code myImage-1a2b3c4d.zigbee}. Only letters, digits, dot, hyphen
 * and underscore of ASCII are in them, so they mean the same in a URL, a log and any file system.
 */
final class StoredNames {
  private static final int MAXIMUM_BULK = 100;
  private static final int DIGITS = 8;

  private StoredNames() {}

  /**
   * @param sha256 of the image, 64 hexadecimal digits
   * @param taken whether another image has the name
   */
  static String of(String url, String sha256, Predicate<String> taken) {
    String path = url.split("[?#]", 2)[0];
    String given =
        path.substring(path.lastIndexOf('/') + 1)
            .replaceAll("%[0-9A-Fa-f]{2}", "_")
            .replaceAll("[^A-Za-z0-9._-]", "_")
            .replaceFirst("^[._-]+", "");
    int dot = given.lastIndexOf('.');
    boolean hasExtension = dot > 0 && given.substring(dot + 1).matches("[A-Za-z0-9_-]{1,10}");
    String extension = hasExtension ? given.substring(dot) : ".zigbee";
    String bulk = hasExtension ? given.substring(0, dot) : given;
    if (bulk.isEmpty()) {
      bulk = "image";
    }
    bulk = bulk.substring(0, Math.min(bulk.length(), MAXIMUM_BULK));
    int digits = DIGITS;
    String name = bulk + "-" + sha256.substring(0, digits) + extension;
    while (taken.test(name) && digits < sha256.length()) {
      digits = Math.min(digits * 2, sha256.length());
      name = bulk + "-" + sha256.substring(0, digits) + extension;
    }
    return name;
  }
}
