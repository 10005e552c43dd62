package io.otaupgrade.drivers.internal.lua;

/** Ends a script. An error and no exception, so that nothing in the script can catch it. */
final class Stop extends Error {
  private static final long serialVersionUID = 1L;

  Stop(String reason) {
    super(reason, null, false, false);
  }
}
