package io.otaupgrade.api.server;

import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service that follows the upgrades of all meshes. */
@ConsumerType
public interface UpgradeListener {

  /**
   * Called on the mesh's loop, so it must return at once: at every change of state, and at most
   * once a second for progress.
   */
  void changed(Upgrade upgrade);
}
