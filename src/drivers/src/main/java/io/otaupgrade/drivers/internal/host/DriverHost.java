package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.BindingListener;
import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.drivers.BoundDriver;
import io.otaupgrade.api.drivers.DeviceMatch;
import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverEvent.Kind;
import io.otaupgrade.api.drivers.DriverListener;
import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.api.drivers.InstalledPackage;
import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.drivers.internal.host.AssignedIds.Assignment;
import io.otaupgrade.drivers.internal.host.PackageStore.Prepared;
import io.otaupgrade.drivers.internal.host.PackageStore.Stored;
import io.otaupgrade.drivers.internal.host.Surroundings.Hosting;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import io.otaupgrade.drivers.internal.pack.PackageReader;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The installed packages and their drivers. What changes them does so on the host's one thread;
 * what is read of them is a snapshot taken there.
 */
final class DriverHost implements DriverPackages, NodeListener, BindingListener {

  private static final Logger LOG = LoggerFactory.getLogger(DriverHost.class);

  /** How long an update waits for a fetch that the old driver has begun. */
  private static final Duration LAST_FETCH = Duration.ofSeconds(5);

  private final PackageStore store;
  private final AssignedIds assigned;
  private final EventLog events;
  private final HostLoop loop;
  private final DeviceBindings bindings;
  private final Surroundings around;
  private final boolean runs;
  private volatile Settings settings;

  /** Changed on the loop; withdrawals look into it from other threads. */
  private final Map<Integer, DriverSlot> slots = new ConcurrentSkipListMap<>();

  /** Device ids whose driver ended while there was no registry to tell. */
  private final Set<Integer> withdrawalsDue = ConcurrentHashMap.newKeySet();

  // on the loop
  private final Map<String, Stored> packages = new TreeMap<>();
  private final Map<String, Hosting> hosted = new HashMap<>();
  private final Set<Eui64> contested = new HashSet<>();

  /** Where devices were seen; the bindings learn it only of those that were bound by then. */
  private final Map<Eui64, String> seen = new HashMap<>();

  /**
   * Does nothing before {@link #open}.
   *
   * @param root the folder that packages, logs and what drivers persist lie in
   * @param runs whether packages are run; else they are only looked at, beside a host that runs
   *     them
   */
  DriverHost(
      Path root,
      HostLoop loop,
      DeviceBindings bindings,
      Surroundings around,
      Supplier<List<DriverListener>> listeners,
      Settings settings,
      boolean runs)
      throws IOException {
    this.store = new PackageStore(root);
    this.assigned = new AssignedIds(root.resolve("device-ids.properties"));
    this.loop = loop;
    this.bindings = bindings;
    this.around = around;
    this.settings = settings;
    this.runs = runs;
    this.events =
        new EventLog(root.resolve("logs"), loop, () -> this.settings.logLines(), listeners);
  }

  /** Takes up what was installed before. */
  void open() {
    if (runs) {
      store.clean(); // at once: from now on packages are prepared there, on any thread
    }
    loop.execute(
        () -> {
          packages.putAll(store.load(runs));
          if (!runs) {
            return;
          }
          for (Stored stored : List.copyOf(packages.values())) {
            if (stored.origin().filter(file -> !Files.exists(file)).isPresent()) {
              LOG.info("{} was taken away from {}", stored.typeId(), stored.origin().get());
              removeNow(stored);
            } else {
              host(stored);
            }
          }
          bindAll();
          reconcile();
        });
  }

  /** Ends all drivers; their registrations stay, as those of a host that restarts. */
  void close() {
    loop.execute(
        () -> {
          List.copyOf(slots.keySet()).forEach(id -> stopSlot(id, "the host stops"));
          hosted.values().forEach(Hosting::close);
          hosted.clear();
          events.write();
        });
  }

  void configure(Settings changed) {
    settings = changed;
    loop.execute(
        () -> {
          bindAll();
          reconcile();
        });
  }

  /** A runtime, a mesh or the registry came or went. */
  void surroundingsChanged() {
    loop.execute(
        () -> {
          withdrawDue();
          bindAll();
          reconcile();
        });
  }

  /** The runtime goes: its instances are ended while it is still there. */
  void runtimeGoes() {
    call(
        () -> {
          List.copyOf(slots.keySet()).forEach(id -> stopSlot(id, "the runtime is replaced"));
          return true;
        });
  }

  // ---- devices

  @Override
  public void nodeEvent(String mesh, NodeEvent event) {
    if (event.kind() == NodeEvent.Kind.LEFT || event.node().modelIdentifier().isEmpty()) {
      return;
    }
    loop.execute(
        () -> {
          boolean isNew = !mesh.equals(seen.put(event.node().eui64(), mesh));
          if (bind(event.node()) || isNew) {
            reconcile();
          }
        });
  }

