package io.otaupgrade.registry.internal.web;

/**
 * Octets of a representation.
 *
 * @param first position of the first octet, from 0
 * @param last position of the last octet, not below {@code first}
 */
record ByteRange(long first, long last) {
  ByteRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("no range: %d..%d".formatted(first, last));
    }
  }

  long length() {
    return last - first + 1;
  }

  boolean overlaps(ByteRange other) {
    return first <= other.last && other.first <= last;
  }

  ByteRange union(ByteRange other) {
    return new ByteRange(Math.min(first, other.first), Math.max(last, other.last));
  }

  /** Value of the Content-Range field (RFC 9110 §14.4). */
  String contentRange(long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }
}
