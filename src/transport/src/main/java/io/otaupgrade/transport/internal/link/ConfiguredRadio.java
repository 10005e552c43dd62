package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.spi.RadioDriver;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of one configuration a driver service, or, while the configuration is wrong, a {@link
 * MisconfiguredRadio} that says so. It registers them by itself, since what is registered depends
 * on the configuration, and so does the name of the mesh.
 */
public final class ConfiguredRadio {

  /** The service registry. */
  @FunctionalInterface
  interface Registry {
    /** Registers a service and gives back what takes it away. */
    <T> Runnable register(Class<T> type, T service, Map<String, Object> properties);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredRadio.class);
  private static final String SERVICE_PID = "service.pid";

  private final String protocol;
  private final CoProcessor.Factory factory;
  private final Lines lines;
  private final Registry registry;
  private Optional<RadioSettings> settings = Optional.empty();
  private Optional<MisconfiguredRadio> wrong = Optional.empty();
  private Runnable withdraw = () -> {};

  /**
   * @param protocol its name, for the operator
   * @param factory makes the protocol for each line that is opened
   */
  public ConfiguredRadio(
      String protocol, CoProcessor.Factory factory, Lines lines, BundleContext bundle) {
    this(protocol, factory, lines, new OsgiRegistry(bundle));
  }

  ConfiguredRadio(String protocol, CoProcessor.Factory factory, Lines lines, Registry registry) {
    this.protocol = protocol;
    this.factory = factory;
    this.lines = lines;
    this.registry = registry;
  }

  /** The configuration is this from now on. */
  public synchronized void configure(Map<String, ?> properties) {
    String pid = String.valueOf(properties.get(SERVICE_PID));
    String name = pid.substring(pid.lastIndexOf('~') + 1);
    try {
      RadioSettings wanted = RadioSettings.of(name, properties);
      if (!settings.equals(Optional.of(wanted))) {
        run(wanted);
      }
    } catch (IllegalArgumentException e) {
      // A value may have several lines.
      String why = e.getMessage().replaceAll("\\p{Cntrl}+", " ");
      MisconfiguredRadio radio =
          new MisconfiguredRadio(text(properties, "mesh", name), protocol, why);
      if (!wrong.equals(Optional.of(radio))) {
        LOG.warn("{}: {}; there is no radio until this is mended", pid, why);
        show(radio);
      }
    }
  }

  private void run(RadioSettings wanted) {
    remove();
    settings = Optional.of(wanted);
    withdraw =
        registry.register(
            RadioDriver.class,
            new CoProcessorDriver(
                wanted.mesh(), protocol, wanted.port(), wanted.network(), factory, lines),
            Map.of(RadioDriver.MESH, wanted.mesh()));
  }

  private void show(MisconfiguredRadio radio) {
    remove();
    wrong = Optional.of(radio);
    withdraw =
        registry.register(MisconfiguredRadio.class, radio, Map.of(RadioDriver.MESH, radio.mesh()));
  }

  /** There is no configuration any more. */
  public synchronized void remove() {
    withdraw.run();
    withdraw = () -> {};
    settings = Optional.empty();
    wrong = Optional.empty();
  }

  private static String text(Map<String, ?> properties, String key, String absent) {
    return Optional.ofNullable(properties.get(key))
        .map(value -> value.toString().strip())
        .filter(value -> !value.isEmpty())
        .orElse(absent);
  }

  private record OsgiRegistry(BundleContext bundle) implements Registry {

    @Override
    public <T> Runnable register(Class<T> type, T service, Map<String, Object> properties) {
      ServiceRegistration<T> registration =
          bundle.registerService(type, service, FrameworkUtil.asDictionary(properties));
      return () -> {
        try {
          registration.unregister();
        } catch (IllegalStateException bundleStopped) {
          LOG.debug("{} is not there any more", service, bundleStopped);
        }
      };
    }
  }
}
