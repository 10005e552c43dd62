package io.otaupgrade.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard service that receives the results of {@link OtaService} calls. Without the service
 * property {@link #DEVICE_ID} it receives those of all device ids.
 */
@ConsumerType
public interface OtaListener {

  /** Service property: the device ids wanted, an {@code Integer}, array or collection of them. */
  String DEVICE_ID = "deviceId";

  /**
   * Called in the order of events, on the director's delivery thread; a listener that throws is
   * logged and the others still get the result.
   */
  void received(OtaResult result);
}
