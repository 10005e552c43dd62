package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.RadioLimits;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A co-processor's protocol on an open line, from start to close; made anew for each line. Called
 * on the mesh's loop, but for {@link #received}. It tells its {@link CoProcessorHost} what happens.
 */
public interface CoProcessor {

  /** Makes one. */
  @FunctionalInterface
  interface Factory {
    CoProcessor on(CoProcessorHost host);
  }

  /**
   * Sets the co-processor up and resumes its network, or forms one if that is wanted and it has
   * none; then {@code events().networkUp}. What stands in the way goes to {@link
   * CoProcessorHost#failed}.
   */
  void start();

  /**
   * Octets came in, cut anywhere. On the line's reader thread: must neither block nor throw, and
   * answers what the co-processor expects an answer to in good time, however busy the loop is.
   */
  void received(ByteBuffer octets);

  /** See {@link io.otaupgrade.api.radio.spi.RadioDriver#send}. */
  void send(int tag, ApsFrame frame, TxOptions options);

  /** See {@link io.otaupgrade.api.radio.spi.RadioDriver#limits}. */
  RadioLimits limits();

  /** See {@link io.otaupgrade.api.radio.spi.RadioDriver#maximumPayload}. */
  int maximumPayload(int networkAddress);

  /** See {@link io.otaupgrade.api.radio.spi.RadioDriver#permitJoin}. */
  void permitJoin(Duration duration);

  /** Ends timers; nothing is told to the host afterwards. The line is closed right behind. */
  void close();
}
