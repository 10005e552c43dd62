package io.otaupgrade.cli.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.framework.ServiceReference;

/**
 * Where the runtime's web server listens.
 *
 * @param port 0 for one that is free
 */
public record HttpAddress(String host, int port) {

  /** For who does not care about the port. */
  public static final HttpAddress ANY_LOCAL_PORT = new HttpAddress("127.0.0.1", 0);

  private static final Pattern BARE_IPV6 =
      Pattern.compile("^(https?://)([^/\\[]*:[^/\\[]*)(:[0-9]+(?:/.*)?)$");

  private static final String FELIX_HTTP_PID = "org.apache.felix.http";
  private static final String RUNTIME = "org.osgi.service.http.runtime.HttpServiceRuntime";
  private static final String ENDPOINTS = "osgi.http.endpoint";

  /** Reads {@code HOST:PORT}; an IPv6 address stands in brackets. */
  public static Optional<HttpAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    String host = text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
    return port > 0xFFFF ? Optional.empty() : Optional.of(new HttpAddress(host, port));
  }

  /** Starts the web server, which is off until a command wants it. */
  public void open(Services services) throws IOException, CommandFailed, InterruptedException {
    checkIsFree();
    services.configure(
        FELIX_HTTP_PID,
        Map.of(
            "org.apache.felix.http.enable",
            "true",
            "org.apache.felix.http.host",
            host,
            "org.osgi.service.http.port",
            Integer.toString(port)));
  }

  /** Jetty would tell it in three stack traces, and the command wait in vain. */
  void checkIsFree() throws CommandFailed {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true); // as Jetty does: connections of before do not matter
      probe.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new CommandFailed("cannot listen at " + host + ":" + port + ": " + e.getMessage());
    }
  }

  /** Waits until the web server listens and tells its URL. */
  public static String await(Services services) throws CommandFailed, InterruptedException {
    ServiceReference<?> runtime = services.awaitReference(RUNTIME, "(" + ENDPOINTS + "=http*)");
    Object endpoints = runtime.getProperty(ENDPOINTS);
    return bracketed(endpoints instanceof String[] all ? all[0] : String.valueOf(endpoints));
  }

  /** Felix HTTP writes an IPv6 address into its URL as it is. */
  static String bracketed(String url) {
    return BARE_IPV6.matcher(url).replaceFirst("$1[$2]$3");
  }
}
