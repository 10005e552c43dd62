package io.otaupgrade.transport.internal.znp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ZnpProbeTest {

  private final ZnpProbe probe = new ZnpProbe();

  private static ByteBuffer octets(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  @Test
  void leavesTheBootLoaderAndPings() {
    // ef; start fe, length 00, SREQ SYS 21, PING 01, check 20
    assertThat(probe.question()).isEqualTo(octets("effe00210120"));
  }

  @Test
  void aPongInAnyPiecesIsAnAnswer() {
    // start fe, length 02, SRSP SYS 61, PING 01, capabilities 59 06, check 3d
    for (String piece : new String[] {"07fe02", "6101", "5906"}) {
      assertThat(probe.answer(octets(piece))).isEmpty();
    }
    assertThat(probe.answer(octets("3d"))).contains("Texas Instruments ZNP, capabilities 0x0659");
  }

  @Test
  void whatElseComesIsNone() {
    // RSTACK of the other protocol; a reset indication; a pong without its capabilities
    assertThat(probe.answer(octets("1ac1020b0a527e"))).isEmpty();
    assertThat(probe.answer(octets("fe064180000201020701c2"))).isEmpty();
    assertThat(probe.answer(octets("fe00610160"))).isEmpty();
  }
}
