package io.otaupgrade.zcl;

import java.util.Objects;

/**
 * Octets from the air that no frame of ours is made of: the only thing a decoder of this bundle
 * throws, whatever it is given. The message names the field and the numbers.
 *
 * <p>It has no stack trace: it describes input, not a fault of the program, and anyone with a radio
 * can cause it as often as they like.
 *
 * <p>The ZDO decoders throw it too; there {@code MALFORMED_COMMAND} stands for the ZDP status
 * INV_REQUESTTYPE and {@code UNSUP_COMMAND} for NOT_SUPPORTED.
 */
public final class ZclFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ZclStatus status;

  /**
   * A frame refused.
   *
   * @param status what a default response to the frame would say
   */
  public ZclFormatException(ZclStatus status, String message) {
    super(message, null, false, false);
    this.status = Objects.requireNonNull(status);
  }

  /** What a default response to the frame would say. */
  public ZclStatus status() {
    return status;
  }
}
