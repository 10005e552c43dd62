package io.otaupgrade.api.radio;

/** How far a co-processor is on its way to its network. */
public enum RadioState {
  /** The line is being opened, or the co-processor is being set up. */
  STARTING,
  /** On its network: the mesh's {@link RadioTransport} is there. */
  UP,
  /** It failed in a way that waiting may mend, and is tried again with growing pauses, for ever. */
  RETRYING,
  /** It cannot work until somebody changes its configuration, its firmware or its network. */
  MISCONFIGURED
}
