package io.otaupgrade.director.internal;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.ComponentException;
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

/**
 * The bindings: in memory as an immutable map that readers share, on disk at every change. The mesh
 * of a device is learned from its node events.
 */
@Component(
    service = {DeviceBindings.class, NodeListener.class, BindingTable.class},
    configurationPid = Settings.PID)
@Designate(ocd = Settings.Config.class)
public final class BindingTable implements DeviceBindings, NodeListener {

  private static final Logger LOG = LoggerFactory.getLogger(BindingTable.class);

  private final BindingFile file;
  private final ExecutorService writer;
  private volatile Map<Integer, DeviceBinding> byId;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<BindingListener> listeners = List.of();

  @Activate
  public BindingTable(BundleContext context, Settings.Config config) {
    this(
        new BindingFile(dataFolder(context).resolve("bindings.properties")),
        Executors.newSingleThreadExecutor(task -> new Thread(task, "ota-bindings")));
    modified(config);
  }

  /**
   * @param writer runs the writes of facts that were only learned, which may come on a mesh's loop
   */
  BindingTable(BindingFile file, ExecutorService writer) {
    this.file = file;
    this.writer = writer;
    this.byId = file.read();
  }

  private static Path dataFolder(BundleContext context) {
    String folder = context.getProperty("ota.data");
    return folder == null ? context.getDataFile("").toPath() : Path.of(folder).resolve("director");
  }

  @Deactivate
  void close() {
    writer.shutdown();
  }

  @Modified
  void modified(Settings.Config config) {
    configure(() -> Settings.of(config));
  }

  /** Binds what the configuration prescribes; a bad configuration changes nothing. */
  void configure(Supplier<Settings> settings) {
    List<Settings.Entry> prescribed;
    try {
      prescribed = settings.get().bindings();
    } catch (IllegalArgumentException | ComponentException rejected) {
      LOG.warn("{}: {}; nothing was changed", Settings.PID, rejected.getMessage());
      return;
    }
    for (Settings.Entry entry : prescribed) {
      bind(entry.deviceId(), entry.device(), entry.driverTypeId());
    }
  }

  void listen(List<BindingListener> who) {
    listeners = List.copyOf(who);
  }

  @Override
  public void bind(int deviceId, Eui64 device) {
    bind(deviceId, device, Optional.empty());
  }

  @Override
  public void bind(int deviceId, Eui64 device, String driverTypeId) {
    bind(deviceId, device, Optional.of(driverTypeId));
  }

  private void bind(int deviceId, Eui64 device, Optional<String> driverTypeId) {
    if (deviceId <= 0) {
      throw new IllegalArgumentException("deviceId must be > 0, was " + deviceId);
    }
    Optional<String> mesh =
        bindings(device).stream().map(DeviceBinding::mesh).flatMap(Optional::stream).findFirst();
    change(
        map ->
            put(
                map,
                merged(
                    Optional.ofNullable(map.get(deviceId)),
                    new DeviceBinding(deviceId, device, mesh, driverTypeId))));
    write();
  }

  /** What was known of the id stays, as far as it is still about the same device. */
  private static DeviceBinding merged(Optional<DeviceBinding> before, DeviceBinding now) {
    return before
        .filter(old -> old.device().equals(now.device()))
        .map(
            old ->
                new DeviceBinding(
                    now.deviceId(),
                    now.device(),
                    now.mesh().or(old::mesh),
                    now.driverTypeId().or(old::driverTypeId)))
        .orElse(now);
  }

  @Override
  public boolean unbind(int deviceId) {
    boolean was = byId.containsKey(deviceId);
    change(
        map -> {
          Map<Integer, DeviceBinding> next = new TreeMap<>(map);
          next.remove(deviceId);
          return next;
        });
    write();
    return was;
  }

  /** A call of the driver API told the type of an id's driver. */
  void learnType(int deviceId, String driverTypeId) {
    learn(deviceId, old -> typed(old, driverTypeId));
  }

  private static DeviceBinding typed(DeviceBinding old, String driverTypeId) {
    return new DeviceBinding(old.deviceId(), old.device(), old.mesh(), Optional.of(driverTypeId));
  }

  /** The device is on this mesh. */
  void learnMesh(Eui64 device, String mesh) {
    for (DeviceBinding known : bindings(device)) {
      if (!known.mesh().equals(Optional.of(mesh))) {
        learn(
            known.deviceId(),
            old ->
                new DeviceBinding(
                    old.deviceId(), old.device(), Optional.of(mesh), old.driverTypeId()));
      }
    }
  }

  private void learn(int deviceId, UnaryOperator<DeviceBinding> fact) {
    boolean news =
        change(
            map ->
                Optional.ofNullable(map.get(deviceId))
                    .map(old -> put(map, fact.apply(old)))
                    .orElse(map));
    if (news) {
      try {
        writer.execute(this::write);
      } catch (RejectedExecutionException closed) {
        // learned again when the device is seen again
      }
    }
  }

  @Override
  public void nodeEvent(String mesh, NodeEvent event) {
    if (event.kind() != NodeEvent.Kind.LEFT) {
      learnMesh(event.node().eui64(), mesh);
    }
  }

  @Override
  public Optional<DeviceBinding> binding(int deviceId) {
    return Optional.ofNullable(byId.get(deviceId));
  }

  @Override
  public List<DeviceBinding> bindings(Eui64 device) {
    List<DeviceBinding> found = new ArrayList<>(2);
    for (DeviceBinding binding : byId.values()) {
      if (binding.device().equals(device)) {
        found.add(binding);
      }
    }
    return found;
  }

  @Override
  public List<DeviceBinding> bindings() {
    return List.copyOf(byId.values());
  }

  private static Map<Integer, DeviceBinding> put(
      Map<Integer, DeviceBinding> map, DeviceBinding binding) {
    Map<Integer, DeviceBinding> next = new TreeMap<>(map);
    next.put(binding.deviceId(), binding);
    return next;
  }

  private synchronized void write() {
    try {
      file.write(byId.values());
    } catch (IOException e) {
      LOG.warn("bindings are good until the next restart only, {}: {}", file, e.toString());
    }
  }

  /** Returns whether anything changed. */
  private boolean change(UnaryOperator<Map<Integer, DeviceBinding>> step) {
    Map<Integer, DeviceBinding> before;
    Map<Integer, DeviceBinding> after;
    synchronized (this) {
      before = byId;
      after = step.apply(before);
      if (after.equals(before)) {
        return false;
      }
      byId = after;
    }
    after.values().stream()
        .filter(binding -> !binding.equals(before.get(binding.deviceId())))
        .map(DeviceBinding::device)
        .distinct()
        .forEach(this::tell);
    before.values().stream()
        .filter(
            binding ->
                !after.containsKey(binding.deviceId())
                    || !after.get(binding.deviceId()).device().equals(binding.device()))
        .map(DeviceBinding::device)
        .distinct()
        .forEach(this::tell);
    return true;
  }

  private void tell(Eui64 device) {
    for (BindingListener listener : listeners) {
      try {
        listener.bindingsChanged(device);
      } catch (RuntimeException e) {
        LOG.warn("{} failed on a change of {}", listener, device, e);
      }
    }
  }
}
