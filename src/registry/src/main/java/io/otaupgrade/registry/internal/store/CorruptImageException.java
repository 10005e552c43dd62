package io.otaupgrade.registry.internal.store;

import java.io.IOException;

/** A stored file is not the image it was; it must not be served. */
public final class CorruptImageException extends IOException {
  private static final long serialVersionUID = 1L;

  CorruptImageException(String message) {
    super(message);
  }
}
