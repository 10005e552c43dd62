package io.otaupgrade.cli.internal.demo;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.UpgradeResult;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Follows the upgrades of all devices to their end: until each was seen running the new version, or
 * nothing has happened for longer than any device takes to ask again.
 */
final class DemoRun implements UpgradeListener {

  /** Mesh time. Devices query every five minutes. */
  private static final Duration QUIET = Duration.ofMinutes(15);

  private final SimulatedMesh mesh;
  private final OtaServer server;
  private final FirmwareFile wanted;
  private final List<SimulatedDeviceReport> before;
  private final Map<Eui64, Upgrade> latest = new ConcurrentHashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  // on the mesh's loop, until the latch opens
  private long startedNanos;
  private long lastEventNanos;
  private long endedNanos;
  private Optional<ServerStatistics> statistics = Optional.empty();

  DemoRun(SimulatedMesh mesh, OtaServer server, FirmwareFile wanted) {
    this.mesh = mesh;
    this.server = server;
    this.wanted = wanted;
    this.before = mesh.devices();
  }

  void start() {
    EventLoop loop = mesh.loop();
    // else virtual time could pass by before the first device has joined
    EventLoop.TimeHold untilDevicesJoin = loop.holdTime();
    loop.execute(
        () -> {
          startedNanos = loop.nanos();
          lastEventNanos = startedNanos;
          loop.after(QUIET, this::checkQuiet);
        });
    mesh.start();
    loop.execute(untilDevicesJoin::close);
  }

  @Override
  public void changed(Upgrade upgrade) {
    if (!upgrade.mesh().equals(mesh.mesh())) {
      return;
    }
    latest.put(upgrade.device(), upgrade);
    lastEventNanos = mesh.loop().nanos();
    if (upgrade.state() == UpgradeState.UPGRADED
        && latest.size() == before.size()
        && latest.values().stream().allMatch(one -> one.state() == UpgradeState.UPGRADED)) {
      end();
    }
  }

  private void checkQuiet() {
    Duration quiet = Duration.ofNanos(mesh.loop().nanos() - lastEventNanos);
    boolean underWay = latest.values().stream().anyMatch(one -> !one.state().isFinal());
    if (quiet.compareTo(QUIET) >= 0 && !underWay) {
      end();
    } else {
      mesh.loop().after(QUIET, this::checkQuiet);
    }
  }

  private void end() {
    if (ended.getCount() > 0) {
      endedNanos = mesh.loop().nanos();
      // after what the loop is doing now: the request that brought the news wants its answer
      mesh.loop().execute(this::close);
    }
  }

  private void close() {
    statistics = Optional.of(server.statistics()); // on the loop, so that nothing is half done
    ended.countDown();
  }

  /** Waits for the end; false when it did not come in time. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The devices in the order of their addresses, each with its upgrade so far. */
  List<Followed> devices() {
    List<Followed> devices = new ArrayList<>(before.size());
    for (SimulatedDeviceReport device : before) {
      devices.add(new Followed(device.eui64(), Optional.ofNullable(latest.get(device.eui64()))));
    }
    return devices;
  }

  /** A device and its upgrade, once it has begun. */
  record Followed(Eui64 device, Optional<Upgrade> upgrade) {}

  /** What came out; after the end. */
  UpgradeResult result(Duration wallTime) {
    return new UpgradeResult(
        UpgradeResult.rows(before, mesh.devices(), wanted, latest),
        wanted.header().totalImageSize(),
        statistics.orElseThrow(),
        Duration.ofNanos(endedNanos - startedNanos),
        wallTime);
  }
}
