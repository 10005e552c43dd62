package io.otaupgrade.transport.internal.link;

/** A line that does not open, or broke. The message is one line for an operator. */
public final class LineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean lasting;

  private LineException(String message, boolean lasting, Throwable cause) {
    super(message, cause);
    this.lasting = lasting;
  }

  /** Trying again may help. */
  public LineException(String message) {
    super(message);
    lasting = false;
  }

  /** Trying again may help. */
  public LineException(String message, Throwable cause) {
    this(message, false, cause);
  }

  /** Somebody has to change something first. */
  static LineException lasting(String message, Throwable cause) {
    return new LineException(message, true, cause);
  }

  /** As the driver reports it. */
  RadioFault fault() {
    return new RadioFault(lasting, getMessage());
  }
}
