package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.transport.internal.link.LinkCounters;
import io.otaupgrade.transport.internal.link.RadioFault;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What holds for any octets that a line may bring. */
final class AshLaws {

  /** ACK(0), which is right as long as we have sent nothing; UG101 §3.5 with another number. */
  private static final byte[] ACK = Octets.hex("7E 80 70 78 7E");

  private AshLaws() {}

  /** Gives the octets to a connection, in chunks of this length. */
  static void check(byte[] octets, int chunk) {
    VirtualTimeLoop loop = VirtualTimeLoop.manual();
    List<String> events = new ArrayList<>();
    AshConnection ash =
        new AshConnection(
            loop,
            new LinkCounters(),
            out -> assertThat(out.remaining()).isPositive(),
            new AshConnection.Listener() {
              @Override
              public void connected() {
                events.add("connected");
              }

              @Override
              public void received(ByteBuffer frame) {
                assertThat(frame.remaining()).isBetween(1, AshCodec.MAX_DATA);
                events.add("received");
              }

              @Override
              public void failed(RadioFault fault) {
                events.add("failed");
              }
            },
            1);
    ash.connect();
    ash.received(Octets.buffer("C1 02 0B 0A 52 7E"));
    assertThat(events).containsExactly("connected");
    for (int from = 0; from < octets.length; from += chunk) {
      ByteBuffer next =
          ByteBuffer.wrap(Arrays.copyOfRange(octets, from, Math.min(octets.length, from + chunk)));
      ash.received(next);
      assertThat(next.hasRemaining()).isFalse();
    }
    AshDecoder decoder = new AshDecoder();
    ByteBuffer before = ByteBuffer.wrap(octets);
    while (decoder.next(before) != AshDecoder.Found.NOTHING) {}
    ByteBuffer ack = ByteBuffer.wrap(ACK);
    AshDecoder.Found found = decoder.next(ack);
    // Whatever was open ends with the first flag; then the frame is there.
    while (ack.hasRemaining()) {
      found = decoder.next(ack);
    }
    assertThat(found).isEqualTo(AshDecoder.Found.FRAME);
    assertThat(decoder.control()).isEqualTo(0x80);
  }
}
