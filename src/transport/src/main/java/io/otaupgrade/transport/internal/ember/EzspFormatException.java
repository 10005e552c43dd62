package io.otaupgrade.transport.internal.ember;

/** An EZSP frame that is too short for what it is. It is input, so there is no stack trace. */
final class EzspFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  EzspFormatException(String message) {
    super(message, null, false, false);
  }
}
