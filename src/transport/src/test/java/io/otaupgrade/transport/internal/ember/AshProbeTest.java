package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** With the frames that UG101 gives as examples. */
class AshProbeTest {

  private final AshProbe probe = new AshProbe();

  private static ByteBuffer octets(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  @Test
  void asksForAReset() {
    assertThat(probe.question()).isEqualTo(octets("1ac038bc7e"));
  }

  @Test
  void theAcknowledgementOfAResetInAnyPiecesIsAnAnswer() {
    assertThat(probe.answer(octets("fe0021017ec102"))).isEmpty();
    assertThat(probe.answer(octets("029b"))).isEmpty();
    assertThat(probe.answer(octets("7b7e"))).contains("Silicon Labs NCP, ASH version 2");
  }

  @Test
  void whatElseComesIsNone() {
    // a pong of the other protocol; an RSTACK whose check sum is wrong; an ACK
    assertThat(probe.answer(octets("fe02610159063d7e"))).isEmpty();
    assertThat(probe.answer(octets("c102029b7c7e"))).isEmpty();
    assertThat(probe.answer(octets("8160597e"))).isEmpty();
  }
}
