package io.otaupgrade.simulator.internal.air;

/**
 * How long frames take on the 2.4 GHz O-QPSK PHY of IEEE 802.15.4: 250 kbit/s, 62 500 symbols of 4
 * bits a second.
 */
final class Airtime {

  /** MAC 9 + 2, NWK 8 with auxiliary header 14 and MIC 4, APS 8. */
  static final int MPDU_OVERHEAD = 45;

  /** An APS acknowledgement carries nothing. */
  static final int APS_ACKNOWLEDGEMENT_MPDU = MPDU_OVERHEAD;

  /** MAC command Data Request: how a sleepy device asks its parent for frames. */
  static final int DATA_REQUEST_MPDU = 12;

  /** The largest ASDU of an unfragmented frame with a network key and nothing optional. */
  static final int MAXIMUM_ASDU = 127 - MPDU_OVERHEAD;

  /** The first attempt's back-off exponent is 3. */
  static final int BACKOFFS = 8;

  private static final long SYMBOL = 16_000;
  private static final long OCTET = 2 * SYMBOL;
  private static final long UNIT_BACKOFF = 20 * SYMBOL;
  private static final long CCA = 8 * SYMBOL;
  private static final long TURNAROUND = 12 * SYMBOL;
  private static final int PHY_OVERHEAD = 6;
  private static final long MAC_ACKNOWLEDGEMENT = (PHY_OVERHEAD + 5) * OCTET;
  private static final long LIFS = 40 * SYMBOL;

  private Airtime() {}

  /**
   * One frame over one hop, from the start of the back-off until the channel is free again,
   * nanoseconds.
   *
   * @param backoffs unit back-off periods drawn, 0..7
   */
  static long hop(int mpduOctets, int backoffs) {
    return backoffs * UNIT_BACKOFF
        + CCA
        + TURNAROUND
        + (PHY_OVERHEAD + mpduOctets) * OCTET
        + TURNAROUND
        + MAC_ACKNOWLEDGEMENT
        + LIFS;
  }

  /** What a source route adds to the network header: two octets and two for each relay. */
  static int sourceRoute(int relays) {
    return relays == 0 ? 0 : 2 + 2 * relays;
  }
}
