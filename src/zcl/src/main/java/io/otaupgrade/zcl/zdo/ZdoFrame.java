package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.internal.Ranges;
import java.util.Objects;

/**
 * The ASDU of a ZDO frame.
 *
 * @param transactionSequenceNumber 0x00 to 0xFF; a response echoes its request's
 */
public record ZdoFrame(int transactionSequenceNumber, ZdoCommand command) {
  public ZdoFrame {
    Ranges.u8("transactionSequenceNumber", transactionSequenceNumber);
    Objects.requireNonNull(command);
  }
}
