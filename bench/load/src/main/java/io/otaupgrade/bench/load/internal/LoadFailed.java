package io.otaupgrade.bench.load.internal;

/** The plan cannot be carried out; the message tells why. */
final class LoadFailed extends Exception {
  private static final long serialVersionUID = 1L;

  LoadFailed(String message) {
    super(message);
  }
}
