package io.otaupgrade.zcl.file;

import java.util.Objects;

/**
 * Something odd in a file that can be served nevertheless: what its octets mean is the device's
 * business.
 *
 * @param kind what is odd
 * @param text one line for people, with the numbers
 */
public record OtaFileWarning(Kind kind, String text) {

  public OtaFileWarning {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(text, "text");
  }

  /** The text alone, for lists of warnings in logs. */
  @Override
  public String toString() {
    return text;
  }

  /** The oddities looked for. */
  public enum Kind {
    /** A header version 1.x with x other than 0. */
    HEADER_VERSION,
    /** Reserved bits of the field control are set. */
    FIELD_CONTROL,
    /** The header is longer than the fields its field control names; the rest is skipped. */
    HEADER_TAIL,
    /** Manufacturer code 0xFFFF, which is the wildcard. */
    MANUFACTURER_CODE,
    /** An image type that the specification reserves, or the wildcard 0xFFFF. */
    IMAGE_TYPE,
    /** A Zigbee stack version the specification does not know. */
    ZIGBEE_STACK_VERSION,
    /** Octets in the header string that are not printable ASCII. */
    HEADER_STRING,
    /** A minimum hardware version above the maximum: no device can take the image. */
    HARDWARE_VERSIONS,
    /** Octets before the header that are no wrapper we know. */
    UNKNOWN_PREFIX,
    /** The wrapper's own sizes or digest do not fit the file. */
    WRAPPER,
    /** Octets after the image; they are not served. */
    TRAILING_BYTES,
    /** The octets after the header cannot be read as elements. */
    ELEMENT_WALK,
    /** Nothing after the header. */
    NO_ELEMENTS,
    /** An element with a tag that the specification reserves. */
    RESERVED_TAG,
    /** A signature, certificate or integrity code of another length than the specification's. */
    ELEMENT_LENGTH,
    /** The integrity code fits by none of the rules in use. */
    INTEGRITY_MISMATCH
  }
}
