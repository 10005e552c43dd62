package io.otaupgrade.api.drivers;

import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service that follows all drivers. */
@ConsumerType
public interface DriverListener {

  /**
   * Called in the order of events of one driver, on that driver's thread or the host's; returns at
   * once.
   */
  void happened(DriverEvent event);
}
