package io.otaupgrade.zcl.file;

import java.nio.ByteBuffer;

/**
 * How an integrity code was reckoned. The specification can be read in two ways and one vendor's
 * tool has a bug of its own, so a code is tried by all three, in this order.
 */
public enum IntegrityRule {
  /** Over everything before the code's element (ubisys, Innr, Bosch). */
  STANDARD("standard"),
  /** Over everything before the code itself, its tag and length included (NodOn). */
  WITH_TAG_HEADER("with-tag-header"),
  /**
   * Over everything before the code's element, but finished as if the message were shorter than 8
   * 192 octets, with its length in bits modulo 65 536 (Develco).
   */
  LENGTH_MOD_65536("length-mod-65536");

  private final String word;

  IntegrityRule(String word) {
    this.word = word;
  }

  /**
   * The code that an image should have.
   *
   * @param beforeTag the hash of everything before the code's element; left as it is
   * @param tagHeader that element's tag and length
   */
  byte[] code(AesMmoHash beforeTag, ByteBuffer tagHeader) {
    return switch (this) {
      case STANDARD -> beforeTag.digest();
      case WITH_TAG_HEADER -> beforeTag.copy().update(tagHeader).digest();
      case LENGTH_MOD_65536 -> beforeTag.digestLengthMod65536();
    };
  }

  /** The word for it in machine output. */
  public String word() {
    return word;
  }
}
