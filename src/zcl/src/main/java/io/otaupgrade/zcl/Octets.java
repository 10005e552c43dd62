package io.otaupgrade.zcl;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** A run of octets that nobody can change: equal to another when it holds the same. */
public final class Octets {
  private static final Octets NONE = new Octets(new byte[0]);

  private final byte[] octets;

  private Octets(byte[] octets) {
    this.octets = octets;
  }

  public static Octets copyOf(byte... octets) {
    return octets.length == 0 ? NONE : new Octets(octets.clone());
  }

  /**
   * Copies {@code length} octets from {@code index} of {@code source}, whose position stays.
   *
   * @throws IndexOutOfBoundsException when the source's limit is before the end of them
   */
  public static Octets copyOf(ByteBuffer source, int index, int length) {
    Objects.checkFromIndexSize(index, length, source.limit());
    byte[] copy = new byte[length];
    source.get(index, copy);
    return new Octets(copy);
  }

  public int length() {
    return octets.length;
  }

  /** One octet as 0 to 255. */
  public int get(int index) {
    return octets[index] & 0xFF;
  }

  /**
   * Writes all of it at {@code out}'s position and moves that on.
   *
   * @throws java.nio.BufferOverflowException when it does not fit; nothing is written then
   */
  public void putTo(ByteBuffer out) {
    out.put(octets);
  }

  /** A copy, the caller's to keep. */
  public byte[] toArray() {
    return octets.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /** Lower-case hexadecimal digits, first octet first. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(octets);
  }
}
