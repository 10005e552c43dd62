package io.otaupgrade.zcl.file;

import java.util.Optional;
import java.util.OptionalInt;

/** The element tags that the specification names (ZCL rev 8 §11.4.4). */
public enum ElementTag {
  UPGRADE_IMAGE(0x0000, "upgrade image", -1),
  ECDSA_SIGNATURE_SUITE_1(0x0001, "ECDSA signature, suite 1", 50),
  ECDSA_CERTIFICATE_SUITE_1(0x0002, "ECDSA signing certificate, suite 1", 48),
  IMAGE_INTEGRITY_CODE(0x0003, "image integrity code", 16),
  PICTURE_DATA(0x0004, "picture data", -1),
  ECDSA_SIGNATURE_SUITE_2(0x0005, "ECDSA signature, suite 2", 80),
  ECDSA_CERTIFICATE_SUITE_2(0x0006, "ECDSA signing certificate, suite 2", 74);

  /** The first of the tags that manufacturers may use as they like, up to 0xFFFF. */
  public static final int FIRST_MANUFACTURER_SPECIFIC = 0xF000;

  private final int code;
  private final String label;
  private final int fixedLength;

  ElementTag(int code, String label, int fixedLength) {
    this.code = code;
    this.label = label;
    this.fixedLength = fixedLength;
  }

  /** The tag as it stands in a file. */
  public int code() {
    return code;
  }

  /** A name for people, such as {@code image integrity code}. */
  public String label() {
    return label;
  }

  /** The only length, octets, that the specification allows for the element's data. */
  public OptionalInt fixedLength() {
    return fixedLength < 0 ? OptionalInt.empty() : OptionalInt.of(fixedLength);
  }

  /** Empty for reserved and manufacturer specific tags. */
  public static Optional<ElementTag> of(int code) {
    for (ElementTag tag : values()) {
      if (tag.code == code) {
        return Optional.of(tag);
      }
    }
    return Optional.empty();
  }

  /** Whether the specification keeps this tag for later, 0x0007..0xEFFF. */
  public static boolean isReserved(int code) {
    return code > ECDSA_CERTIFICATE_SUITE_2.code && code < FIRST_MANUFACTURER_SPECIFIC;
  }
}
