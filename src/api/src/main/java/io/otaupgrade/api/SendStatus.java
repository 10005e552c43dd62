package io.otaupgrade.api;

/** Whether a call of {@link OtaService} was taken; zero is the only code that means yes. */
public enum SendStatus {
  /** The request was taken and ends with exactly one final {@link OtaResult}. */
  SENT(0),
  /** The service is being stopped. */
  STOPPING(1),
  /** Too many requests wait already; the bound is the director's {@code queueLimit}. */
  QUEUE_FULL(2);

  private final int code;

  SendStatus(int code) {
    this.code = code;
  }

  /** The number a driver sees: 0 = sent. */
  public int code() {
    return code;
  }
}
