package io.otaupgrade.zcl.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of reading the octets after a header as elements.
 *
 * @param elements those read before the fault
 * @param fault why they are not to be trusted, with the numbers; empty when they fill the image
 */
record ElementWalk(List<OtaElement> elements, String fault) {

  static ElementWalk plain(OtaHeader header, ByteBuffer image, int maximum) {
    return walk(header, image, maximum, OtaElement.HEADER_LENGTH);
  }

  static ElementWalk telink(OtaHeader header, ByteBuffer image, int maximum) {
    return walk(header, image, maximum, OtaElement.TELINK_HEADER_LENGTH);
  }

  /**
   * Walks with offsets as {@code long}, so that no length in a file can make them wrap.
   *
   * @param image little-endian, the whole image from position 0 to its limit
   */
  private static ElementWalk walk(
      OtaHeader header, ByteBuffer image, int maximum, int telinkHeaderLength) {
    List<OtaElement> elements = new ArrayList<>();
    long end = image.limit();
    long at = header.headerLength();
    while (at < end) {
      if (elements.size() == maximum) {
        return new ElementWalk(
            elements,
            Octets.text("more than %d elements, read up to offset %d of %d", maximum, at, end));
      }
      if (end - at < OtaElement.HEADER_LENGTH) {
        return new ElementWalk(
            elements,
            Octets.text(
                "element %d at offset %d: %d octets left, its header takes %d",
                elements.size() + 1, at, end - at, OtaElement.HEADER_LENGTH));
      }
      int tag = Short.toUnsignedInt(image.getShort((int) at));
      long length = Integer.toUnsignedLong(image.getInt((int) at + Short.BYTES));
      int headerLength =
          tag == OtaElement.TELINK_TAG ? telinkHeaderLength : OtaElement.HEADER_LENGTH;
      OtaElement element = new OtaElement(tag, at, headerLength, length);
      if (element.end() > end) {
        return new ElementWalk(
            elements,
            Octets.text(
                "element %d at offset %d: tag 0x%04X says %d octets, %d are left",
                elements.size() + 1, at, tag, length, Math.max(0, end - element.dataOffset())));
      }
      elements.add(element);
      at = element.end();
    }
    return new ElementWalk(elements, "");
  }
}
