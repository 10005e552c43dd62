package io.otaupgrade.drivers.internal.pack;

import java.io.IOException;

/** The archive is not what it says; the message is a finding's. */
final class BrokenPackageException extends IOException {
  private static final long serialVersionUID = 1L;

  BrokenPackageException(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this; // it is input
  }
}
