package io.otaupgrade.bench.load.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The services of the runtime around us. */
final class Host {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BundleContext context;
  private final ConfigurationAdmin configurations;

  Host(BundleContext context, ConfigurationAdmin configurations) {
    this.context = context;
    this.configurations = configurations;
  }

  /** Waits for a service with these properties, which is used until the process ends. */
  <S> S await(Class<S> type, String filter) throws LoadFailed, InterruptedException {
    try {
      ServiceTracker<S, S> tracker =
          new ServiceTracker<>(
              context,
              context.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"),
              null);
      tracker.open();
      S service = tracker.waitForService(PATIENCE.toMillis());
      if (service == null) {
        throw new LoadFailed(
            "no " + type.getSimpleName() + " " + filter + " within " + PATIENCE.toSeconds() + " s");
      }
      return service;
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException(filter, e);
    }
  }

  <S> void publish(Class<S> type, S service, Map<String, Object> properties) {
    context.registerService(type, service, FrameworkUtil.asDictionary(properties));
  }

  void configureInstance(String factoryPid, String name, Map<String, Object> settings)
      throws IOException {
    configurations
        .getFactoryConfiguration(factoryPid, name, "?")
        .update(FrameworkUtil.asDictionary(settings));
  }
}
