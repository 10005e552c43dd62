package io.otaupgrade.cli.internal.serve;

import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioListener;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.server.DeviceQuery;
import io.otaupgrade.api.server.Notification;
import io.otaupgrade.api.server.OtaServer;
import io.otaupgrade.api.server.QueryListener;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.UpgradeResult;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.OtaHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Follows radios, devices and upgrades, and tells of them. What the services tell is queued on
 * their threads and worked off on the command's, so that nobody waits for whoever reads the output.
 */
final class ServeRun implements RadioListener, NodeListener, UpgradeListener, QueryListener {

  /** So much may wait before news of progress are left out; more follow. */
  private static final int PROGRESS_LIMIT = 10_000;

  private static final Duration TICK = Duration.ofMillis(250);

  /** A mesh that stops takes no more tasks, and a person has pressed Ctrl-C. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final List<FirmwareFile> images;
  private final LongSupplier nanos;
  private final Narrator narrator;
  private final Campaign campaign;
  private final long begun;
  private final BlockingQueue<Runnable> news = new LinkedBlockingQueue<>();

  // the command's thread
  private final Map<OtaServer, Optional<RadioTransport>> servers = new HashMap<>();
  private final Map<String, RadioTransport> transports = new HashMap<>();
  private final Map<String, Span> spans = new HashMap<>();
  private final List<SimulatedMesh> simulated = new ArrayList<>();
  private ServerStatistics ended = new ServerStatistics(0, 0, 0, 0, 0, 0);
  private boolean stopped;

  /** From the first offer on a mesh to its last change, by the mesh's clock. */
  private record Span(Instant first, Instant last) {
    Span with(Upgrade upgrade) {
      return new Span(
          upgrade.started().isBefore(first) ? upgrade.started() : first,
          upgrade.changed().isAfter(last) ? upgrade.changed() : last);
    }
  }

  /**
   * Follows nothing before {@link #listen}.
   *
   * @param wanted see {@link Campaign}
   * @param nanos the clock on the wall
   */
  ServeRun(
      Events events,
      List<FirmwareFile> images,
      OptionalInt wanted,
      Duration giveUp,
      LongSupplier nanos) {
    this.images = List.copyOf(images);
    this.nanos = nanos;
    narrator = new Narrator(events);
    begun = nanos.getAsLong();
    campaign = new Campaign(images.stream().map(FirmwareFile::id).toList(), wanted, giveUp, begun);
  }

  /** Publishes the listeners. */
  void listen(Services services) {
    services.publish(RadioListener.class, this, Map.of());
    services.publish(NodeListener.class, this, Map.of());
    services.publish(UpgradeListener.class, this, Map.of());
    services.publish(QueryListener.class, this, Map.of());
    services.follow(
        RadioTransport.class,
        transport -> news.add(() -> transports.put(transport.mesh(), transport)),
        transport -> news.add(() -> transports.remove(transport.mesh(), transport)));
    services.follow(
        OtaServer.class,
        server -> news.add(() -> serves(server)),
        server -> {
          ServerStatistics last = server.statistics(); // while it can be asked
          news.add(() -> servesNoMore(server, last));
        });
  }

  /** Whose devices can be looked into. */
  void simulated(SimulatedMesh mesh) {
    news.add(() -> simulated.add(mesh));
  }

  @Override
  public void radioChanged(RadioStatus status) {
    news.add(
        () -> {
          narrator.radio(status);
          campaign.radio(status, nanos.getAsLong());
        });
  }

  @Override
  public void radioRemoved(String mesh) {
    news.add(() -> campaign.radioRemoved(mesh));
  }

  @Override
  public void nodeEvent(String mesh, NodeEvent event) {
    news.add(
        () -> {
          narrator.node(mesh, event);
          campaign.node(event, nanos.getAsLong());
        });
  }

  @Override
  public void queried(DeviceQuery query) {
    news.add(
        () -> {
          narrator.query(query);
          campaign.query(query, nanos.getAsLong());
        });
  }

  @Override
  public void changed(Upgrade upgrade) {
    if (upgrade.state() == UpgradeState.DOWNLOADING && news.size() > PROGRESS_LIMIT) {
      return;
    }
    news.add(
        () -> {
          narrator.upgrade(upgrade);
          campaign.upgrade(upgrade, nanos.getAsLong());
          spans.merge(
              upgrade.mesh(),
              new Span(upgrade.started(), upgrade.changed()),
              (span, first) -> span.with(upgrade));
        });
  }

