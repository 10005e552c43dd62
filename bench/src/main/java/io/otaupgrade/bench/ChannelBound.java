package io.otaupgrade.bench;

/**
 * The most blocks a second that one IEEE 802.15.4 channel at 2.4 GHz carries, by arithmetic alone:
 * every frame takes the mean first back-off, its airtime and its MAC acknowledgement, nothing is
 * lost and nobody waits. {@code docs/simulator.md} has the times. The simulator has its own channel
 * model, so that one can be held against the other.
 */
final class ChannelBound {

  /** 250 kbit/s. */
  private static final double MILLIS_PER_OCTET = 0.032;

  /** Mean of 0 to 7 periods of 20 symbols of 16 µs. */
  private static final double BACKOFF = 3.5 * 0.320;

  private static final double CCA = 0.128;
  private static final double TURNAROUND = 0.192;

  /** 5 octets and 6 of the PHY. */
  private static final double MAC_ACKNOWLEDGEMENT = 11 * MILLIS_PER_OCTET;

  private static final double LIFS = 0.640;
  private static final int PHY_OCTETS = 6;

  /** MAC 9 + 2, NWK 8 with security 14 + 4, APS 8. */
  private static final int MPDU_OVERHEAD = 45;

  /** ZCL header and Image Block Request with MinimumBlockPeriod. */
  private static final int REQUEST_OCTETS = 3 + 16;

  /** ZCL header and Image Block Response without its data. */
  private static final int RESPONSE_OCTETS = 3 + 14;

  private ChannelBound() {}

  /** One frame over one hop, milliseconds. */
  static double hopMillis(int mpduOctets) {
    return BACKOFF
        + CCA
        + TURNAROUND
        + (PHY_OCTETS + mpduOctets) * MILLIS_PER_OCTET
        + TURNAROUND
        + MAC_ACKNOWLEDGEMENT
        + LIFS;
  }

  /** An Image Block Request over one hop, milliseconds. */
  static double requestMillis() {
    return hopMillis(MPDU_OVERHEAD + REQUEST_OCTETS);
  }

  /** An Image Block Response over one hop, milliseconds. */
  static double responseMillis(int dataOctets) {
    return hopMillis(MPDU_OVERHEAD + RESPONSE_OCTETS + dataOctets);
  }

  /** An APS acknowledgement over one hop, milliseconds. */
  static double apsAcknowledgementMillis() {
    return hopMillis(MPDU_OVERHEAD);
  }

  /** Blocks a second to one device over one hop. */
  static double blocksPerSecond(int dataOctets, boolean requestsAcked) {
    return 1_000
        / (requestMillis()
            + responseMillis(dataOctets)
            + (requestsAcked ? apsAcknowledgementMillis() : 0));
  }

  /**
   * Blocks a second to one device over one hop when responses get lost and each is sent again at
   * once.
   *
   * @param thinkMillis what the device needs between a response and its next request
   * @param loss share of the responses that get lost, 0 to 1
   */
  static double blocksPerSecond(int dataOctets, double thinkMillis, double loss) {
    return 1_000 / (requestMillis() + responseMillis(dataOctets) / (1 - loss) + thinkMillis);
  }
}
