package io.otaupgrade.zcl.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The Matyas-Meyer-Oseas hash with AES-128 (Zigbee core specification annex B.6), as a stream.
 *
 * <p>Each block of 16 octets is encrypted under the hash so far, so AES gets a new key for every
 * block. Nearly all of the time, some 0.8 of 0.9 microseconds, is the JDK's key schedule: tricks
 * around the cipher's interface (own key class, update for doFinal) were measured and gain nothing.
 *
 * <p>Not thread safe.
 */
public final class AesMmoHash {

  /** The length of a digest, octets. */
  public static final int DIGEST_LENGTH = 16;

  private static final int BLOCK = 16;

  /**
   * From this many octets on, the length in bits no longer fits the two octets of the short form.
   */
  private static final int LONG_FORM_FROM = 8192;

  private final Cipher aes;
  private final byte[] hash = new byte[BLOCK];
  private final byte[] block = new byte[BLOCK];
  private final byte[] encrypted = new byte[BLOCK];
  private int filled;
  private long length;

  /** The hash of nothing yet. */
  public AesMmoHash() {
    try {
      aes = Cipher.getInstance("AES/ECB/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/ECB", e);
    }
  }

  /** Takes the octets from the buffer's position to its limit, and leaves both as they are. */
  public AesMmoHash update(ByteBuffer octets) {
    int at = octets.position();
    int end = octets.limit();
    length += end - at;
    while (at < end) {
      int taken = Math.min(BLOCK - filled, end - at);
      octets.get(at, block, filled, taken);
      at += taken;
      filled += taken;
      if (filled == BLOCK) {
        absorb();
      }
    }
    return this;
  }

  /** Another hash that has seen the same octets. */
  public AesMmoHash copy() {
    AesMmoHash copy = new AesMmoHash();
    System.arraycopy(hash, 0, copy.hash, 0, BLOCK);
    System.arraycopy(block, 0, copy.block, 0, filled);
    copy.filled = filled;
    copy.length = length;
    return copy;
  }

  /** The digest of everything seen, {@value #DIGEST_LENGTH} octets; this hash goes on from here. */
  public byte[] digest() {
    return length < LONG_FORM_FROM ? copy().finishShort() : copy().finishLong();
  }

  /**
   * The digest as {@link IntegrityRule#LENGTH_MOD_65536} wants it: with the short form of the
   * padding whatever the length. The same as {@link #digest} below 8 192 octets.
   */
  public byte[] digestLengthMod65536() {
    return copy().finishShort();
  }

  private byte[] finishShort() {
    pad(BLOCK - 2);
    lengthInBits().putShort(BLOCK - 2, (short) (length * 8));
    absorb();
    return hash;
  }

  private byte[] finishLong() {
    pad(BLOCK - 6);
    lengthInBits().putInt(BLOCK - 6, (int) (length * 8)).putShort(BLOCK - 2, (short) 0);
    absorb();
    return hash;
  }

  /** One bit set, then zeros until only the length is missing from a block. */
  private void pad(int lengthAt) {
    append(0x80);
    while (filled != lengthAt) {
      append(0);
    }
  }

  private void append(int octet) {
    block[filled++] = (byte) octet;
    if (filled == BLOCK) {
      absorb();
    }
  }

  /** The length is the one big-endian number in Zigbee. */
  private ByteBuffer lengthInBits() {
    return ByteBuffer.wrap(block).order(ByteOrder.BIG_ENDIAN);
  }

  private void absorb() {
    try {
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(hash, "AES"));
      aes.update(block, 0, BLOCK, encrypted, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-128 takes every key and block of 16 octets", e);
    }
    for (int i = 0; i < BLOCK; i++) {
      hash[i] = (byte) (encrypted[i] ^ block[i]);
    }
    filled = 0;
  }
}
