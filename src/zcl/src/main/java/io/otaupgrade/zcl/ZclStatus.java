package io.otaupgrade.zcl;

import io.otaupgrade.zcl.internal.CodeTable;
import java.util.Optional;

/**
 * The status enumeration of ZCL rev 8 §2.6.3, deprecated values included since devices still send
 * them. Values that revision reserves have no constant; whoever keeps a status that came over the
 * air keeps its code.
 */
public enum ZclStatus {
  SUCCESS(0x00),
  FAILURE(0x01),
  NOT_AUTHORIZED(0x7E),
  MALFORMED_COMMAND(0x80),
  /** Named UNSUP_CLUSTER_COMMAND before rev 8. */
  UNSUP_COMMAND(0x81),
  /** Deprecated in favour of {@link #UNSUP_COMMAND}. */
  UNSUP_GENERAL_COMMAND(0x82),
  /** Deprecated in favour of {@link #UNSUP_COMMAND}. */
  UNSUP_MANUF_CLUSTER_COMMAND(0x83),
  /** Deprecated in favour of {@link #UNSUP_COMMAND}. */
  UNSUP_MANUF_GENERAL_COMMAND(0x84),
  INVALID_FIELD(0x85),
  UNSUPPORTED_ATTRIBUTE(0x86),
  INVALID_VALUE(0x87),
  READ_ONLY(0x88),
  INSUFFICIENT_SPACE(0x89),
  /** Deprecated in favour of {@link #SUCCESS}. */
  DUPLICATE_EXISTS(0x8A),
  NOT_FOUND(0x8B),
  UNREPORTABLE_ATTRIBUTE(0x8C),
  INVALID_DATA_TYPE(0x8D),
  INVALID_SELECTOR(0x8E),
  /** Deprecated in favour of {@link #NOT_AUTHORIZED}. */
  WRITE_ONLY(0x8F),
  /** Deprecated in favour of {@link #FAILURE}. */
  INCONSISTENT_STARTUP_STATE(0x90),
  /** Deprecated in favour of {@link #FAILURE}. */
  DEFINED_OUT_OF_BAND(0x91),
  /** Deprecated in favour of {@link #FAILURE}. */
  ACTION_DENIED(0x93),
  TIMEOUT(0x94),
  ABORT(0x95),
  INVALID_IMAGE(0x96),
  WAIT_FOR_DATA(0x97),
  NO_IMAGE_AVAILABLE(0x98),
  REQUIRE_MORE_IMAGE(0x99),
  NOTIFICATION_PENDING(0x9A),
  /** Deprecated in favour of {@link #FAILURE}. */
  HARDWARE_FAILURE(0xC0),
  /** Deprecated in favour of {@link #FAILURE}. */
  SOFTWARE_FAILURE(0xC1),
  UNSUPPORTED_CLUSTER(0xC3),
  /** Deprecated in favour of {@link #SUCCESS}. */
  LIMIT_REACHED(0xC4);

  private static final CodeTable<ZclStatus> BY_CODE = new CodeTable<>(values(), ZclStatus::code);

  private final int code;

  ZclStatus(int code) {
    this.code = code;
  }

  /** The octet on the air, 0x00 to 0xFF. */
  public int code() {
    return code;
  }

  /** Empty for a reserved code; allocates nothing. */
  public static Optional<ZclStatus> of(int code) {
    return BY_CODE.of(code);
  }

  /** The constant's name, or the code in hexadecimal when there is none: for messages and logs. */
  public static String nameOf(int code) {
    return of(code).map(ZclStatus::name).orElseGet(() -> "0x%02X".formatted(code));
  }
}
