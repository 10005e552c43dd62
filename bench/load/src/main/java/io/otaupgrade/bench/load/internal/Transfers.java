package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Follows one round: from the first device's first block to the last device's last one. */
final class Transfers implements UpgradeListener {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final SimulatedMesh mesh;

  // all on the mesh's loop
  private long version;
  private int devices;
  private boolean begun;
  private long meshStart;
  private long wallStart;
  private long meshEnd;
  private long wallEnd;
  private final Set<Eui64> downloaded = new HashSet<>();
  private final Set<Eui64> upgraded = new HashSet<>();

  private volatile CompletableFuture<Span> ended = new CompletableFuture<>();

  /** Between rounds, virtual time would race through hours of idle devices. */
  private volatile EventLoop.TimeHold rest = () -> {};

  /**
   * How long the transfers of a round took.
   *
   * @param wallNanos on the wall clock
   * @param meshNanos on the mesh's clock
   */
  record Span(long wallNanos, long meshNanos) {}

  Transfers(SimulatedMesh mesh) {
    this.mesh = mesh;
  }

  /** A round begins. */
  void expect(long wantedVersion, int ofDevices) {
    CompletableFuture<Span> end = new CompletableFuture<>();
    ended = end;
    mesh.loop()
        .execute(
            () -> {
              version = wantedVersion;
              devices = ofDevices;
              begun = false;
              downloaded.clear();
              upgraded.clear();
            });
  }

  @Override
  public void changed(Upgrade upgrade) {
    if (!upgrade.mesh().equals(mesh.mesh()) || upgrade.image().fileVersion() != version) {
      return;
    }
    UpgradeState state = upgrade.state();
    if (state == UpgradeState.DOWNLOADING) {
      if (!begun) {
        begun = true;
        meshStart = mesh.loop().nanos();
        wallStart = System.nanoTime();
      }
    } else if (state == UpgradeState.UPGRADED) {
      if (upgraded.add(upgrade.device()) && upgraded.size() == devices) {
        rest = mesh.loop().holdTime();
        ended.complete(new Span(wallEnd - wallStart, meshEnd - meshStart));
      }
    } else if (state.isFinal()) {
      ended.completeExceptionally(
          new LoadFailed(upgrade.device() + " " + state + ": " + upgrade.reason()));
    } else if (state != UpgradeState.OFFERED && downloaded.add(upgrade.device())) {
      meshEnd = mesh.loop().nanos();
      wallEnd = System.nanoTime();
    }
  }

  /** Time goes on, when it was held at the end of the round before. */
  void go() {
    rest.close();
  }

  /** Waits until every device runs the new version. */
  Span awaitEnd() throws InterruptedException, LoadFailed {
    try {
      return ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new LoadFailed(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new LoadFailed("no end within " + PATIENCE.toSeconds() + " s: " + mesh.devices());
    }
  }
}
