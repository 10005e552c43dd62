package io.otaupgrade.registry.internal.fetch;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/** A fetcher with its own name service and time. Hosts named {@code *.test} are its to define. */
final class FetcherUnderTest implements AutoCloseable, HostResolver {
  final ManualTicks ticks = new ManualTicks();
  final RecordingSink sink = new RecordingSink();
  final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
  private final Map<String, List<InetAddress>> laterNames = new ConcurrentHashMap<>();
  final Map<String, Integer> lookUps = new ConcurrentHashMap<>();
  final HttpResourceFetcher fetcher;
  volatile List<String> endpoints = List.of();
  volatile Supplier<List<String>> endpointSource = () -> endpoints;

  FetcherUnderTest() {
    this(settings(), (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  FetcherUnderTest(FetchSettings settings) {
    this(settings, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  FetcherUnderTest(FetchSettings settings, SSLSocketFactory tls) {
    fetcher =
        new HttpResourceFetcher(
            settings,
            new AddressPolicy(this, () -> List.of(Cidr.parse("11.22.33.0/24"))),
            () -> endpointSource.get(),
            () -> tls,
            ticks,
            () -> {});
    name("open.test", "127.0.0.1");
  }

  /** The defaults, with {@code open.test} and {@code secure.test} allowed to be local. */
  static FetchSettings settings() {
    return with(100, 5, 4, "open.test", "secure.test");
  }

  static FetchSettings with(
      long maximumSize, int maximumRedirects, int parallelFetches, String... allowed) {
    return new FetchSettings(
        Optional.empty(),
        AllowedHosts.of(allowed),
        maximumSize,
        Duration.ofSeconds(10),
        Duration.ofDays(1),
        100,
        Duration.ofSeconds(60),
        maximumRedirects,
        parallelFetches);
  }

  FetcherUnderTest name(String host, String... addresses) {
    names.put(host, Arrays.stream(addresses).map(FetcherUnderTest::address).toList());
    return this;
  }

  /** What the name service says from the second time on. */
  FetcherUnderTest later(String host, String address) {
    laterNames.put(host, List.of(address(address)));
    return this;
  }

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    lookUps.merge(host, 1, Integer::sum);
    List<InetAddress> addresses = names.get(host);
    if (laterNames.containsKey(host)) {
      names.put(host, laterNames.get(host));
    }
    if (addresses == null) {
      throw new UnknownHostException(host);
    }
    return addresses;
  }

  Fetch start(String url) {
    return start(url, Map.of());
  }

  Fetch start(String url, Map<String, String> headers) {
    return fetcher.fetch(new FetchRequest(url, headers, OptionalLong.empty()), sink);
  }

  FetchOutcome fetch(String url) throws Exception {
    return outcome(start(url));
  }

  /** Advances time by steps until the fetch is over. */
  FetchOutcome letTimePass(Fetch fetch, Duration step) throws Exception {
    for (int i = 0; i < 1000; i++) {
      ticks.advance(step);
      try {
        return fetch.outcome().toCompletableFuture().get(20, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Another step.
      }
    }
    throw new AssertionError("not over after 1000 times " + step);
  }

  static FetchOutcome outcome(Fetch fetch) throws Exception {
    return fetch.outcome().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    fetcher.deactivate();
  }
}
