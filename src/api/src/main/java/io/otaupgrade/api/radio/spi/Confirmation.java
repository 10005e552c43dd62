package io.otaupgrade.api.radio.spi;

/** Outcome of one frame given to a {@link RadioDriver}. */
public enum Confirmation {
  /** Acknowledged; without APS acknowledgement, taken by the next hop. */
  DELIVERED,
  /** No acknowledgement came. */
  NO_ACK,
  /** The co-processor is full now; the same frame may be tried again later. */
  BUSY,
  /** The co-processor would not take it, and would not later. */
  REFUSED
}
