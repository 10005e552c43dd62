package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.spi.Confirmation;
import java.util.Arrays;

/**
 * What Z-Stack says became of a frame, in the answer to an AF_DATA_REQUEST or in the
 * AF_DATA_CONFIRM for it, and what that means to the mesh. Names and numbers as in TI's ZComDef.h.
 */
enum ZStatus {
  Z_SUCCESS(0x00, Confirmation.DELIVERED),
  Z_FAILURE(0x01, Confirmation.REFUSED),
  Z_INVALID_PARAMETER(0x02, Confirmation.REFUSED),
  /** Out of memory; or, said of a frame that is alone under way, too long for one. */
  Z_MEM_ERROR(0x10, Confirmation.BUSY),
  Z_BUFFER_FULL(0x11, Confirmation.BUSY),
  Z_UNSUPPORTED_MODE(0x12, Confirmation.REFUSED),
  Z_MAC_MEM_ERROR(0x13, Confirmation.BUSY),
  MAC_NO_RESOURCES(0x1A, Confirmation.BUSY),
  Z_SEC_NO_KEY(0xA1, Confirmation.REFUSED),
  APS_FAIL(0xB1, Confirmation.NO_ACK),
  APS_TABLE_FULL(0xB2, Confirmation.BUSY),
  APS_ILLEGAL_REQUEST(0xB3, Confirmation.REFUSED),
  APS_NO_ACK(0xB7, Confirmation.NO_ACK),
  NWK_INVALID_PARAM(0xC1, Confirmation.REFUSED),
  NWK_INVALID_REQUEST(0xC2, Confirmation.REFUSED),
  NWK_NOT_PERMITTED(0xC3, Confirmation.REFUSED),
  NWK_TABLE_FULL(0xC7, Confirmation.BUSY),
  NWK_UNKNOWN_DEVICE(0xC8, Confirmation.NO_ACK),
  NWK_NO_ACK(0xCC, Confirmation.NO_ACK),
  /** A route is searched for before this is reported. */
  NWK_NO_ROUTE(0xCD, Confirmation.NO_ACK),
  /** The channel was never free: nothing was sent. */
  MAC_CHANNEL_ACCESS_FAILURE(0xE1, Confirmation.BUSY),
  MAC_FRAME_TOO_LONG(0xE5, Confirmation.REFUSED),
  MAC_INVALID_PARAMETER(0xE8, Confirmation.REFUSED),
  MAC_NO_ACK(0xE9, Confirmation.NO_ACK),
  /** A sleepy child did not come for it. */
  MAC_TRANSACTION_EXPIRED(0xF0, Confirmation.NO_ACK),
  /** There is no more room for what waits for sleepy children. */
  MAC_TRANSACTION_OVERFLOW(0xF1, Confirmation.BUSY),

  /** Stands for all that are not in this table. */
  UNKNOWN(-1, Confirmation.NO_ACK);

  private static final ZStatus[] BY_CODE = new ZStatus[0x100];

  static {
    Arrays.fill(BY_CODE, UNKNOWN);
    for (ZStatus status : values()) {
      if (status != UNKNOWN) {
        BY_CODE[status.code] = status;
      }
    }
  }

  private final int code;
  private final Confirmation confirmation;

  ZStatus(int code, Confirmation confirmation) {
    this.code = code;
    this.confirmation = confirmation;
  }

  /**
   * The status with this number.
   *
   * @param code 0..0xFF
   */
  static ZStatus of(int code) {
    return BY_CODE[code];
  }

  Confirmation confirmation() {
    return confirmation;
  }
}
