package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.api.OtaListener;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.image.ResourceFetcher;
import io.otaupgrade.api.radio.ApsListener;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import io.otaupgrade.drivers.internal.instance.DriverSetup;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import io.otaupgrade.drivers.internal.lua.Limits;
import io.otaupgrade.drivers.internal.lua.ScriptThreads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs drivers written in Lua. */
@Component(service = DriverRuntime.class, configurationPid = LuaDriverRuntime.PID)
@Designate(ocd = LuaDriverRuntime.Config.class)
public final class LuaDriverRuntime implements DriverRuntime {
  static final String PID = "io.otaupgrade.drivers.lua";

  /** What a driver's script may use. */
  @ObjectClassDefinition(name = "Ota Upgrade: driver scripts")
  @interface Config {
    @AttributeDefinition(description = "Instructions of one callback")
    long instructions() default 10_000_000;

    @AttributeDefinition(description = "Seconds that one callback may take")
    int seconds() default 10;

    @AttributeDefinition(description = "How deep calls may nest")
    int depth() default 200;

    @AttributeDefinition(name = "Memory (KiB)", description = "KiB that a driver may hold")
    int memoryKiB() default 8192;

    @AttributeDefinition(description = "Coroutines of a driver that have begun and not ended")
    int coroutines() default 16;

    @AttributeDefinition(
        description = "Threads that run drivers; 0 = two for each processor, four at least")
    int threads() default 0;
  }

  private static final Logger LOG = LoggerFactory.getLogger(LuaDriverRuntime.class);

  private final LuaRuntime runtime;
  private final ScriptThreads threads;
  private final HostTime time = new HostTime();
  private final List<ServiceRegistration<?>> listeners;

  @Activate
  public LuaDriverRuntime(
      BundleContext context, @Reference(name = "ota") OtaService ota, Config config) {
    int count =
        config.threads() > 0
            ? config.threads()
            : Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    threads = new ScriptThreads(count, 512);
    runtime = new LuaRuntime(ota, threads, time, InstantSource.system(), Limits.DEFAULT);
    modified(config);
    OtaListener results = runtime::received;
    NodeListener nodes = runtime::nodeEvent;
    ApsListener frames = runtime::received;
    listeners =
        List.of(
            context.registerService(OtaListener.class, results, null),
            context.registerService(NodeListener.class, nodes, null),
            context.registerService(ApsListener.class, frames, null));
  }

  /** Drivers that run keep the limits that they were started with. */
  @Modified
  void modified(Config config) {
    try {
      runtime.limits(
          new Limits(
              config.instructions(),
              Duration.ofSeconds(config.seconds()),
              config.depth(),
              config.memoryKiB() * 1024L,
              config.coroutines()));
    } catch (IllegalArgumentException wrong) {
      LOG.warn("{}: {}; what was in force stays", PID, wrong.getMessage());
    }
  }

  @Deactivate
  void stop() {
    listeners.forEach(ServiceRegistration::unregister);
    runtime.close();
    threads.close();
    time.close();
  }

  @Override
  public DriverInstance start(DriverSetup setup, DriverWatcher watcher) {
    return runtime.start(Objects.requireNonNull(setup), Objects.requireNonNull(watcher));
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void addRadio(RadioTransport radio) {
    runtime.addRadio(radio);
  }

  void removeRadio(RadioTransport radio) {
    runtime.removeRadio(radio);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void addServer(OtaServer server) {
    runtime.addServer(server);
  }

  void removeServer(OtaServer server) {
    runtime.removeServer(server);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setFetcher(ResourceFetcher fetcher) {
    runtime.fetcher(fetcher, null);
  }

  void unsetFetcher(ResourceFetcher fetcher) {
    runtime.fetcher(null, fetcher);
  }
}
