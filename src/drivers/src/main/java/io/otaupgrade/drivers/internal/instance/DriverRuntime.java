package io.otaupgrade.drivers.internal.instance;

/** Makes instances. */
public interface DriverRuntime {

  /**
   * Starts a script, on a thread of control of its own. Returns at once: what is wrong with the
   * script comes to {@link DriverWatcher#failed}.
   */
  DriverInstance start(DriverSetup setup, DriverWatcher watcher);
}
