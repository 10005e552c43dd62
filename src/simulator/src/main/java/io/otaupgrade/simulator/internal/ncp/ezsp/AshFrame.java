package io.otaupgrade.simulator.internal.ncp.ezsp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An EZSP frame on its way to the host. It belongs to its {@link AshLink}, which takes it back once
 * the host has acknowledged it.
 */
final class AshFrame {

  private final ByteBuffer data =
      ByteBuffer.allocate(Ash.MAXIMUM_DATA).order(ByteOrder.LITTLE_ENDIAN);
  private long sentAt;
  private boolean repeated;

  /** To write into, from position 0 on. */
  ByteBuffer data() {
    return data;
  }

  byte[] octets() {
    return data.array();
  }

  int length() {
    return data.position();
  }

  void begin() {
    data.clear();
    repeated = false;
  }

  void sent(long nanos) {
    sentAt = nanos;
  }

  void markRepeated() {
    repeated = true;
  }

  /** When it was sent first, nanoseconds of the loop. */
  long sentAt() {
    return sentAt;
  }

  /** Whether it was sent more than once, so that an acknowledgement tells nothing of its time. */
  boolean isRepeated() {
    return repeated;
  }
}
