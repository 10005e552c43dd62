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

  private static final int HOUR = 3600;
  private static final int DAY = 24 * HOUR;

  FetchSettings {
    check("maximumSize", maximumSize, 1, Integer.MAX_VALUE);
    check("connectTimeout", connectTimeout.toSeconds(), 1, HOUR);
    check("totalTime", totalTime.toSeconds(), 1, DAY);
    check("slowestRate", slowestRate, 0, Integer.MAX_VALUE);
    check("rateWindow", rateWindow.toSeconds(), 1, HOUR);
    check("maximumRedirects", maximumRedirects, 0, 20);
    check("parallelFetches", parallelFetches, 1, 64);
  }

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException that names the key, the value and what is allowed
   */
  static FetchSettings of(FetchConfig config) {
    return new FetchSettings(
        baseUrl(read("baseUrl", config::baseUrl)),
        allowedHosts(read("allowedHosts", config::allowedHosts)),
        read("maximumSize", config::maximumSize),
        Duration.ofSeconds(read("connectTimeout", config::connectTimeout)),
        Duration.ofSeconds(read("totalTime", config::totalTime)),
        read("slowestRate", config::slowestRate),
        Duration.ofSeconds(read("rateWindow", config::rateWindow)),
        read("maximumRedirects", config::maximumRedirects),
        read("parallelFetches", config::parallelFetches));
  }

  /** Declarative Services converts a value when it is asked for, and throws when it cannot. */
  private static <T> T read(String key, Supplier<T> value) {
    try {
      return value.get();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(key + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void check(String key, long value, long lowest, long highest) {
    if (value < lowest || value > highest) {
      throw new IllegalArgumentException(
          "%s must be %d..%d, was %d".formatted(key, lowest, highest, value));
    }
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
