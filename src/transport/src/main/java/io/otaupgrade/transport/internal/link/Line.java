package io.otaupgrade.transport.internal.link;

import java.nio.ByteBuffer;

/** Octets to and from a co-processor, while the line is open. */
public interface Line extends AutoCloseable {

  /**
   * Writes all octets from position to limit. From any thread; calls do not mix. The protocols
   * above have little more than two kilobytes unanswered at a time, which every operating system
   * buffers, so this does not wait.
   *
   * @throws LineException if the line broke
   */
  void write(ByteBuffer octets) throws LineException;

  /** Closes the line, from any thread; no octets are handed over once this has returned. */
  @Override
  void close();

  /** Who gets what comes in; called on the line's reader thread. */
  interface Receiver {
    /** Octets came in, as many as there were. The buffer is the line's again afterwards. */
    void received(ByteBuffer octets);

    /** The line broke; nothing follows. */
    void broken(LineException why);
  }
}
