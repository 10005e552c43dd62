package io.otaupgrade.api.radio;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard service: hears when the state of a radio or its message changes, and, once registered,
 * how each radio is now.
 */
@ConsumerType
public interface RadioListener {

  /** Called on a thread of the radio-transport bundle's, never on a mesh's loop; may block. */
  void radioChanged(RadioStatus status);

  /** The radio is not configured any more. */
  default void radioRemoved(String mesh) {}
}