  private void serves(OtaServer server) {
    Optional<RadioTransport> transport = Optional.ofNullable(transports.get(server.mesh()));
    servers.put(server, transport);
    campaign.served(
        transport.map(RadioTransport::nodes).orElse(List.<Node>of()), nanos.getAsLong());
    // those that are on the network already would ask at their next time, in minutes or a day
    for (FirmwareFile image : images) {
      server.broadcastNotify(notification(image.header()));
    }
  }

  private static Notification notification(OtaHeader header) {
    return header.manufacturerCode() == OtaHeader.ANY
        ? new Notification(100, OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty())
        : new Notification(
            100,
            OptionalInt.of(header.manufacturerCode()),
            OptionalInt.of(header.imageType()),
            OptionalLong.of(header.fileVersion()));
  }

  private void servesNoMore(OtaServer server, ServerStatistics last) {
    if (servers.remove(server) != null) {
      ended = sum(ended, last);
    }
  }

  /** Tells what happens until {@link #stop}. */
  void follow() throws InterruptedException {
    while (!stopped) {
      news.take().run();
    }
  }

  /** The same until all is done, or nothing can happen any more. */
  Campaign.Ending followToTheEnd() throws InterruptedException {
    while (!stopped) {
      Runnable next = news.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        next.run();
      }
      Optional<Campaign.Ending> ending = campaign.ending(nanos.getAsLong());
      if (ending.isPresent() && news.isEmpty()) {
        return ending.get();
      }
    }
    return Campaign.Ending.STOPPED;
  }

  /** Ends what follows, from another thread, and lets the command's have its last words. */
  void stop(CountDownLatch said) throws InterruptedException {
    news.add(() -> stopped = true);
    boolean unused = said.await(2 * LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What came out so far. */
  UpgradeResult result() throws InterruptedException {
    ServerStatistics statistics = ended;
    for (Map.Entry<OtaServer, Optional<RadioTransport>> each : servers.entrySet()) {
      statistics = sum(statistics, settled(each.getKey(), each.getValue()));
    }
    Map<Eui64, String> held = new HashMap<>();
    for (SimulatedMesh mesh : simulated) {
      for (SimulatedDeviceReport device : mesh.devices()) {
        held.put(device.eui64(), device.imageSha256());
      }
    }
    Set<String> wanted = new HashSet<>();
    images.forEach(image -> wanted.add(image.sha256()));
    List<UpgradeResult.Row> rows = new ArrayList<>();
    for (Campaign.Progress each : campaign.matching()) {
      Eui64 device = each.slot().device();
      rows.add(
          new UpgradeResult.Row(
              device,
              each.oldVersion(),
              each.running(),
              campaign.isDone(each) || isUpgradedByADriver(each),
              Optional.ofNullable(held.get(device)).map(wanted::contains),
              each.upgrade()));
    }
    return new UpgradeResult(
        rows,
        images.isEmpty() ? 0 : images.get(0).header().totalImageSize(),
        statistics,
        spans.values().stream()
            .map(span -> Duration.between(span.first(), span.last()))
            .max(Duration::compareTo)
            .orElse(Duration.ZERO),
        Duration.ofNanos(nanos.getAsLong() - begun));
  }

  /** Whose images nobody named here: they are those of drivers. */
  private boolean isUpgradedByADriver(Campaign.Progress each) {
    return images.isEmpty()
        && each.upgrade().filter(one -> one.state() == UpgradeState.UPGRADED).isPresent();
  }

  /** Counters once the loop has done with what it does now: an answer may be due. */
  private static ServerStatistics settled(OtaServer server, Optional<RadioTransport> transport)
      throws InterruptedException {
    if (transport.isEmpty()) {
      return server.statistics();
    }
    FutureTask<ServerStatistics> task = new FutureTask<>(server::statistics);
    transport.get().loop().execute(task);
    try {
      return task.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException stopping) {
      return server.statistics();
    }
  }

  private static ServerStatistics sum(ServerStatistics a, ServerStatistics b) {
    return new ServerStatistics(
        a.requests() + b.requests(),
        a.answered() + b.answered(),
        a.malformed() + b.malformed(),
        a.blocks() + b.blocks(),
        a.repeats() + b.repeats(),
        a.undelivered() + b.undelivered());
  }
}
