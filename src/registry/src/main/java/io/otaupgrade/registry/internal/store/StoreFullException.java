package io.otaupgrade.registry.internal.store;

import java.io.IOException;
import java.util.Locale;

/** The store's quota does not hold what was to be written; the message has the numbers. */
public final class StoreFullException extends IOException {
  private static final long serialVersionUID = 1L;

  StoreFullException(long used, long wanted, long quota) {
    super(
        String.format(
            Locale.ROOT,
            "storeQuota is %d octets, %d are used, %d more do not fit",
            quota,
            used,
            wanted));
  }
}
