package io.otaupgrade.cli.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The services of the runtime that a command runs in. Commands look them up instead of having them
 * injected: which ones they need depends on the arguments, and several appear only because of what
 * the command configures.
 */
public final class Services {

  /** How long to wait for what comes up by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BundleContext context;

  Services(BundleContext context) {
    this.context = context;
  }

  /** Waits for a service. */
  public <S> S await(Class<S> type) throws CommandFailed, InterruptedException {
    return await(type, "(objectClass=*)");
  }

  /** Waits for a service with these properties. */
  public <S> S await(Class<S> type, String filter) throws CommandFailed, InterruptedException {
    return type.cast(context.getService(awaitReference(type.getName(), filter)));
  }

  /** Waits for a service and tells its properties; its class need not be known here. */
  public ServiceReference<?> awaitReference(String type, String filter)
      throws CommandFailed, InterruptedException {
    String both = "(&(objectClass=" + type + ")" + filter + ")";
    try {
      ServiceTracker<Object, ServiceReference<?>> tracker =
          new ServiceTracker<>(
              context,
              context.createFilter(both),
              new ServiceTrackerCustomizer<>() {
                @Override
                public ServiceReference<?> addingService(ServiceReference<Object> reference) {
                  return reference;
                }

                @Override
                public void modifiedService(
                    ServiceReference<Object> reference, ServiceReference<?> same) {}

                @Override
                public void removedService(
                    ServiceReference<Object> reference, ServiceReference<?> same) {}
              });
      tracker.open();
      ServiceReference<?> reference = tracker.waitForService(PATIENCE.toMillis());
      tracker.close();
      if (reference == null) {
        throw new CommandFailed("no " + type + " came up within " + PATIENCE.toSeconds() + " s");
      }
      return reference;
    } catch (InvalidSyntaxException ours) {
      throw new IllegalArgumentException(both, ours);
    }
  }

  /** Publishes a service until the process ends. */
  public <S> void publish(Class<S> type, S service, Map<String, ?> properties) {
    context.registerService(type, service, FrameworkUtil.asDictionary(properties));
  }

  /** Configures the component with this PID. */
  public void configure(String pid, Map<String, ?> settings)
      throws IOException, CommandFailed, InterruptedException {
    await(ConfigurationAdmin.class)
        .getConfiguration(pid, "?")
        .update(FrameworkUtil.asDictionary(settings));
  }

  /** Configures one more instance of the component with this factory PID. */
  public void configureInstance(String factoryPid, String name, Map<String, ?> settings)
      throws IOException, CommandFailed, InterruptedException {
    await(ConfigurationAdmin.class)
        .getFactoryConfiguration(factoryPid, name, "?")
        .update(FrameworkUtil.asDictionary(settings));
  }

  /** A folder of this process's own, which goes with it. */
  public Path folder(String name) {
    return context.getDataFile(name).toPath();
  }
}
