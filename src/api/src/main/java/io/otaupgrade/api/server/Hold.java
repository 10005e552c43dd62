package io.otaupgrade.api.server;

import java.time.Duration;

/** A lease on one device: while it lasts, the server leaves the device's OTA frames alone. */
public interface Hold extends AutoCloseable {

  /** Starts the lease anew; false when it has ended already. */
  boolean renew(Duration lease);

  /** Ends the lease. */
  @Override
  void close();
}
