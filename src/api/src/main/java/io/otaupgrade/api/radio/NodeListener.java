package io.otaupgrade.api.radio;

import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service that follows the nodes; the service property {@code mesh} narrows it. */
@ConsumerType
public interface NodeListener {
  /** Called on the mesh's loop. */
  void nodeEvent(String mesh, NodeEvent event);
}
