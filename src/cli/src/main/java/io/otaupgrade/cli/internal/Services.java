package io.otaupgrade.cli.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.ServiceReference;

/**
 * The services of the runtime that a command runs in. Commands look them up instead of having them
 * injected: which ones they need depends on the arguments, and several appear only because of what
 * the command configures.
 */
public interface Services {

  /** Waits for a service. */
  <S> S await(Class<S> type) throws CommandFailed, InterruptedException;

  /** Waits for a service with these properties. */
  <S> S await(Class<S> type, String filter) throws CommandFailed, InterruptedException;

  /** Waits for a service and tells its properties; its class need not be known here. */
  ServiceReference<?> awaitReference(String type, String filter)
      throws CommandFailed, InterruptedException;

  /** Publishes a service until the process ends. */
  <S> void publish(Class<S> type, S service, Map<String, ?> properties);

  /**
   * Follows the services of a type until the process ends.
   *
   * @param added gets each that is there, and each that comes; on any thread
   * @param removed gets each that goes, before it stops working
   */
  <S> void follow(Class<S> type, Consumer<S> added, Consumer<S> removed);

  /** Configures the component with this PID. */
  void configure(String pid, Map<String, ?> settings)
      throws IOException, CommandFailed, InterruptedException;

  /** Configures one more instance of the component with this factory PID. */
  void configureInstance(String factoryPid, String name, Map<String, ?> settings)
      throws IOException, CommandFailed, InterruptedException;

  /** A folder of this process's own, which goes with it. */
  Path folder(String name);
}
