package io.otaupgrade.director.internal;

import static java.util.stream.Collectors.toSet;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
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

  /** The ids whose bindings are the configuration's; guarded by this. */
  private Set<Integer> configured;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<BindingListener> listeners = List.of();

  @Activate
  public BindingTable(
      BundleContext context, Settings.Config config, Map<String, Object> properties) {
    this(
        new BindingFile(dataFolder(context).resolve("bindings.properties")),
        Executors.newSingleThreadExecutor(task -> new Thread(task, "ota-bindings")));
    modified(config, properties);
  }

  /**
   * @param writer runs the writes of facts that were only learned, which may come on a mesh's loop
   */
  BindingTable(BindingFile file, ExecutorService writer) {
    this.file = file;
    this.writer = writer;
    BindingFile.Contents contents = file.read();
    this.byId = contents.bindings();
    this.configured = contents.configured();
  }

  private static Path dataFolder(BundleContext context) {
    String folder = context.getProperty("ota.data");
    return folder == null ? context.getDataFile("").toPath() : Path.of(folder).resolve("director");
  }

  @Deactivate
  void close() {
    writer.shutdown();
  }

  /** A host that has no configuration, or none yet, has not taken anything out of it. */
  @Modified
  void modified(Settings.Config config, Map<String, Object> properties) {
    if (properties.containsKey(Constants.SERVICE_PID)) {
      configure(() -> Settings.of(config, properties));
    }
  }

  /**
   * Binds what the configuration prescribes, and unbinds what it does no more; a bad configuration
   * changes nothing.
   */
  void configure(Supplier<Settings> settings) {
    List<Settings.Entry> prescribed;
    try {
      prescribed = settings.get().bindings();
    } catch (IllegalArgumentException rejected) {
      LOG.warn("{}: {}; nothing was changed", Settings.PID, rejected.getMessage());
      return;
    }
    boolean news = false;
    for (Settings.Entry entry : prescribed) {
      news |= put(entry.deviceId(), entry.device(), entry.driverTypeId());
    }
    news |= unbindWhatIsNotIn(prescribed); // last, so that a device under another id keeps its mesh
    if (news) {
      write();
    }
  }

  private boolean unbindWhatIsNotIn(List<Settings.Entry> prescribed) {
    Set<Integer> ids = prescribed.stream().map(Settings.Entry::deviceId).collect(toSet());
    Set<Integer> gone;
    synchronized (this) {
      if (ids.equals(configured)) {
        return false;
      }
      gone = new HashSet<>(configured);
      gone.removeAll(ids);
      configured = ids;
    }
    change(map -> without(gone, map));
    return true;
  }

  private static Map<Integer, DeviceBinding> without(
      Set<Integer> deviceIds, Map<Integer, DeviceBinding> map) {
    Map<Integer, DeviceBinding> next = new TreeMap<>(map);
    next.keySet().removeAll(deviceIds);
    return next;
  }

  /** Whoever binds or unbinds an id by hand has it from then on. */
  private synchronized void takeFromConfiguration(int deviceId) {
    configured = new HashSet<>(configured);
    configured.remove(deviceId);
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
    takeFromConfiguration(deviceId);
    put(deviceId, device, driverTypeId);
    write();
  }

  private boolean put(int deviceId, Eui64 device, Optional<String> driverTypeId) {
    Optional<String> mesh =
        bindings(device).stream().map(DeviceBinding::mesh).flatMap(Optional::stream).findFirst();
    return change(
        map ->
            put(
                map,
                merged(
                    Optional.ofNullable(map.get(deviceId)),
                    new DeviceBinding(deviceId, device, mesh, driverTypeId))));
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
    takeFromConfiguration(deviceId);
    change(map -> without(Set.of(deviceId), map));
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
      file.write(new BindingFile.Contents(byId, configured));
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
