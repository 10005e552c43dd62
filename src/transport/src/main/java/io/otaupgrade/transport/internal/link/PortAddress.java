package io.otaupgrade.transport.internal.link;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Where a co-processor is. As text it is what its configuration says. */
public sealed interface PortAddress {

  /** Slowest rate that a configuration may ask for, bit/s. */
  int SLOWEST = 1200;

  /** Fastest rate that a configuration may ask for, bit/s. */
  int FASTEST = 4_000_000;

  /**
   * Reads an address: {@code /dev/ttyUSB0} or the name of a link to it, {@code COM3}, or {@code
   * tcp://host:port}, an IPv6 address in brackets.
   *
   * @param baudRate of a serial port, {@value #SLOWEST}..{@value #FASTEST} bit/s
   * @throws IllegalArgumentException in one line
   */
  static PortAddress of(String port, int baudRate, FlowControl flowControl) {
    if (port.contains("://")) {
      return Tcp.of(port);
    }
    return new Serial(port, baudRate, flowControl);
  }

  /**
   * A serial port of this host.
   *
   * @param name path or name, as the operating system knows it
   * @param baudRate bit/s
   */
  record Serial(String name, int baudRate, FlowControl flowControl) implements PortAddress {

    /** An absolute path without anything odd in it, or a name as Windows has them. */
    private static final Pattern NAME =
        Pattern.compile("/[^\\s\\p{Cntrl}]+|(\\\\\\\\\\.\\\\)?\\w+");

    public Serial {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "port must be a serial port like /dev/ttyUSB0 or COM3, or tcp://host:port, was '"
                + name
                + "'");
      }
      if (baudRate < SLOWEST || baudRate > FASTEST) {
        throw new IllegalArgumentException(
            "baudRate must be " + SLOWEST + ".." + FASTEST + ", was " + baudRate);
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * A network coordinator.
   *
   * @param host name or address; an IPv6 address without its brackets
   * @param port 1..65535
   */
  record Tcp(String host, int port) implements PortAddress {

    private static final String SCHEME = "tcp";

    static Tcp of(String address) {
      try {
        URI uri = new URI(address);
        if (SCHEME.equalsIgnoreCase(uri.getScheme())
            && uri.getHost() != null
            && uri.getUserInfo() == null
            && (uri.getPath().isEmpty() || uri.getPath().equals("/"))
            && uri.getQuery() == null
            && uri.getFragment() == null
            && uri.getPort() >= 1
            && uri.getPort() <= 0xFFFF) {
          return new Tcp(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort());
        }
      } catch (URISyntaxException refusedBelow) {
        throw refused(address, refusedBelow);
      }
      throw refused(address, null);
    }

    private static IllegalArgumentException refused(String address, Throwable cause) {
      return new IllegalArgumentException(
          "port must be tcp://host:port with a port of 1..65535, was '" + address + "'", cause);
    }

    @Override
    public String toString() {
      return SCHEME + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }
}
