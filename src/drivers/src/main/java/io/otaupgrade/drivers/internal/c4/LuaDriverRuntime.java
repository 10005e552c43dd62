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
import io.otaupgrade.drivers.internal.lua.ScriptThreads;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs drivers written in Lua. */
@Component(service = DriverRuntime.class, configurationPid = LuaSettings.PID)
@Designate(ocd = LuaSettings.Config.class)
public final class LuaDriverRuntime implements DriverRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(LuaDriverRuntime.class);

  private final LuaRuntime runtime;
  private final ScriptThreads threads;
  private final HostTime time = new HostTime();
  private final List<ServiceRegistration<?>> listeners;

  @Activate
  public LuaDriverRuntime(
      BundleContext context,
      @Reference(name = "ota") OtaService ota,
      Map<String, Object> properties) {
    LuaSettings.Reading reading = LuaSettings.read(properties);
    warn(reading, "the default is used");
    LuaSettings settings = reading.settings();
    threads = new ScriptThreads(settings.threadsOr(2 * processors()), 512);
    runtime = new LuaRuntime(ota, threads, time, InstantSource.system(), settings.limits());
    OtaListener results = runtime::received;
    NodeListener nodes = runtime::nodeEvent;
    ApsListener frames = runtime::received;
    listeners =
        List.of(
            context.registerService(OtaListener.class, results, null),
            context.registerService(NodeListener.class, nodes, null),
            context.registerService(ApsListener.class, frames, null));
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Drivers that run keep the limits that they were started with. */
  @Modified
  void modified(Map<String, Object> properties) {
    LuaSettings.Reading reading = LuaSettings.read(properties);
    warn(reading, "what was in force stays");
    if (reading.faults().isEmpty()) {
      runtime.limits(reading.settings().limits());
    }
  }

  private static void warn(LuaSettings.Reading reading, String consequence) {
    if (!reading.faults().isEmpty()) {
      LOG.warn("{}: {}; {}", LuaSettings.PID, String.join("; ", reading.faults()), consequence);
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
