package io.otaupgrade.simulator.internal.ncp;

import java.nio.ByteBuffer;

/** A bounded queue of octets, which may be frames too: a length of two octets before each. */
final class OctetQueue {

  private static final int LENGTH_OCTETS = 2;

  private final byte[] ring;
  private int head;
  private int size;

  OctetQueue(int capacity) {
    ring = new byte[capacity];
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    size = 0;
  }

  /**
   * Adds all octets, or none.
   *
   * @return whether there was room
   */
  boolean add(ByteBuffer octets) {
    if (octets.remaining() > ring.length - size) {
      return false;
    }
    int tail = (head + size) % ring.length;
    size += octets.remaining();
    int first = Math.min(octets.remaining(), ring.length - tail);
    octets.get(ring, tail, first);
    octets.get(ring, 0, octets.remaining());
    return true;
  }

  /** Fills the buffer up to its limit; there must be enough. */
  void take(ByteBuffer into) {
    int octets = into.remaining();
    int first = Math.min(octets, ring.length - head);
    into.put(ring, head, first).put(ring, 0, octets - first);
    drop(octets);
  }

  /**
   * Adds a frame of at most 65 535 octets, or nothing.
   *
   * @return whether there was room
   */
  boolean addFrame(ByteBuffer frame) {
    if (frame.remaining() + LENGTH_OCTETS > ring.length - size) {
      return false;
    }
    put(frame.remaining() >> 8);
    put(frame.remaining());
    return add(frame);
  }

  /** The octets of the first frame. */
  int frameSize() {
    return (ring[head] & 0xFF) << 8 | (ring[(head + 1) % ring.length] & 0xFF);
  }

  /** Takes the first frame; the buffer has exactly its size. */
  void takeFrame(ByteBuffer into) {
    drop(LENGTH_OCTETS);
    take(into);
  }

  void skipFrame() {
    drop(LENGTH_OCTETS + frameSize());
  }

  private void put(int octet) {
    ring[(head + size++) % ring.length] = (byte) octet;
  }

  private void drop(int octets) {
    head = (head + octets) % ring.length;
    size -= octets;
  }
}
