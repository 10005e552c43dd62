package io.otaupgrade.registry.internal.fetch;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hosts that may be fetched from although their addresses are not public.
 *
 * @param names lower case; such a host may have any address
 * @param blocks addresses that any host may have
 */
record AllowedHosts(Set<String> names, List<Cidr> blocks) {
  static final AllowedHosts NONE = new AllowedHosts(Set.of(), List.of());

  AllowedHosts {
    names = Set.copyOf(names);
    blocks = List.copyOf(blocks);
  }

  /**
   * Reads a list of host names, addresses and address blocks.
   *
   * @throws IllegalArgumentException for an entry that is nothing of these
   */
  static AllowedHosts of(String... entries) {
    Set<String> names = new HashSet<>();
    List<Cidr> blocks = new ArrayList<>();
    for (String entry : Cidr.split(entries)) {
      if (entry.contains("/") || Cidr.isLiteral(entry)) {
        blocks.add(Cidr.parse(entry));
      } else {
        names.add(hostName(entry));
      }
    }
    return new AllowedHosts(names, blocks);
  }

  private static String hostName(String entry) {
    try {
      // Read as in a URL, so that it compares equal to what a URL's host is read as.
      ResourceUrl url = ResourceUrl.parse("http://" + entry + "/");
      if (entry.indexOf(':') < 0 && url.target().equals("/")) {
        return url.host();
      }
    } catch (FetchFailure e) {
      throw new IllegalArgumentException("not a host or address block: " + entry, e);
    }
    throw new IllegalArgumentException("not a host or address block: " + entry);
  }

  boolean allowName(String host) {
    return names.contains(host);
  }

  boolean allowAddress(InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }
}
