package io.otaupgrade.drivers.internal.instance;

/** Hears what an instance does; in order, on the instance's own thread, and is not to block it. */
public interface DriverWatcher {

  /** How serious a line of the log is. */
  enum Level {
    DEBUG,
    /** What the script prints. */
    PRINT,
    WARN,
    ERROR
  }

  /** The script, or the host on its behalf, has something to say. */
  void logged(Level level, String text);

  /**
   * The script called the OTA or the Zigbee API.
   *
   * @param function as the script wrote it, for example {@code zb:otaAddImage}
   * @param arguments as text
   * @param result as text, empty if it has none
   */
  void called(String function, String arguments, String result);

  /**
   * A callback of the script was called.
   *
   * @param function its name, for example {@code ReceivedFromNetwork}
   * @param arguments as text; of an OTA result, all of its fields
   */
  void notified(String function, String arguments);

  /** A property has a new value. */
  void propertyChanged(String name, String value);

  /**
   * The script was stopped: a budget is exhausted, or it threw where nothing could catch it. Told
   * once; the instance is closed then. Nothing follows.
   */
  void failed(String reason);
}
