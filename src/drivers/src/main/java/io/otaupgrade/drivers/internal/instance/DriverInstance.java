package io.otaupgrade.drivers.internal.instance;

import java.util.Map;

/** A driver's script in execution. Safe from any thread; nothing waits for the script. */
public interface DriverInstance extends AutoCloseable {

  /** The values of its properties now. */
  Map<String, String> properties();

  /** Sets a property, as its operator would. */
  void setProperty(String name, String value);

  /**
   * Ends the script: {@code OnDriverDestroyed} has a moment to run, then everything of it is gone.
   * Returns when that is so.
   */
  @Override
  void close();
}
