package io.otaupgrade.registry.internal.fetch;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchOutcome.Verdict;
import io.otaupgrade.api.image.FetchRequest;
import io.otaupgrade.api.image.ResourceFetcher;
import java.net.InetAddress;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fetcher: some fetches run at a time, each on a thread of its own, the others wait. Threads,
 * the HTTP library and TLS are only there while something is fetched.
 */
@Component(configurationPid = HttpResourceFetcher.PID)
@Designate(ocd = FetchConfig.class)
public final class HttpResourceFetcher implements ResourceFetcher {

  /** The configuration's PID. */
  public static final String PID = "io.otaupgrade.registry.fetch";

  private static final Logger LOG = LoggerFactory.getLogger(HttpResourceFetcher.class);

  private static final long IDLE_SECONDS = 10;
  private static final long STOPPING_SECONDS = 3;

  private final FetchTask.Surroundings surroundings;
  private final Runnable closeTicks;
  private final ThreadPoolExecutor workers;
  private final ThreadPoolExecutor notices;
  private final Set<FetchTask> tasks = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private FetchSettings settings;
  private boolean stopped;

  /** Made by Declarative Services. */
  @Activate
  public HttpResourceFetcher(BundleContext context, FetchConfig config) {
    this(
        readOrDefaults(config),
        host -> List.of(InetAddress.getAllByName(host)),
        () -> BaseUrls.endpoints(context),
        () -> (SSLSocketFactory) SSLSocketFactory.getDefault(),
        new SystemTicks());
  }

  HttpResourceFetcher(
      FetchSettings settings,
      HostResolver resolver,
      Supplier<List<String>> endpoints,
      TlsSource tls,
      SystemTicks ticks) {
    this(
        settings,
        new AddressPolicy(resolver, OwnLinks::current),
        endpoints,
        tls,
        ticks,
        ticks::close);
  }

  HttpResourceFetcher(
      FetchSettings settings,
      AddressPolicy addresses,
      Supplier<List<String>> endpoints,
      TlsSource tls,
      Ticks ticks,
      Runnable closeTicks) {
    this.settings = settings;
    this.closeTicks = closeTicks;
    workers = pool(settings.parallelFetches(), "ota-fetch");
    notices = pool(1, "ota-fetch-notices");
    BaseUrlSource baseUrl =
        current ->
            current.baseUrl().isPresent()
                ? current.baseUrl().get()
                : BaseUrls.choose(endpoints.get());
    surroundings = new FetchTask.Surroundings(addresses, baseUrl, tls, ticks, notices);
  }

  private static ThreadPoolExecutor pool(int threads, String name) {
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static FetchSettings readOrDefaults(FetchConfig config) {
    return read(config).orElseGet(() -> FetchSettings.DEFAULTS);
  }

  private static Optional<FetchSettings> read(FetchConfig config) {
    try {
      return Optional.of(FetchSettings.of(config));
    } catch (IllegalArgumentException e) {
      LOG.warn("Configuration {} is not taken, the last good one stays: {}", PID, e.getMessage());
      return Optional.empty();
    }
  }

  /** Takes a new configuration, for fetches to come; a bad one changes nothing. */
  @Modified
  void modified(FetchConfig config) {
    read(config).ifPresent(this::use);
  }

  private synchronized void use(FetchSettings next) {
    settings = next;
    // In this order, or the maximum would be below the core size for a moment, which throws.
    if (next.parallelFetches() > workers.getMaximumPoolSize()) {
      workers.setMaximumPoolSize(next.parallelFetches());
      workers.setCorePoolSize(next.parallelFetches());
    } else {
      workers.setCorePoolSize(next.parallelFetches());
      workers.setMaximumPoolSize(next.parallelFetches());
    }
  }

  @Override
  public Fetch fetch(FetchRequest request, WritableByteChannel sink) {
    FetchTask task;
    synchronized (this) {
      if (stopped) {
        return new Stopped();
      }
      task = new FetchTask(request, sink, settings, surroundings);
      tasks.add(task);
      workers.execute(task);
    }
    task.outcome()
        .thenRun(
            () -> {
              tasks.remove(task);
              // One that was cancelled in the queue would keep its sink from being collected.
              workers.remove(task);
            });
    return task;
  }

  /** Ends all fetches; when it returns, no sink is written any more, unless one blocks. */
  @Deactivate
  void deactivate() {
    synchronized (this) {
      stopped = true;
    }
    tasks.forEach(task -> task.end(stopping()));
    workers.shutdown();
    try {
      if (!workers.awaitTermination(STOPPING_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A fetch is stuck in a name look-up or a sink; not waiting for it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    notices.shutdown();
    closeTicks.run();
  }

  private static FetchFailure stopping() {
    return new FetchFailure(Verdict.CANCELLED, "the fetcher has been stopped");
  }

  /** What a fetcher that is gone gives. */
  private static final class Stopped implements Fetch {
    @Override
    public CompletionStage<FetchOutcome> outcome() {
      return CompletableFuture.completedStage(
          new FetchOutcome(stopping().verdict(), 0, Map.of(), 0, stopping().detail()));
    }

    @Override
    public void cancel() {
      // There is nothing to cancel.
    }
  }
}