  @Override
  public void bindingsChanged(Eui64 device) {
    if (!loop.inLoop()) { // else we did it ourselves
      loop.execute(this::reconcile);
    }
  }

  private void bindAll() {
    for (RadioTransport transport : around.transports()) {
      for (Node node : transport.nodes()) {
        seen.put(node.eui64(), transport.mesh());
        bind(node);
      }
    }
  }

  /** Gives a device that fits a package, and that nobody has bound, an id. */
  private boolean bind(Node node) {
    if (!runs || !settings.autoBind() || !bindings.bindings(node.eui64()).isEmpty()) {
      return false;
    }
    List<Stored> fitting = packages.values().stream().filter(stored -> fits(stored, node)).toList();
    if (fitting.isEmpty()) {
      return false;
    }
    Stored chosen = fitting.get(0);
    if (fitting.size() > 1 && contested.add(node.eui64())) {
      LOG.warn(
          "{} fits {}; {} is taken",
          node.eui64(),
          fitting.stream().map(Stored::typeId).toList(),
          chosen.typeId());
    }
    int deviceId = freeId();
    assigned.put(deviceId, new Assignment(chosen.typeId(), true));
    bindings.bind(deviceId, node.eui64(), chosen.typeId());
    events.add(Kind.BOUND, chosen.typeId(), deviceId, node.eui64().toString(), "", "");
    return true;
  }

  private static boolean fits(Stored stored, Node node) {
    for (DeviceMatch match : stored.contents().driverXml().matches()) {
      if (match.fits(node.manufacturerName(), node.modelIdentifier())) {
        return true;
      }
    }
    return false;
  }

  private int freeId() {
    Set<Integer> taken =
        bindings.bindings().stream().map(DeviceBinding::deviceId).collect(Collectors.toSet());
    int deviceId = settings.firstDeviceId();
    while (taken.contains(deviceId) || assigned.get(deviceId).isPresent()) {
      deviceId++;
    }
    return deviceId;
  }

  // ---- drivers

  /** Makes the drivers that run those that should. */
  private void reconcile() {
    if (!runs) {
      return;
    }
    Map<Integer, DeviceBinding> wanted = new TreeMap<>();
    for (DeviceBinding binding : bindings.bindings()) {
      packageOf(binding).ifPresent(stored -> wanted.put(binding.deviceId(), binding));
    }
    for (DriverSlot slot : List.copyOf(slots.values())) {
      DeviceBinding binding = wanted.get(slot.deviceId());
      boolean isRight =
          binding != null
              && packageOf(binding)
                  .filter(
                      stored -> slot.isFor(stored, binding.device(), meshOf(binding).orElse("")))
                  .isPresent();
      if (!isRight) {
        stopSlot(slot.deviceId(), binding == null ? "unbound" : "bound anew");
        if (binding == null) {
          unbound(slot);
        }
      } else if (slot.hasOldHosts()) {
        stopSlot(slot.deviceId(), "its allowed hosts changed");
      }
    }
    if (wanted.isEmpty()) {
      return; // and nobody has to load what runs scripts
    }
    Optional<DriverRuntime> runtime = around.runtime();
    for (DeviceBinding binding : wanted.values()) {
      int deviceId = binding.deviceId();
      if (runtime.isPresent() && !slots.containsKey(deviceId) && meshOf(binding).isPresent()) {
        Stored stored = packageOf(binding).orElseThrow();
        DriverSlot slot =
            new DriverSlot(
                loop,
                store,
                events,
                () -> settings,
                stored,
                deviceId,
                binding.device(),
                meshOf(binding).get());
        slots.put(deviceId, slot);
        slot.start(runtime.get());
      }
    }
  }

  /** The package of a bound id: the one it was given to, else the one of the type it has. */
  private Optional<Stored> packageOf(DeviceBinding binding) {
    Optional<Assignment> assignment = assigned.get(binding.deviceId());
    if (assignment.isEmpty()) {
      Optional<Stored> stored = binding.driverTypeId().map(packages::get);
      stored.ifPresent(
          one -> assigned.put(binding.deviceId(), new Assignment(one.typeId(), false)));
      return stored;
    }
    return assignment.map(Assignment::typeId).map(packages::get);
  }

  private Optional<String> meshOf(DeviceBinding binding) {
    return binding.mesh().or(() -> Optional.ofNullable(seen.get(binding.device())));
  }

  private void unbound(DriverSlot slot) {
    withdraw(slot.deviceId());
    assigned.remove(slot.deviceId());
    store.forget(slot.typeId(), slot.deviceId());
  }

