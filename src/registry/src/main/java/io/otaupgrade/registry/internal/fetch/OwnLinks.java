package io.otaupgrade.registry.internal.fetch;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The networks that this host is attached to, as they are now. */
final class OwnLinks {
  private static final Logger LOG = LoggerFactory.getLogger(OwnLinks.class);

  // A shorter prefix is no home or office network but a provider's routing trick.
  private static final int SHORTEST_IPV4_PREFIX = 16;
  private static final int SHORTEST_IPV6_PREFIX = 56;

  private OwnLinks() {}

  static List<Cidr> current() {
    List<Cidr> links = new ArrayList<>();
    try {
      for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InterfaceAddress address : device.getInterfaceAddresses()) {
          links.add(link(address.getAddress(), address.getNetworkPrefixLength()));
        }
      }
    } catch (SocketException e) {
      LOG.warn("This host's own addresses cannot be listed: {}", e.getMessage());
    }
    return links;
  }

  private static Cidr link(InetAddress address, int prefixLength) {
    int bits = address.getAddress().length * Byte.SIZE;
    int shortest = bits == Integer.SIZE ? SHORTEST_IPV4_PREFIX : SHORTEST_IPV6_PREFIX;
    boolean isLink = prefixLength >= shortest && prefixLength <= bits;
    return Cidr.around(address, isLink ? prefixLength : bits);
  }
}
