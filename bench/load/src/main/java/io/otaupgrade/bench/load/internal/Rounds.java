package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.UpgradeListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Upgrades all devices of a mesh to one version after the other: some rounds to warm up, then those
 * that count.
 */
final class Rounds {

  private static final double P95 = 0.95;

  /** How long the mesh is asked while it is idle, by its own clock. */
  private static final Duration IDLE = Duration.ofSeconds(60);

  /** The same, by ours. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Plan plan;
  private final Host host;
  private final Rest rest = new Rest();

  private long wallNanos;
  private long meshNanos;
  private long worstRepeats;
  private String sha256 = "";

  Rounds(Plan plan, Host host) {
    this.plan = plan;
    this.host = host;
  }

  /** Carries out the plan and tells what the rounds that count took. */
  void run(Properties result) throws IOException, InterruptedException, LoadFailed {
    Population population = population();
    OtaServer server =
        host.await(OtaServer.class, "(" + OtaServer.MESH + "=" + population.mesh() + ")");
    Images images = new Images(host, population.mesh(), plan.result().resolveSibling("images"));
    Transfers transfers = new Transfers(population, rest);
    host.publish(UpgradeListener.class, transfers, Map.of());
    int version = Images.FIRST_VERSION;
    for (int round = 0; round < plan.warmUpRounds(); round++) {
      upgrade(
          population, images, transfers, ++version, plan.warmUpOctets(), Transfers.Phase.NOBODY);
    }
    Optional<ControlFrames> control = Optional.empty();
    if (plan.controlPeriod().isPresent()) {
      control = Optional.of(askIdleMesh(population, plan.controlPeriod().get()));
    }
    ServerStatistics before = server.statistics();
    Duration processorBefore = processorTime();
    wallNanos = 0;
    meshNanos = 0;
    worstRepeats = 0;
    for (int round = 0; round < plan.rounds(); round++) {
      upgrade(
          population,
          images,
          transfers,
          ++version,
          plan.imageOctets(),
          control.<Transfers.Phase>map(Function.identity()).orElse(Transfers.Phase.NOBODY));
    }
    Duration processor = processorTime().minus(processorBefore);
    ServerStatistics after = server.statistics();
    put(result, "blocks", after.blocks() - before.blocks());
    put(result, "repeats", after.repeats() - before.repeats());
    put(result, "worstRepeats", worstRepeats);
    put(result, "unanswered", after.unanswered());
    put(result, "undelivered", after.undelivered() - before.undelivered());
    put(result, "wallNanos", wallNanos);
    put(result, "meshNanos", meshNanos);
    put(result, "processorNanos", processor.toNanos());
    result.setProperty("sha256", sha256);
    if (control.isPresent()) {
      put(result, "idle", control.get().idle());
      put(result, "loaded", control.get().loaded());
    }
  }

  private Population population() throws IOException, InterruptedException, LoadFailed {
    return plan.radio().isPresent()
        ? RadioPopulation.find(host, plan.radio().get().mesh(), plan.radio().get().devices())
        : SimulatedPopulation.make(host, plan.mesh());
  }

  private void upgrade(
      Population population,
      Images images,
      Transfers transfers,
      int version,
      int octets,
      Transfers.Phase phase)
      throws IOException, InterruptedException, LoadFailed {
    transfers.expect(version, phase);
    ImageRegistration registration = images.register(version, octets);
    sha256 = registration.image().sha256();
    population.admit();
    rest.end();
    Transfers.Span span = transfers.awaitEnd();
    population.verify(registration);
    wallNanos += span.wallNanos();
    meshNanos += span.meshNanos();
    worstRepeats = Math.max(worstRepeats, span.worstRepeats());
  }

  private ControlFrames askIdleMesh(Population population, Duration period)
      throws InterruptedException, LoadFailed {
    RadioTransport radio =
        host.await(RadioTransport.class, "(" + RadioTransport.MESH + "=" + population.mesh() + ")");
    ControlFrames frames = new ControlFrames(radio, period);
    CompletableFuture<Void> asked = new CompletableFuture<>();
    frames.askIdleMesh(
        IDLE,
        () -> {
          rest.begin(population.loop());
          asked.complete(null);
        });
    rest.end();
    try {
      asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new LoadFailed("the idle mesh was not asked within " + PATIENCE.toSeconds() + " s");
    }
    return frames;
  }

  private static void put(Properties result, String key, long value) {
    result.setProperty(key, Long.toString(value));
  }

  private static void put(Properties result, String key, ControlFrames.Latencies latencies)
      throws LoadFailed {
    put(result, key + ".delivered", latencies.delivered());
    put(result, key + ".lost", latencies.lost());
    put(result, key + ".p95Nanos", latencies.quantile(P95));
  }

  /** User and system time of this process, as the operating system counts it. */
  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }
}
