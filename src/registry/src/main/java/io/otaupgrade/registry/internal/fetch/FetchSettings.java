package io.otaupgrade.registry.internal.fetch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The limits of fetching.
 *
 * @param baseUrl what host {@code director} stands for; empty = this host's own web server
 * @param maximumSize octets of the largest body
 * @param totalTime from the first look-up to the last octet
 * @param slowestRate octets a second, on average over {@code rateWindow}
 */
record FetchSettings(
    Optional<ResourceUrl> baseUrl,
    AllowedHosts allowedHosts,
    long maximumSize,
    Duration connectTimeout,
    Duration totalTime,
    int slowestRate,
    Duration rateWindow,
    int maximumRedirects,
    int parallelFetches) {

  private static final Range MAXIMUM_SIZE = new Range("maximumSize", 1, Integer.MAX_VALUE);
  private static final Range CONNECT_TIMEOUT = new Range("connectTimeout", 1, 3600);
  private static final Range TOTAL_TIME = new Range("totalTime", 1, 86_400);
  private static final Range SLOWEST_RATE = new Range("slowestRate", 0, Integer.MAX_VALUE);
  private static final Range RATE_WINDOW = new Range("rateWindow", 1, 3600);
  private static final Range MAXIMUM_REDIRECTS = new Range("maximumRedirects", 0, 20);
  private static final Range PARALLEL_FETCHES = new Range("parallelFetches", 1, 64);

  /** What {@link FetchConfig} says where nothing is configured. */
  static final FetchSettings DEFAULTS =
      new FetchSettings(
          Optional.empty(),
          AllowedHosts.NONE,
          64L << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(900),
          100,
          Duration.ofSeconds(60),
          5,
          4);

  /** What a number may be; times in seconds. */
  private record Range(String key, long lowest, long highest) {
    void check(long value) {
      if (value < lowest || value > highest) {
        throw bad(String.valueOf(value));
      }
    }

    /** Declarative Services converts a value when it is asked for, and throws when it cannot. */
    <T extends Number> T read(Supplier<T> value) {
      try {
        return value.get();
      } catch (RuntimeException e) {
        throw bad("something else (" + e.getMessage() + ")");
      }
    }

    private IllegalArgumentException bad(String value) {
      return new IllegalArgumentException(
          "%s must be %d..%d, was %s".formatted(key, lowest, highest, value));
    }
  }

  FetchSettings {
    MAXIMUM_SIZE.check(maximumSize);
    CONNECT_TIMEOUT.check(connectTimeout.toSeconds());
    TOTAL_TIME.check(totalTime.toSeconds());
    SLOWEST_RATE.check(slowestRate);
    RATE_WINDOW.check(rateWindow.toSeconds());
    MAXIMUM_REDIRECTS.check(maximumRedirects);
    PARALLEL_FETCHES.check(parallelFetches);
  }

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException that names the key, the value and what is allowed
   */
  static FetchSettings of(FetchConfig config) {
    return new FetchSettings(
        baseUrl(config.baseUrl()),
        allowedHosts(config.allowedHosts()),
        MAXIMUM_SIZE.read(config::maximumSize),
        Duration.ofSeconds(CONNECT_TIMEOUT.read(config::connectTimeout)),
        Duration.ofSeconds(TOTAL_TIME.read(config::totalTime)),
        SLOWEST_RATE.read(config::slowestRate),
        Duration.ofSeconds(RATE_WINDOW.read(config::rateWindow)),
        MAXIMUM_REDIRECTS.read(config::maximumRedirects),
        PARALLEL_FETCHES.read(config::parallelFetches));
  }

  private static Optional<ResourceUrl> baseUrl(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      ResourceUrl url = ResourceUrl.parse(text.strip());
      if (!url.isDirector() && url.path().equals(url.target())) {
        return Optional.of(url);
      }
    } catch (FetchFailure e) {
      throw new IllegalArgumentException(
          "baseUrl must be an http or https URL, was %s: %s".formatted(text, e.detail()), e);
    }
    throw new IllegalArgumentException(
        "baseUrl must be an http or https URL without a query, was " + text);
  }

  private static AllowedHosts allowedHosts(String... entries) {
    try {
      return AllowedHosts.of(entries);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "allowedHosts must be host names, addresses or address blocks such as 192.168.0.0/16: "
              + e.getMessage(),
          e);
    }
  }
}
