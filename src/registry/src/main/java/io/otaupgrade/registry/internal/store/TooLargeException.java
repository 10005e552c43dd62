package io.otaupgrade.registry.internal.store;

import java.io.IOException;

/** More octets came than a file may have. */
public final class TooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  TooLargeException(long maximumSize) {
    super("the file has more than the " + maximumSize + " octets of maximumImageSize");
  }
}
