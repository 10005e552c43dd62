package io.otaupgrade.transport.internal.link;

import java.nio.ByteBuffer;

/** Octets to and from a co-processor, while the line is open. */
public interface Line extends AutoCloseable {

  /**
   * Waits for octets, but no longer than about a second, and takes what there is, as many as fit.
   * For one thread, the line's reader.
   *
   * @return how many there were, 0 when none came
   * @throws LineException if the line broke or was closed
   */
  int read(ByteBuffer into) throws LineException;

  /**
   * Writes all octets from position to limit. From any thread, but one at a time. The protocols
   * above have little more than two kilobytes unanswered at a time, which every operating system
   * buffers, so this does not wait, unless flow control holds the line up for good; closing the
   * line ends that.
   *
   * @throws LineException if the line broke or was closed
   */
  void write(ByteBuffer octets) throws LineException;

  /** Closes the line, from any thread and without waiting; reads and writes end soon. */
  @Override
  void close();
}
