package io.otaupgrade.transport.internal.link;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A question that tells whether a co-processor speaks a protocol; for one port, on one thread. */
public interface Probe {

  /** What the protocol's radios are configured as. */
  String protocol();

  /** What to write. */
  ByteBuffer question();

  /**
   * Takes what came, cut anywhere.
   *
   * @return what the co-processor is, in a line, once it has answered
   */
  Optional<String> answer(ByteBuffer octets);
}
