package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.internal.CodeTable;
import java.util.Optional;

/** The ZDP status enumeration (05-3474 rev 22 §2.4.5, the last three from rev 23). */
public enum ZdoStatus {
  SUCCESS(0x00),
  INV_REQUESTTYPE(0x80),
  DEVICE_NOT_FOUND(0x81),
  INVALID_EP(0x82),
  NOT_ACTIVE(0x83),
  NOT_SUPPORTED(0x84),
  TIMEOUT(0x85),
  NO_MATCH(0x86),
  NO_ENTRY(0x88),
  NO_DESCRIPTOR(0x89),
  INSUFFICIENT_SPACE(0x8A),
  NOT_PERMITTED(0x8B),
  TABLE_FULL(0x8C),
  NOT_AUTHORIZED(0x8D),
  DEVICE_BINDING_TABLE_FULL(0x8E),
  INVALID_INDEX(0x8F),
  FRAME_TOO_LARGE(0x90),
  BAD_KEY_NEGOTIATION_METHOD(0x91),
  TEMPORARY_FAILURE(0x92);

  private static final CodeTable<ZdoStatus> BY_CODE = new CodeTable<>(values(), ZdoStatus::code);

  private final int code;

  ZdoStatus(int code) {
    this.code = code;
  }

  /** The octet on the air, 0x00 to 0xFF. */
  public int code() {
    return code;
  }

  /** Empty for a reserved code; devices also send statuses of their NWK layer here. */
  public static Optional<ZdoStatus> of(int code) {
    return BY_CODE.of(code);
  }

  /** The constant's name, or the code in hexadecimal when there is none: for messages and logs. */
  public static String nameOf(int code) {
    return of(code).map(ZdoStatus::name).orElseGet(() -> "0x%02X".formatted(code));
  }
}
