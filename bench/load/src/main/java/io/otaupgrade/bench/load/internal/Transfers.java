package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Follows one round: from the first device's first block to the last device's last one. */
final class Transfers implements UpgradeListener {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Population population;
  private final Rest rest;

  // all on the mesh's loop
  private long version;
  private Phase phase = Phase.NOBODY;
  private boolean begun;
  private long meshStart;
  private long wallStart;
  private long meshEnd;
  private long wallEnd;
  private final Set<Eui64> downloaded = new HashSet<>();
  private final Set<Eui64> upgraded = new HashSet<>();
  private final Map<Eui64, Long> repeats = new HashMap<>();

  private volatile CompletableFuture<Span> ended = new CompletableFuture<>();

  /**
   * What a round took.
   *
   * @param wallNanos of the transfers, on the wall clock
   * @param meshNanos the same, on the mesh's clock
   * @param worstRepeats blocks served again to the device for which there were most
   */
  record Span(long wallNanos, long meshNanos, long worstRepeats) {}

  /** Told, on the loop, when blocks are on their way to all devices. */
  interface Phase {
    /** The first block of the round was asked for. */
    void begun();

    /** The first of the devices has its image. */
    void ended();

    /** For who does not care. */
    Phase NOBODY =
        new Phase() {
          @Override
          public void begun() {}

          @Override
          public void ended() {}
        };
  }

  Transfers(Population population, Rest rest) {
    this.population = population;
    this.rest = rest;
  }

  /** A round begins. */
  void expect(long wantedVersion, Phase toldWhen) {
    CompletableFuture<Span> end = new CompletableFuture<>();
    ended = end;
    population
        .loop()
        .execute(
            () -> {
              version = wantedVersion;
              phase = toldWhen;
              begun = false;
              downloaded.clear();
              upgraded.clear();
              repeats.clear();
            });
  }

  @Override
  public void changed(Upgrade upgrade) {
    if (!upgrade.mesh().equals(population.mesh()) || upgrade.image().fileVersion() != version) {
      return;
    }
    EventLoop loop = population.loop();
    UpgradeState state = upgrade.state();
    repeats.put(upgrade.device(), upgrade.counters().repeats());
    if (state == UpgradeState.DOWNLOADING) {
      if (!begun) {
        begun = true;
        meshStart = loop.nanos();
        wallStart = System.nanoTime();
        phase.begun();
      }
    } else if (state == UpgradeState.UPGRADED) {
      if (upgraded.add(upgrade.device()) && upgraded.size() == population.devices()) {
        rest.begin(loop);
        long worst = repeats.values().stream().mapToLong(Long::longValue).max().orElse(0);
        ended.complete(new Span(wallEnd - wallStart, meshEnd - meshStart, worst));
      }
    } else if (state.isFinal()) {
      ended.completeExceptionally(
          new LoadFailed(upgrade.device() + " " + state + ": " + upgrade.reason()));
    } else if (state != UpgradeState.OFFERED && downloaded.add(upgrade.device())) {
      meshEnd = loop.nanos();
      wallEnd = System.nanoTime();
      if (downloaded.size() == 1) {
        phase.ended();
      }
    }
  }

  /** Waits until every device runs the new version. */
  Span awaitEnd() throws InterruptedException, LoadFailed {
    try {
      return ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new LoadFailed(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new LoadFailed(
          upgraded.size()
              + " of "
              + population.devices()
              + " devices were upgraded within "
              + PATIENCE.toSeconds()
              + " s");
    }
  }
}
