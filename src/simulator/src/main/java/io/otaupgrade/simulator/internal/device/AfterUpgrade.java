package io.otaupgrade.simulator.internal.device;

/** What a device does once it was told to run its new image. */
public enum AfterUpgrade {
  /** It comes back with the new version. */
  RUNS_NEW,
  /** It comes back with the old version, as when its boot loader refuses the image. */
  COMES_BACK_OLD,
  /** It does not come back. */
  NEVER_COMES_BACK
}
