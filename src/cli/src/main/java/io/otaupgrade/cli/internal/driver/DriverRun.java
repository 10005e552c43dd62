package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverListener;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.UpgradeResult;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Follows drivers and the upgrades of their devices to the end. What the services tell is queued on
 * their threads and printed on the command's.
 */
final class DriverRun implements DriverListener, UpgradeListener {

  private static final Duration TICK = Duration.ofMillis(100);

  /** Devices query every five minutes of their time; so long, and a driver may still act. */
  private static final Duration MESH_QUIET = Duration.ofMinutes(15);

  private static final Duration DRIVER_QUIET = Duration.ofSeconds(10);

  /** What a driver does about an upgrade that is done is wanted, too. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final Duration LONGEST_LAST_WORDS = Duration.ofSeconds(5);

  private final DriverEvents events;
  private final Duration giveUp;
  private final LongSupplier nanos;
  private final long begun;
  private final BlockingQueue<Runnable> news = new LinkedBlockingQueue<>();

  // on the command's thread
  private final Map<Eui64, Upgrade> latest = new HashMap<>();
  private long lastCall;
  private long lastUpgrade;
  private long lastUpgradeOnMesh;
  private Optional<SimulatedMesh> mesh = Optional.empty();
  private Optional<OtaServer> server = Optional.empty();
  private Optional<FirmwareFile> wanted = Optional.empty();
  private List<SimulatedDeviceReport> before = List.of();

  DriverRun(DriverEvents events, Duration giveUp, LongSupplier nanos) {
    this.events = events;
    this.giveUp = giveUp;
    this.nanos = nanos;
    this.begun = nanos.getAsLong();
  }

  @Override
  public void happened(DriverEvent event) {
    news.add(
        () -> {
          events.print(event);
          if (event.kind() != DriverEvent.Kind.PRINTED && event.kind() != DriverEvent.Kind.LOGGED) {
            lastCall = nanos.getAsLong();
          }
        });
  }

  @Override
  public void changed(Upgrade upgrade) {
    news.add(
        () -> {
          events.print(upgrade);
          latest.put(upgrade.device(), upgrade);
          lastUpgrade = nanos.getAsLong();
          mesh.ifPresent(one -> lastUpgradeOnMesh = one.loop().nanos());
        });
  }

  /**
   * Lets the devices join and follows.
   *
   * @return whether it ended with all devices upgraded
   */
  boolean follow(SimulatedMesh devices, OtaServer its, FirmwareFile image)
      throws InterruptedException {
    mesh = Optional.of(devices);
    server = Optional.of(its);
    wanted = Optional.of(image);
    before = devices.devices();
    lastUpgrade = nanos.getAsLong();
    lastCall = lastUpgrade;
    lastUpgradeOnMesh = devices.loop().nanos();
    devices.start();
    while (true) {
      work(TICK);
      if (isDone()) {
        lastWords();
        return true;
      }
      if (isQuiet(devices)) {
        return false;
      }
    }
  }

  private void work(Duration patience) throws InterruptedException {
    Runnable next = news.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    while (next != null) {
      next.run();
      next = news.poll();
    }
  }

  private boolean isDone() {
    return latest.size() == before.size()
        && latest.values().stream().allMatch(one -> one.state() == UpgradeState.UPGRADED);
  }

  private boolean isQuiet(SimulatedMesh devices) {
    long now = nanos.getAsLong();
    Duration sinceUpgrade = Duration.ofNanos(now - lastUpgrade);
    if (sinceUpgrade.compareTo(giveUp) >= 0) {
      return true;
    }
    boolean underWay = latest.values().stream().anyMatch(one -> !one.state().isFinal());
    return !underWay
        && Duration.ofNanos(devices.loop().nanos() - lastUpgradeOnMesh).compareTo(MESH_QUIET) >= 0
        && Duration.ofNanos(now - lastCall).compareTo(DRIVER_QUIET) >= 0;
  }

  private void lastWords() throws InterruptedException {
    long since = nanos.getAsLong();
    lastCall = since;
    long now = since;
    while (now - lastCall < LAST_WORDS.toNanos() && now - since < LONGEST_LAST_WORDS.toNanos()) {
      work(TICK);
      now = nanos.getAsLong();
    }
  }

  /** What came out. */
  UpgradeResult result() {
    FirmwareFile image = wanted.orElseThrow();
    Optional<Instant> first =
        latest.values().stream().map(Upgrade::started).min(Instant::compareTo);
    Optional<Instant> last = latest.values().stream().map(Upgrade::changed).max(Instant::compareTo);
    return new UpgradeResult(
        UpgradeResult.rows(before, mesh.orElseThrow().devices(), image, latest),
        image.header().totalImageSize(),
        server.orElseThrow().statistics(),
        first.isPresent() ? Duration.between(first.get(), last.orElseThrow()) : Duration.ZERO,
        Duration.ofNanos(nanos.getAsLong() - begun));
  }
}
