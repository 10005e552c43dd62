package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.transport.internal.link.Probe;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Resets the co-processor, which is how every conversation with one begins. */
public final class AshProbe implements Probe {

  private final AshDecoder decoder = new AshDecoder();

  @Override
  public String protocol() {
    return "ember";
  }

  @Override
  public ByteBuffer question() {
    ByteBuffer reset = ByteBuffer.allocate(AshCodec.MAX_ENCODED).put(AshCodec.CANCEL);
    AshCodec.encode(reset, AshCodec.RST, new byte[0], 0);
    return reset.flip();
  }

  @Override
  public Optional<String> answer(ByteBuffer octets) {
    AshDecoder.Found found;
    while ((found = decoder.next(octets)) != AshDecoder.Found.NOTHING) {
      if (found == AshDecoder.Found.FRAME
          && decoder.control() == AshCodec.RSTACK
          && decoder.dataLength() >= 1) {
        return Optional.of("Silicon Labs NCP, ASH version " + (decoder.frame()[1] & 0xFF));
      }
    }
    return Optional.empty();
  }
}
