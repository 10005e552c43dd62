package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.drivers.BoundDriver;
import io.otaupgrade.api.drivers.DriverEvent.Kind;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.drivers.internal.host.PackageStore.Stored;
import io.otaupgrade.drivers.internal.instance.DriverInstance;
import io.otaupgrade.drivers.internal.instance.DriverRuntime;
import io.otaupgrade.drivers.internal.instance.DriverSetup;
import io.otaupgrade.drivers.internal.instance.DriverSetup.Property;
import io.otaupgrade.drivers.internal.instance.DriverWatcher;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of one device: started, and started again with growing pauses. On the host's thread.
 */
final class DriverSlot {

  private static final Logger LOG = LoggerFactory.getLogger(DriverSlot.class);

  /** After so long a run, a failure counts as the first. */
  private static final Duration GOOD_RUN = Duration.ofMinutes(10);

  private final HostLoop loop;
  private final PackageStore store;
  private final EventLog events;
  private final Supplier<Settings> settings;
  private final Stored stored;
  private final int deviceId;
  private final Eui64 device;
  private final String mesh;

  private Optional<DriverInstance> instance = Optional.empty();
  private Optional<HostLoop.Timer> restart = Optional.empty();
  private Set<String> allowedHosts = Set.of();
  private int run;
  private int failures;
  private Instant startedAt = Instant.EPOCH;
  private String trouble = "";

  DriverSlot(
      HostLoop loop,
      PackageStore store,
      EventLog events,
      Supplier<Settings> settings,
      Stored stored,
      int deviceId,
      Eui64 device,
      String mesh) {
    this.loop = loop;
    this.store = store;
    this.events = events;
    this.settings = settings;
    this.stored = stored;
    this.deviceId = deviceId;
    this.device = device;
    this.mesh = mesh;
  }

  String typeId() {
    return stored.typeId();
  }

  int deviceId() {
    return deviceId;
  }

  boolean isFor(Stored wanted, Eui64 itsDevice, String itsMesh) {
    return stored.folder().equals(wanted.folder())
        && device.equals(itsDevice)
        && mesh.equals(itsMesh);
  }

  /** Whether a registration is of its type and version; on any thread. */
  boolean isDriverOf(ImageKey key) {
    return key.driverTypeId().equals(typeId())
        && key.driverVersion() == stored.contents().identity().version();
  }

  /** Whether it runs with other hosts than it may reach now, which only a new start changes. */
  boolean hasOldHosts() {
    return instance.isPresent() && !allowedHosts.equals(settings.get().allowedHosts(typeId()));
  }

  /** Starts the script. */
  void start(DriverRuntime runtime) {
    restart = Optional.empty();
    trouble = "";
    startedAt = loop.instant();
    allowedHosts = settings.get().allowedHosts(typeId());
    int thisRun = ++run;
    DriverSetup setup;
    try {
      setup =
          new DriverSetup(
              stored.contents().identity(),
              deviceId,
              device,
              mesh,
              stored.contents().driverXml().zigbeeBinding(),
              stored.content(),
              stored.contents().script(),
              stored.contents().driverXml().text(),
              stored.contents().driverXml().properties(),
              stored.contents().driverXml().blobs(),
              store.persistence(stored, deviceId),
              allowedHosts);
    } catch (IOException e) {
      failed(thisRun, e.toString(), runtime);
      return;
    }
    events.add(Kind.STARTED, typeId(), deviceId, device.toString(), "", "");
    LOG.info("{} {} started (device id {})", device, typeId(), deviceId);
    instance = Optional.of(runtime.start(setup, new Watcher(thisRun, runtime)));
  }

  private void failed(int ofRun, String reason, DriverRuntime runtime) {
    if (ofRun != run) {
      return;
    }
    run++;
    instance = Optional.empty();
    if (Duration.between(startedAt, loop.instant()).compareTo(GOOD_RUN) >= 0) {
      failures = 0;
    }
    failures++;
    Duration pause = settings.get().pauseAfter(failures);
    trouble = reason;
    events.add(Kind.FAILED, typeId(), deviceId, pause.toSeconds() + " s", reason, "");
    LOG.warn(
        "{} {} failed (device id {}), starts again in {} s: {}",
        device,
        typeId(),
        deviceId,
        pause.toSeconds(),
        reason);
    restart = Optional.of(loop.after(pause, () -> start(runtime)));
  }

  /** Ends the script for good; returns when that is done. */
  void stop(String why) {
    run++;
    restart.ifPresent(HostLoop.Timer::cancel);
    restart = Optional.empty();
    if (instance.isPresent()) {
      DriverInstance ending = instance.get();
      instance = Optional.empty();
      try {
        ending.close();
      } catch (RuntimeException e) {
        LOG.warn("{} {} does not end as it should", device, typeId(), e);
      }
      events.add(Kind.STOPPED, typeId(), deviceId, why, "", "");
      LOG.info("{} {} ended (device id {}): {}", device, typeId(), deviceId, why);
    }
  }

  boolean setProperty(String name, String value) {
    if (instance.isEmpty()
        || stored.contents().driverXml().properties().stream()
            .noneMatch(property -> property.name().equals(name))) {
      return false;
    }
    instance.get().setProperty(name, value);
    return true;
  }

  BoundDriver snapshot() {
    return new BoundDriver(
        deviceId,
        device,
        Optional.of(mesh),
        instance.isPresent() ? BoundDriver.State.RUNNING : BoundDriver.State.PAUSED,
        trouble,
        instance.map(DriverInstance::properties).orElseGet(() -> defaults(stored)));
  }

  /** The properties of a driver that does not run. */
  static Map<String, String> defaults(Stored stored) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Property property : stored.contents().driverXml().properties()) {
      values.put(property.name(), property.defaultValue());
    }
    return values;
  }

  /** Told on the script's thread. */
  private final class Watcher implements DriverWatcher {

    private final int ofRun;
    private final DriverRuntime runtime;

    Watcher(int ofRun, DriverRuntime runtime) {
      this.ofRun = ofRun;
      this.runtime = runtime;
    }

    @Override
    public void logged(Level level, String text) {
      if (level == Level.PRINT) {
        events.add(Kind.PRINTED, typeId(), deviceId, "", text, "");
      } else {
        events.add(Kind.LOGGED, typeId(), deviceId, level.name(), text, "");
      }
    }

    @Override
    public void called(String function, String arguments, String result) {
      events.add(Kind.CALLED, typeId(), deviceId, function, arguments, result);
    }

    @Override
    public void notified(String function, String arguments) {
      events.add(Kind.NOTIFIED, typeId(), deviceId, function, arguments, "");
    }

    @Override
    public void propertyChanged(String name, String value) {
      events.add(Kind.PROPERTY, typeId(), deviceId, name, value, "");
    }

    @Override
    public void failed(String reason) {
      loop.execute(() -> DriverSlot.this.failed(ofRun, reason, runtime));
    }
  }
}
