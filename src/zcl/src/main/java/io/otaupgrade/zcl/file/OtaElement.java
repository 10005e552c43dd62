package io.otaupgrade.zcl.file;

/**
 * Where one element lies in an image.
 *
 * @param tag 0..0xFFFF; {@link ElementTag#of} names the known ones
 * @param offset where the element's tag starts, octets from the first octet of the OTA header
 * @param headerLength the octets before the data: 6, or 8 for an encrypted Telink element
 * @param length the octets of data
 */
public record OtaElement(int tag, long offset, int headerLength, long length) {

  /** Tag and length. */
  public static final int HEADER_LENGTH = 6;

  /** Tag, length and two octets of encryption information that the length does not count. */
  public static final int TELINK_HEADER_LENGTH = 8;

  /** The tag Telink's tools give an encrypted image, and other vendors to things of their own. */
  public static final int TELINK_TAG = 0xF000;

  public OtaElement {
    Octets.requireU16("tag", tag);
    Octets.requireU32("offset", offset);
    Octets.requireU32("length", length);
    if (headerLength != HEADER_LENGTH && headerLength != TELINK_HEADER_LENGTH) {
      throw new IllegalArgumentException("headerLength must be 6 or 8, was " + headerLength);
    }
  }

  /** Where the data starts, octets from the first octet of the OTA header. */
  public long dataOffset() {
    return offset + headerLength;
  }

  /** Where the next element starts, octets from the first octet of the OTA header. */
  public long end() {
    return dataOffset() + length;
  }
}
