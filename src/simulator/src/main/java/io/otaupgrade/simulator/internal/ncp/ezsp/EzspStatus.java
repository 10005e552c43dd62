package io.otaupgrade.simulator.internal.ncp.ezsp;

/**
 * What became of a command: the code up to EZSP 13, an EmberStatus or EzspStatus of one octet, and
 * the sl_status_t from EZSP 14 on.
 */
enum EzspStatus {
  OK(0x00, 0x00),
  FAIL(0x01, 0x01),
  BAD_ARGUMENT(0x02, 0x21),
  NO_BUFFERS(0x18, 0x19),
  DELIVERY_FAILED(0x66, 0x0C02),
  INVALID_CALL(0x70, 0x02),
  MAX_MESSAGE_LIMIT_REACHED(0x72, 0x0C03),
  MESSAGE_TOO_LONG(0x74, 0x38),
  NETWORK_UP(0x90, 0x15),
  NETWORK_DOWN(0x91, 0x16),
  NOT_JOINED(0x93, 0x17),
  NETWORK_OPENED(0x9C, 0x0C18),
  NETWORK_CLOSED(0x9D, 0x0C19),
  SECURITY_STATE_NOT_SET(0xA8, 0x0C0B),
  INDEX_OUT_OF_RANGE(0xB1, 0x27),
  TABLE_ENTRY_ERASED(0xB6, 0x2D),
  CHANNEL_CHANGED(0x9B, 0x0C17),

  // EzspStatus
  ERROR_OUT_OF_MEMORY(0x35, 0x19),
  ERROR_INVALID_VALUE(0x36, 0x21),
  ERROR_INVALID_ID(0x37, 0x21),
  ERROR_INVALID_CALL(0x38, 0x02);

  private final int ember;
  private final int sl;

  EzspStatus(int ember, int sl) {
    this.ember = ember;
    this.sl = sl;
  }

  /** EmberStatus or EzspStatus, one octet. */
  int ember() {
    return ember;
  }

  /** sl_status_t, four octets. */
  int sl() {
    return sl;
  }
}
