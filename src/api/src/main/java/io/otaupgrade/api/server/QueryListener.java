package io.otaupgrade.api.server;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard service that hears what the devices of all meshes ask for, those included that get
 * nothing; of devices whose EUI-64 is not known it hears nothing.
 */
@ConsumerType
public interface QueryListener {

  /** Called on the mesh's loop once the answer is with the radio, so it must return at once. */
  void queried(DeviceQuery query);
}
