package io.otaupgrade.transport.internal.link;

/** A line that does not open, or broke. The message is one line for an operator. */
public final class LineException extends Exception {
  private static final long serialVersionUID = 1L;

  public LineException(String message) {
    super(message);
  }

  public LineException(String message, Throwable cause) {
    super(message, cause);
  }
}
