package io.otaupgrade.drivers.internal.lua;

/** A call into a script did not end well. */
public final class ScriptFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean stopped;

  ScriptFailed(String reason, boolean stopped) {
    super(reason, null, false, false);
    this.stopped = stopped;
  }

  /** Whether a budget ended the script for good; otherwise it threw, and could be called again. */
  public boolean stopped() {
    return stopped;
  }
}
