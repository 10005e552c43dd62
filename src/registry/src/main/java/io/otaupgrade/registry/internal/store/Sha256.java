package io.otaupgrade.registry.internal.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as the store names its files by it: 64 lower-case hexadecimal digits. */
public final class Sha256 {
  private Sha256() {}

  /** The digest of the octets from position to limit; the buffer is not moved. */
  public static String of(ByteBuffer octets) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(octets.duplicate());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether the text looks like a digest, and so can be a file name. */
  public static boolean isDigest(String text) {
    return text.matches("[0-9a-f]{64}");
  }
}
