package io.otaupgrade.simulator.internal;

/** How a mesh's time passes. */
public enum Speed {
  /** As the wall clock's. */
  REAL,
  /** Sixty times as fast. */
  FAST,
  /** As fast as the machine can go: virtual time. */
  MAX;

  /** Seconds of the mesh in a real second, at {@link #FAST}. */
  static final double FAST_FACTOR = 60;
}
