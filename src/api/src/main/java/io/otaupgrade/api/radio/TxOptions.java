package io.otaupgrade.api.radio;

/**
 * How a unicast travels.
 *
 * @param apsAcknowledgement whether the destination acknowledges it and the radio repeats it until
 *     then; ignored for broadcasts
 */
public record TxOptions(boolean apsAcknowledgement) {
  /** With APS acknowledgement. */
  public static final TxOptions ACKNOWLEDGED = new TxOptions(true);

  /** Without: half the airtime, and loss is the sender's matter. */
  public static final TxOptions UNACKNOWLEDGED = new TxOptions(false);
}
