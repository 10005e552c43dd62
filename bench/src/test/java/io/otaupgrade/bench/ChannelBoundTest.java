package io.otaupgrade.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Worked out by hand from IEEE 802.15.4's symbol times: 16 µs a symbol, 32 µs an octet. */
@DisplayName("What one channel can carry")
class ChannelBoundTest {

  @Test
  void aFrameTakesBackOffAssessmentAirtimeAcknowledgementAndSpacing() {
    // 1.12 + 0.128 + 0.192 + (6 + 45) x 0.032 + 0.192 + 0.352 + 0.64
    assertThat(ChannelBound.hopMillis(45)).isCloseTo(4.256, within(1e-9));
  }

  @Test
  void aBlockOf50OctetsTakes11MillisecondsAndAQuarter() {
    assertThat(ChannelBound.requestMillis()).isCloseTo(4.864, within(1e-9));
    assertThat(ChannelBound.responseMillis(50)).isCloseTo(6.4, within(1e-9));
    assertThat(ChannelBound.blocksPerSecond(50, false)).isCloseTo(88.8, within(0.05));
  }

  @Test
  void anAcknowledgedRequestCostsAThirdFrame() {
    assertThat(ChannelBound.apsAcknowledgementMillis()).isCloseTo(4.256, within(1e-9));
    assertThat(ChannelBound.blocksPerSecond(50, true)).isCloseTo(64.4, within(0.05));
  }

  @Test
  void lossCostsAtLeastTheResponsesThatAreSentAgain() {
    // 4.864 + 6.4 / 0.98 + 3
    assertThat(ChannelBound.blocksPerSecond(50, 3, 0.02)).isCloseTo(1000 / 14.3946, within(0.01));
    assertThat(ChannelBound.blocksPerSecond(50, 0, 0))
        .isEqualTo(ChannelBound.blocksPerSecond(50, false));
  }
}
