package io.otaupgrade.api.image;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What to fetch.
 *
 * @param url {@code http}, {@code https} or {@code controller://driver/<name>/<file>}
 * @param headers request headers, {@code If-None-Match} for example
 * @param maximumSize octets; empty = the configured limit, which it may only lower
 */
public record FetchRequest(String url, Map<String, String> headers, OptionalLong maximumSize) {
  public FetchRequest {
    headers = Map.copyOf(headers);
  }
}
