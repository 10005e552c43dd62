package io.otaupgrade.transport.internal.znp;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A command that the co-processor answers. It waits in {@link MtLink} for its turn, and ends in one
 * of three ways.
 */
abstract class Request {

  /** Most commands are answered within milliseconds. */
  static final Duration PROMPT = Duration.ofSeconds(2);

  private final MtCommand command;
  private final Duration timeout;

  Request(MtCommand command, Duration timeout) {
    this.command = command;
    this.timeout = timeout;
  }

  MtCommand command() {
    return command;
  }

  /** From its going out on, until the co-processor is taken for dead. */
  Duration timeout() {
    return timeout;
  }

  /**
   * Puts the command's data. On the loop or on the reader thread, when its turn has come.
   *
   * @param out little-endian, with room for {@link Unpi#LONGEST_DATA} octets
   */
  abstract void encode(ByteBuffer out);

  /**
   * The answer came. On the reader thread.
   *
   * @param data little-endian; not to be kept
   */
  abstract void answered(ByteBuffer data);

  /** The co-processor does not know this command. On the reader thread. */
  abstract void unsupported();

  /** No answer came in time. On the loop. */
  abstract void unanswered();
}