  private void stopSlot(int deviceId, String why) {
    DriverSlot slot = slots.remove(deviceId);
    if (slot != null) {
      slot.stop(why);
    }
  }

  /**
   * Withdraws what a device id holds, as soon as there is a registry; on any thread. What the
   * driver registered that the id has by then is left to it.
   */
  private void withdraw(int deviceId) {
    around
        .registry()
        .ifPresentOrElse(
            registry -> withdraw(registry, deviceId), () -> withdrawalsDue.add(deviceId));
  }

  private void withdraw(ImageRegistry registry, int deviceId) {
    Optional<DriverSlot> now = Optional.ofNullable(slots.get(deviceId));
    for (ImageRegistration held : registry.heldBy(deviceId)) {
      if (now.filter(slot -> slot.isDriverOf(held.key())).isEmpty()) {
        registry.withdraw(deviceId, held.key().imageTypeId());
      }
    }
  }

  private void withdrawDue() {
    for (int deviceId : List.copyOf(withdrawalsDue)) {
      withdrawalsDue.remove(deviceId);
      withdraw(deviceId);
    }
  }

  /** Ends all drivers of a package and withdraws what they registered. */
  private void endDrivers(String typeId, String why) {
    List<Integer> ids = assigned.of(typeId);
    ids.forEach(id -> stopSlot(id, why));
    awaitLastFetch(ids);
    ids.forEach(this::withdraw);
  }

