package io.otaupgrade.registry.internal.fetch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Finds this host's own web server. Felix HTTP and Pax Web both publish their addresses in the
 * service property {@code osgi.http.endpoint} (OSGi Compendium 8 §140.9), keep it up to date when
 * the port changes, and withdraw it when they stop. Only the property is read, so neither their
 * packages nor their being javax or jakarta matters.
 */
final class BaseUrls {

  /** Where the runnable distribution listens. */
  static final String FALLBACK = "http://127.0.0.1:8189/";

  private static final String ENDPOINT = "osgi.http.endpoint";

  /** Pax Web prints IPv6 addresses without brackets. */
  private static final Pattern ENDPOINT_URL =
      Pattern.compile("(https?)://(.+?):([0-9]{1,5})(/.*)?");

  private static final Pattern ANY_ADDRESS = Pattern.compile("0\\.0\\.0\\.0|[0:]*");
  private static final Pattern BARE_IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private BaseUrls() {}

  /** The endpoints of all web servers in this framework, as they are at the moment. */
  static List<String> endpoints(BundleContext context) {
    List<String> endpoints = new ArrayList<>();
    try {
      ServiceReference<?>[] references =
          context.getAllServiceReferences(null, "(" + ENDPOINT + "=*)");
      if (references != null) {
        for (ServiceReference<?> reference : references) {
          addAll(endpoints, reference.getProperty(ENDPOINT));
        }
      }
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("a constant filter", e);
    }
    return endpoints;
  }

  private static void addAll(List<String> endpoints, Object property) {
    if (property instanceof String one) {
      endpoints.add(one);
    } else if (property instanceof String[] many) {
      endpoints.addAll(List.of(many));
    } else if (property instanceof Collection<?> many) {
      many.forEach(one -> endpoints.add(String.valueOf(one)));
    }
  }

  /**
   * The endpoint to fetch from: plain HTTP before HTTPS, whose certificate hardly names this
   * address; the loopback address before others. A server that listens on every address is asked on
   * the loopback one.
   */
  static ResourceUrl choose(Collection<String> endpoints) throws FetchFailure {
    Optional<ResourceUrl> best =
        endpoints.stream()
            .flatMap(endpoint -> read(endpoint).stream())
            .min(
                Comparator.comparing(ResourceUrl::scheme)
                    .thenComparing(
                        url -> !url.address().map(a -> a.isLoopbackAddress()).orElse(false)));
    return best.isPresent() ? best.get() : ResourceUrl.parse(FALLBACK);
  }

  private static Optional<ResourceUrl> read(String endpoint) {
    Matcher matcher = ENDPOINT_URL.matcher(endpoint);
    if (!matcher.matches()) {
      // A server that does not know its address says "/".
      return Optional.empty();
    }
    String host = matcher.group(2);
    if (ANY_ADDRESS.matcher(host.replaceAll("[\\[\\]]", "")).matches()) {
      host = "127.0.0.1";
    } else if (BARE_IPV6.matcher(host).matches()) {
      host = "[" + host + "]";
    }
    String path = matcher.group(4) == null ? "/" : matcher.group(4);
    try {
      return Optional.of(
          ResourceUrl.parse(matcher.group(1) + "://" + host + ":" + matcher.group(3) + path));
    } catch (FetchFailure e) {
      return Optional.empty();
    }
  }
}
