package io.otaupgrade.api.drivers;

import io.otaupgrade.zcl.Eui64;
import java.util.Map;
import java.util.Optional;

/**
 * The driver of one device.
 *
 * @param mesh where the device was last seen
 * @param message why it does not run; empty when it does
 * @param properties the values of its properties, in their order; the default ones while it does
 *     not run
 */
public record BoundDriver(
    int deviceId,
    Eui64 device,
    Optional<String> mesh,
    State state,
    String message,
    Map<String, String> properties) {

  /** How a driver is. */
  public enum State {
    /** Its script runs. */
    RUNNING,
    /** It failed, and is started again after a pause. */
    PAUSED,
    /** It cannot run: its device was never seen, or this host runs no drivers. */
    WAITING
  }
}
