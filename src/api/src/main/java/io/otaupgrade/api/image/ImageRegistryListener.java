package io.otaupgrade.api.image;

import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service that follows the registry. */
@ConsumerType
public interface ImageRegistryListener {
  /**
   * Called in the order of events, on the thread that caused them; what the registry answers is as
   * it is after the event, or after later ones. Must return at once, and never wait for a thread
   * that calls the registry.
   */
  void changed(ImageEvent event);
}
