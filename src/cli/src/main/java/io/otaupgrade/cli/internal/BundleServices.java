package io.otaupgrade.cli.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** The services and folders that the framework gives our bundle. */
final class BundleServices implements Services {

  /** How long to wait for what comes up by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BundleContext context;

  BundleServices(BundleContext context) {
    this.context = context;
  }

  @Override
  public <S> S await(Class<S> type) throws CommandFailed, InterruptedException {
    return await(type, "(objectClass=*)");
  }

  @Override
  public <S> S await(Class<S> type, String filter) throws CommandFailed, InterruptedException {
    S service = type.cast(context.getService(awaitReference(type.getName(), filter)));
    if (service == null) { // it is registered, and failed to start; it has logged why
      throw new CommandFailed(
          "the " + type.getSimpleName() + " does not start, for the reason that was logged");
    }
    return service;
  }

  @Override
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

  @Override
  public <S> void publish(Class<S> type, S service, Map<String, ?> properties) {
    context.registerService(type, service, FrameworkUtil.asDictionary(properties));
  }

  @Override
  public <S> void follow(Class<S> type, Consumer<S> added, Consumer<S> removed) {
    new ServiceTracker<S, S>(context, type, null) {
      @Override
      public S addingService(ServiceReference<S> reference) {
        S service = super.addingService(reference);
        if (service != null) { // it went again meanwhile
          added.accept(service);
        }
        return service;
      }

      @Override
      public void removedService(ServiceReference<S> reference, S service) {
        removed.accept(service);
        super.removedService(reference, service);
      }
    }.open();
  }

  @Override
  public void configure(String pid, Map<String, ?> settings)
      throws IOException, CommandFailed, InterruptedException {
    await(ConfigurationAdmin.class)
        .getConfiguration(pid, "?")
        .update(FrameworkUtil.asDictionary(settings));
  }

  @Override
  public void configureInstance(String factoryPid, String name, Map<String, ?> settings)
      throws IOException, CommandFailed, InterruptedException {
    await(ConfigurationAdmin.class)
        .getFactoryConfiguration(factoryPid, name, "?")
        .update(FrameworkUtil.asDictionary(settings));
  }

  @Override
  public Path folder(String name) {
    return context.getDataFile(name).toPath();
  }
}
