package io.otaupgrade.api;

import io.otaupgrade.zcl.Eui64;
import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service that hears when a device's {@link DeviceBindings} change. */
@ConsumerType
public interface BindingListener {

  /** Called on the thread that made the change; ask {@link DeviceBindings} for what holds now. */
  void bindingsChanged(Eui64 device);
}
