package io.otaupgrade.transport.internal.ember;

/**
 * Why a co-processor was reset or failed, as RSTACK and ERROR frames tell (UG101 §6, table "Reset
 * and Error Codes").
 */
enum NcpReset {
  RESET_UNKNOWN_REASON(0x00),
  RESET_EXTERNAL(0x01),
  RESET_POWERON(0x02),
  RESET_WATCHDOG(0x03),
  RESET_ASSERT(0x06),
  RESET_BOOTLOADER(0x09),
  RESET_SOFTWARE(0x0B),
  ERROR_EXCEEDED_MAXIMUM_ACK_TIMEOUT_COUNT(0x51);

  private final int code;

  NcpReset(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** For an operator: the name, or what is known of a code without one. */
  static String describe(int code) {
    for (NcpReset reset : values()) {
      if (reset.code == code) {
        return reset.name();
      }
    }
    // From 0x80 on they are the chip's own (UG101 §6).
    return "%s 0x%02X".formatted(code >= 0x80 ? "chip-specific code" : "code", code);
  }
}
