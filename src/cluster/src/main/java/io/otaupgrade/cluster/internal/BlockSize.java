package io.otaupgrade.cluster.internal;

import io.otaupgrade.zcl.ota.OtaResponseEncoder;

/** How many octets of data a block gets (docs/protocol.md, "Block size"). */
final class BlockSize {

  /** What a block is shrunk to a multiple of: flash pages and ciphers of devices work in these. */
  private static final int STEP = 16;

  private BlockSize() {}

  /**
   * The size for one block.
   *
   * @param asked the request's maximum data size, 1..255
   * @param maximumPayload the longest ASDU the radio takes to that node
   * @param cap the most octets of data by configuration, and by what the radio refused before
   * @param left octets from the offset to the end of the image or page, at least 1
   * @return 1..{@code min(asked, left)}
   */
  static int of(int asked, int maximumPayload, int cap, VendorQuirk quirk, int left) {
    int wanted = Math.min(asked, quirk.maximumDataSize());
    int room = Math.min(maximumPayload - OtaResponseEncoder.IMAGE_BLOCK_OVERHEAD, cap);
    int size = wanted;
    if (room < wanted) {
      size = quirk.exact() ? room : below(room + 1);
    }
    return Math.min(Math.max(size, 1), left);
  }

  /** The largest multiple of 16 that is less than {@code size}; just less when there is none. */
  static int below(int size) {
    int multiple = (size - 1) / STEP * STEP;
    return multiple > 0 ? multiple : size - 1;
  }
}
