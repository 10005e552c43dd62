package io.otaupgrade.bench;

/** A measure could not be taken; the message tells a person why. */
final class MeasureFailed extends Exception {
  private static final long serialVersionUID = 1L;

  MeasureFailed(String message) {
    super(message);
  }

  MeasureFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