  /**
   * A fetch that the old driver began would else register its image after all was withdrawn. What
   * one registers that is not waited for is withdrawn when it ends: an answer for the same id comes
   * after that, and before the new driver's request for an image is judged.
   */
  private void awaitLastFetch(List<Integer> ids) {
    Optional<OtaService> ota = around.ota();
    if (ota.isEmpty()) {
      return;
    }
    Map<Integer, CompletableFuture<OtaResult>> answers = new TreeMap<>();
    for (int id : ids) {
      answers.put(id, ota.get().imageInfo(id).finalResult().toCompletableFuture());
    }
    var all = CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new));
    if (!loop.await(all, LAST_FETCH)) {
      LOG.warn("a fetch for {} takes long and is not waited for", ids);
      answers.forEach(
          (id, answer) -> {
            var unused = answer.whenComplete((result, notSent) -> withdraw(id));
          });
    }
  }

  // ---- packages

  @Override
  public PackageCheck check(Path file) {
    return PackageReader.read(file).check();
  }

  @Override
  public PackageCheck install(Path file) throws IOException {
    return install(file, Optional.empty());
  }

  /**
   * As {@link #install(Path)}.
   *
   * @param origin the file that the package goes with
   */
  PackageCheck install(Path file, Optional<Path> origin) throws IOException {
    checkRuns();
    Prepared prepared = store.prepare(file, origin);
    String typeId = file.getFileName().toString();
    PackageCheck check =
        prepared.unpacked().isEmpty()
            ? prepared.check()
            : callIo(() -> put(prepared.check(), prepared.unpacked().get()));
    if (!check.isAccepted()) {
      String errors =
          check.findings().stream()
              .filter(finding -> finding.severity() == PackageFinding.Severity.ERROR)
              .map(PackageFinding::toString)
              .collect(Collectors.joining("\n"));
      LOG.warn("{} is refused: {}", typeId, errors.replace("\n", "; "));
      if (PackageReader.isFileName(typeId)) {
        events.add(Kind.REFUSED, typeId, 0, "", errors, "");
      }
    }
    return check;
  }

  private PackageCheck put(PackageCheck check, Stored fresh) throws IOException {
    Optional<Stored> old = Optional.ofNullable(packages.get(fresh.typeId()));
    if (old.isPresent() && old.get().sha256().equals(fresh.sha256())) {
      store.delete(fresh);
      if (fresh.origin().isPresent() && !fresh.origin().equals(old.get().origin())) {
        packages.put(fresh.typeId(), store.withOrigin(old.get(), fresh.origin()));
      }
      return check;
    }
    Optional<String> fault = misfit(fresh);
    if (fault.isPresent()) {
      store.delete(fresh);
      return PackageStore.refusal(check, fault.get());
    }
    if (old.isPresent()) {
      endDrivers(fresh.typeId(), "updated to version " + fresh.contents().identity().version());
      unhost(fresh.typeId());
    }
    Stored stored = store.commit(fresh);
    packages.put(stored.typeId(), stored);
    old.ifPresent(store::delete);
    host(stored);
    String version = Long.toString(stored.contents().identity().version());
    events.add(Kind.INSTALLED, stored.typeId(), 0, version, "", "");
    LOG.info("{} version {} installed", stored.typeId(), version);
    bindAll();
    reconcile();
    return check;
  }

  private Optional<String> misfit(Stored fresh) {
    long octets = fresh.octets();
    for (Stored other : packages.values()) {
      if (other.typeId().equals(fresh.typeId())) {
        continue;
      }
      octets += other.octets();
      if (other.typeId().equalsIgnoreCase(fresh.typeId())) {
        return Optional.of("there is " + other.typeId() + " already, whose name differs by case");
      }
    }
    return octets > settings.storeQuota()
        ? Optional.of(
            "there is no room: all packages would take "
                + octets
                + " octets, storeQuota is "
                + settings.storeQuota())
        : Optional.empty();
  }

  private void host(Stored stored) {
    stored
        .www()
        .ifPresent(
            folder ->
                hosted.put(
                    stored.typeId(), around.host(stored.contents().identity().name(), folder)));
  }

  private void unhost(String typeId) {
    Optional.ofNullable(hosted.remove(typeId)).ifPresent(Hosting::close);
  }

  @Override
  public boolean remove(String typeId) throws IOException {
    checkRuns();
    return callIo(
        () -> {
          Stored stored = packages.get(typeId);
          if (stored == null) {
            return false;
          }
          removeNow(stored);
          return true;
        });
  }

  /** Removes the package that was dropped as this file. */
  void removeOrigin(Path file) throws IOException {
    callIo(
        () -> {
          for (Stored stored : List.copyOf(packages.values())) {
            if (stored.origin().equals(Optional.of(file))) {
              removeNow(stored);
            }
          }
          return true;
        });
  }

  private void removeNow(Stored stored) {
    String typeId = stored.typeId();
    endDrivers(typeId, "removed");
    unhost(typeId);
    packages.remove(typeId);
    for (int deviceId : assigned.of(typeId)) {
      boolean automatic = assigned.get(deviceId).filter(Assignment::isAutomatic).isPresent();
      assigned.remove(deviceId);
      if (automatic) {
        bindings.unbind(deviceId);
      }
    }
    store.delete(stored);
    store.forget(typeId);
    events.add(Kind.REMOVED, typeId, 0, "", "", "");
    LOG.info("{} removed", typeId);
    bindAll(); // its devices may fit another package
    reconcile();
  }

  @Override
  public List<InstalledPackage> installed() {
    return call(() -> packages.values().stream().map(this::snapshot).toList());
  }

  @Override
  public Optional<InstalledPackage> installed(String typeId) {
    return call(() -> Optional.ofNullable(packages.get(typeId)).map(this::snapshot));
  }

  private InstalledPackage snapshot(Stored stored) {
    List<BoundDriver> drivers = new ArrayList<>();
    for (int deviceId : assigned.of(stored.typeId())) {
      DriverSlot slot = slots.get(deviceId);
      if (slot != null) {
        drivers.add(slot.snapshot());
      } else {
        bindings
            .binding(deviceId)
            .map(
                binding ->
                    new BoundDriver(
                        deviceId,
                        binding.device(),
                        meshOf(binding),
                        BoundDriver.State.WAITING,
                        waitingFor(binding),
                        DriverSlot.defaults(stored)))
            .ifPresent(drivers::add);
      }
    }
    return new InstalledPackage(stored.contents().description(), stored.sha256(), drivers);
  }

  private String waitingFor(DeviceBinding binding) {
    if (!runs) {
      return "not run by this process";
    }
    return meshOf(binding).isEmpty() ? "its device was never seen" : "nothing here runs scripts";
  }

  @Override
  public List<DriverEvent> log(String typeId) {
    return PackageReader.isFileName(typeId) ? call(() -> events.last(typeId)) : List.of();
  }

  @Override
  public boolean setProperty(int deviceId, String name, String value) {
    return call(
        () ->
            Optional.ofNullable(slots.get(deviceId))
                .map(slot -> slot.setProperty(name, value))
                .orElse(false));
  }

  private void checkRuns() throws IOException {
    if (!runs) {
      throw new IOException("this process only looks at the packages of another");
    }
  }

  private <T> T call(Callable<T> task) {
    try {
      return callIo(task);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs the task on the loop and waits for it; for callers that are on it already, too. */
  private <T> T callIo(Callable<T> task) throws IOException {
    try {
      return (loop.inLoop() ? done(task) : loop.submit(task)).get();
    } catch (RejectedExecutionException | CancellationException stopped) {
      throw new IOException("the driver host has stopped", stopped);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static <T> Future<T> done(Callable<T> task) {
    FutureTask<T> run = new FutureTask<>(task);
    run.run();
    return run;
  }
}
