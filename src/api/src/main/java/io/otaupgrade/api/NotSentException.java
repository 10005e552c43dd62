package io.otaupgrade.api;

/** The request was not taken, so no result will come. */
public final class NotSentException extends Exception {
  private static final long serialVersionUID = 1L;

  private final SendStatus status;

  public NotSentException(SendStatus status) {
    super("request not sent: " + status);
    this.status = status;
  }

  /** Why; never {@link SendStatus#SENT}. */
  public SendStatus status() {
    return status;
  }
}
