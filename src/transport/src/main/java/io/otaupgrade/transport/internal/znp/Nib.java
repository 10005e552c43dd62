package io.otaupgrade.transport.internal.znp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What the co-processor's network information base says of its network. The base is a C structure
 * as it lies in the co-processor's memory (nwkIB_t in TI's nwk.h), so that where its fields are
 * depends on the processor.
 *
 * @param channel 11..26; 0 without a network
 * @param panId 0xFFFF or 0xFFFE without a network
 * @param extendedPanId as a number, most significant octet first
 * @param keyIsLoaded whether there is a network key
 */
record Nib(int channel, int panId, long extendedPanId, boolean keyIsLoaded) {

  private static final int LOWEST_CHANNEL = 11;
  private static final int HIGHEST_CHANNEL = 26;
  private static final int HIGHEST_PAN_ID = 0xFFFD;

  /** Where the fields are. */
  private enum Layout {
    /** CC2530: octet by octet. */
    PACKED(110, 22, 33, 53, 61),
    /** CC2538, CC2652, CC1352: filled up to even and fourfold addresses. */
    ALIGNED(116, 24, 36, 57, 65);

    private final int octets;
    private final int channel;
    private final int panId;
    private final int extendedPanId;
    private final int keyLoaded;

    Layout(int octets, int channel, int panId, int extendedPanId, int keyLoaded) {
      this.octets = octets;
      this.channel = channel;
      this.panId = panId;
      this.extendedPanId = extendedPanId;
      this.keyLoaded = keyLoaded;
    }
  }

  /**
   * Reads the item.
   *
   * @return empty when it has none of the lengths that are known
   */
  static Optional<Nib> of(ByteBuffer item) {
    ByteBuffer in = item.slice().order(ByteOrder.LITTLE_ENDIAN);
    for (Layout layout : Layout.values()) {
      if (in.remaining() == layout.octets) {
        return Optional.of(
            new Nib(
                in.get(layout.channel) & 0xFF,
                in.getShort(layout.panId) & 0xFFFF,
                in.getLong(layout.extendedPanId),
                in.get(layout.keyLoaded) != 0));
      }
    }
    return Optional.empty();
  }

  /** Whether this is a network, and not what a co-processor without one has here. */
  boolean isNetwork() {
    return channel >= LOWEST_CHANNEL
        && channel <= HIGHEST_CHANNEL
        && panId <= HIGHEST_PAN_ID
        && keyIsLoaded;
  }
}
