package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import java.time.Duration;

/** What holds for any EZSP frame that a co-processor may send. */
final class EzspLaws {

  private static final ApsFrame FRAME =
      ApsFrame.to(0x1234, 1, 1, 0x0104, 0x0019, Octets.buffer("19 01 05"));

  private EzspLaws() {}

  /** Gives the frame to a co-processor that is up, while a message waits for its response. */
  static void check(int version, byte[] frame) {
    ScriptedNcp ncp = ScriptedNcp.up(version);
    ncp.staySilentOn(EzspFrame.SEND_UNICAST);
    ncp.coProcessor.send(7, FRAME, TxOptions.ACKNOWLEDGED);
    ncp.loop.runDue();
    ncp.raw(frame);
    ncp.loop.runDue();
    for (ApsFrame received : ncp.received) {
      assertThat(received.payload().remaining()).isLessThanOrEqualTo(AshCodec.MAX_DATA);
    }
    assertThat(ncp.confirmed).hasSizeLessThanOrEqualTo(1);
    assertThat(ncp.coProcessor.maximumPayload(0x1234)).isBetween(58, 82);
    // It goes on, or has told why not.
    ncp.answer(EzspFrame.SEND_UNICAST, ncp.status(0).u8(0));
    ncp.loop.advance(Duration.ofSeconds(4));
    assertThat(ncp.faults).hasSizeLessThanOrEqualTo(1);
  }
}
