package io.otaupgrade.itest.scenarios;

import java.nio.file.Path;

/** What an operator does, in the way of the container the scenarios run in. */
public interface Host {
  /** Takes the Ota Upgrade plugin away for good: uninstalls it. */
  void uninstallPlugin() throws Exception;

  /** Puts the plugin back after {@link #uninstallPlugin}. */
  void installPlugin() throws Exception;

  /** The folder whose {@code .cfg} files are the configuration. */
  Path configurations();
}
