package io.otaupgrade.transport.internal.link;

/** How the two ends of a serial line hold each other up. */
public enum FlowControl {
  NONE,
  /** By the RTS and CTS wires. */
  RTSCTS,
  /** By the octets XON and XOFF within the data. */
  XONXOFF
}
