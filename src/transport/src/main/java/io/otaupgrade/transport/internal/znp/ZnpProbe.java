package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.transport.internal.link.Probe;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Asks for a ping, which changes nothing. */
public final class ZnpProbe implements Probe {

  /** Makes the serial boot loader that some sticks begin with go on to the firmware. */
  private static final byte LEAVE_BOOT_LOADER = (byte) 0xEF;

  private final UnpiDecoder decoder = new UnpiDecoder(new AtomicLong(), this::frame);
  private Optional<String> answer = Optional.empty();

  @Override
  public String protocol() {
    return "znp";
  }

  @Override
  public ByteBuffer question() {
    ByteBuffer ping = Unpi.end(Unpi.begin(ByteBuffer.allocate(Unpi.OVERHEAD), MtCommand.SYS_PING));
    return ByteBuffer.allocate(1 + ping.remaining()).put(LEAVE_BOOT_LOADER).put(ping).flip();
  }

  @Override
  public Optional<String> answer(ByteBuffer octets) {
    decoder.decode(octets);
    return answer;
  }

  private void frame(int cmd0, int cmd1, ByteBuffer data) {
    if (cmd0 == MtCommand.answerTo(MtCommand.SYS_PING.cmd0())
        && cmd1 == MtCommand.SYS_PING.cmd1()
        && data.remaining() >= Short.BYTES) {
      answer =
          Optional.of(
              "Texas Instruments ZNP, capabilities 0x%04x"
                  .formatted(data.getShort(data.position()) & 0xFFFF));
    }
  }
}
