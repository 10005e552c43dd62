package io.otaupgrade.simulator.internal.device;

import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ota.ImageId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * An image in a device's flash, whole or in part: octets up to {@link #offset} are there, and
 * within the page that was asked for last, any others.
 */
final class Download {

  private final ImageSlot slot;
  private final ImageId id;
  private final ByteBuffer flash;
  private int offset;

  /** The page goes from here to {@link #pageEnd}; what of it is there is in {@link #inPage}. */
  private int pageStart;

  private int pageEnd;
  private final BitSet inPage = new BitSet();

  Download(ImageSlot slot, ImageId id, int imageSize) {
    this.slot = slot;
    this.id = id;
    this.flash = ByteBuffer.allocate(imageSize);
  }

  ImageSlot slot() {
    return slot;
  }

  ImageId id() {
    return id;
  }

  int imageSize() {
    return flash.capacity();
  }

  /** The first octet that is missing. */
  int offset() {
    return offset;
  }

  boolean isComplete() {
    return offset == flash.capacity();
  }

  /** The octets, of which those from {@link #offset} on mean nothing yet. */
  ByteBuffer octets() {
    return flash.asReadOnlyBuffer().clear();
  }

  /** Whether these are the octets that are wanted next. */
  boolean wants(long at, int length) {
    return at == offset && length <= flash.capacity() - offset;
  }

  /** Whether these octets belong to the page under way and are not there yet. */
  boolean wantsInPage(long at, int length) {
    return at >= pageStart && at + length <= pageEnd && !inPage.get((int) at - pageStart);
  }

  /** Opens a page from {@link #offset} on, as long as the image goes. */
  void openPage(int size) {
    pageStart = offset;
    pageEnd = Math.min(flash.capacity(), offset + size);
    inPage.clear();
  }

  /** Whether nothing of the page has come. */
  boolean pageIsUntouched() {
    return inPage.isEmpty();
  }

  /** The first octet behind the page. */
  int pageEnd() {
    return pageEnd;
  }

  /** Forgets what of a page came after a gap. */
  void closePage() {
    pageStart = 0;
    pageEnd = 0;
    inPage.clear();
  }

  /** Octets that are missing from {@link #offset} on, up to the next that are there. */
  int gap() {
    if (offset >= pageEnd) {
      return flash.capacity() - offset;
    }
    int next = inPage.nextSetBit(offset - pageStart);
    return next < 0 ? pageEnd - offset : next + pageStart - offset;
  }

  /** Whether octets behind {@link #offset} are there, so that it is in a gap of the page. */
  boolean isInPage() {
    return offset < pageEnd;
  }

  void store(int at, Octets data) {
    flash.position(at);
    data.putTo(flash);
    int end = at + data.length();
    if (at < pageEnd) {
      inPage.set(at - pageStart, end - pageStart);
    }
    if (at == offset) {
      offset = end;
      if (offset < pageEnd) {
        offset = pageStart + inPage.nextClearBit(offset - pageStart);
      }
    }
  }

  /** Lower-case hexadecimal. */
  String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(octets());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every JRE has to have SHA-256
    }
  }
}
