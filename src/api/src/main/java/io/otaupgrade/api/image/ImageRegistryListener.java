package io.otaupgrade.api.image;

import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service that follows the registry. */
@ConsumerType
public interface ImageRegistryListener {
  /** Called in the order of events, on the thread that caused them; must return at once. */
  void changed(ImageEvent event);
}
