package io.otaupgrade.api.radio;

/** Which frames go first when more wait than the radio takes. */
public enum Priority {
  /** A person waits for it. Always before {@link #OTA}. */
  CONTROL,
  /** Image transfer. */
  OTA
}
