package io.otaupgrade.cluster.internal;

import java.time.Duration;

/**
 * Devices that want something else than the rest, by manufacturer code and image type: the one
 * table of them. A device that asks for blocks in its own rhythm or size needs no row: Telink's
 * stack, for one, decrypts in steps of 16 octets and so asks for 48, and gets 48, or when these do
 * not fit the next smaller multiple of 16, as everybody does.
 */
enum VendorQuirk {
  /**
   * Legrand (Netatmo): the device counts on blocks of exactly the size it asked for, up to 64, and
   * works through them for up to half an hour.
   */
  LEGRAND(0x1021, VendorQuirk.ANY_TYPE, 64, true, Duration.ofMinutes(30)),

  /** Insta, also Jung and Gira: the stack drops frames with more data. */
  INSTA(0x117A, VendorQuirk.ANY_TYPE, 40, false, Duration.ZERO),

  /** dresden elektronik: as Insta. */
  DRESDEN_ELEKTRONIK(0x1135, VendorQuirk.ANY_TYPE, 40, false, Duration.ZERO),

  /** Bosch: battery devices that take two days for an image and pause for long. */
  BOSCH(0x1209, VendorQuirk.ANY_TYPE, 255, false, Duration.ofMinutes(60)),

  /** CoolKit (Sonoff), the one type that pauses as long as Bosch's. */
  SONOFF_8199(0x1286, 8199, 255, false, Duration.ofMinutes(60)),

  /** Everybody else. */
  NONE(VendorQuirk.ANY_TYPE, VendorQuirk.ANY_TYPE, 255, false, Duration.ZERO);

  private static final int ANY_TYPE = -1;

  private final int manufacturerCode;
  private final int imageType;
  private final int maximumDataSize;
  private final boolean exact;
  private final Duration stallTime;

  VendorQuirk(
      int manufacturerCode, int imageType, int maximumDataSize, boolean exact, Duration stallTime) {
    this.manufacturerCode = manufacturerCode;
    this.imageType = imageType;
    this.maximumDataSize = maximumDataSize;
    this.exact = exact;
    this.stallTime = stallTime;
  }

  static VendorQuirk of(int manufacturerCode, int imageType) {
    for (VendorQuirk quirk : values()) {
      if (quirk.manufacturerCode == manufacturerCode
          && (quirk.imageType == ANY_TYPE || quirk.imageType == imageType)) {
        return quirk;
      }
    }
    return NONE;
  }

  /** The most octets of data in a block, whatever is asked for. */
  int maximumDataSize() {
    return maximumDataSize;
  }

  /** Whether a block that does not fit is better cut than rounded down to a multiple of 16. */
  boolean exact() {
    return exact;
  }

  /** How long it may pause: the configured time, or this vendor's if that is longer. */
  Duration stallTime(Duration configured) {
    return stallTime.compareTo(configured) > 0 ? stallTime : configured;
  }
}
