package io.otaupgrade.api.radio;

/** What became of a frame that was to be sent. */
public enum Delivery {
  /** Acknowledged by the destination; without APS acknowledgement, taken by the next hop. */
  DELIVERED,
  /** Sent, but no acknowledgement came. */
  NO_ACK,
  /** The radio would not take it: too long, no route, or not on a network. */
  REFUSED,
  /** Its deadline passed while it waited for its turn. */
  EXPIRED,
  /** Given to the radio, which never told the outcome (its link broke, or it gives no reports). */
  UNCONFIRMED
}
