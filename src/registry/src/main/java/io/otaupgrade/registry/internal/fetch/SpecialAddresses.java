package io.otaupgrade.registry.internal.fetch;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The addresses that are not of the public Internet: IANA's IPv4 and IPv6 special-purpose address
 * registries (RFC 6890 and updates), without the few globally reachable entries within their
 * blocks; and addresses that carry an IPv4 address, which are judged by that one or not taken.
 */
final class SpecialAddresses {

  private record Block(Cidr addresses, String name) {
    static Block of(String addresses, String name) {
      return new Block(Cidr.parse(addresses), name);
    }
  }

  private static final List<Block> IPV4 =
      List.of(
          Block.of("0.0.0.0/8", "this network"),
          Block.of("10.0.0.0/8", "private"),
          Block.of("100.64.0.0/10", "carrier-grade NAT"),
          Block.of("127.0.0.0/8", "loopback"),
          Block.of("168.63.129.16/32", "cloud metadata"),
          Block.of("169.254.0.0/16", "link-local"),
          Block.of("172.16.0.0/12", "private"),
          Block.of("192.0.0.0/24", "protocol assignments"),
          Block.of("192.0.2.0/24", "documentation"),
          Block.of("192.88.99.0/24", "6to4 relay"),
          Block.of("192.168.0.0/16", "private"),
          Block.of("198.18.0.0/15", "benchmarking"),
          Block.of("198.51.100.0/24", "documentation"),
          Block.of("203.0.113.0/24", "documentation"),
          Block.of("224.0.0.0/4", "multicast"),
          Block.of("240.0.0.0/4", "reserved"));

  private static final List<Block> IPV6 =
      List.of(
          Block.of("::1/128", "loopback"),
          Block.of("::/128", "unspecified"),
          Block.of("::/96", "IPv4-compatible"),
          Block.of("64:ff9b:1::/48", "local NAT64"),
          Block.of("100::/64", "discard-only"),
          Block.of("2001::/32", "Teredo"),
          Block.of("2001::/23", "protocol assignments"),
          Block.of("2001:db8::/32", "documentation"),
          Block.of("2002::/16", "6to4"),
          Block.of("3fff::/20", "documentation"),
          Block.of("5f00::/16", "segment routing"),
          Block.of("fc00::/7", "unique local"),
          Block.of("fe80::/10", "link-local"),
          Block.of("fec0::/10", "site-local"),
          Block.of("ff00::/8", "multicast"));

  private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

  private static final int IPV4_OFFSET = 12;

  private SpecialAddresses() {}

  /** What an address is, in a few words, when it is not public; empty when it is. */
  static Optional<String> reasonAgainst(InetAddress address) {
    if (address instanceof Inet4Address) {
      return firstOf(IPV4, address);
    }
    byte[] octets = address.getAddress();
    if (isIpv4Mapped(octets)) {
      return embedded(octets).map(reason -> "IPv4-mapped " + reason);
    }
    if (NAT64.contains(address)) {
      return embedded(octets).map(reason -> "NAT64 of " + reason);
    }
    Optional<String> special = firstOf(IPV6, address);
    if (special.isPresent()) {
      return special;
    }
    if (!GLOBAL_UNICAST.contains(address)) {
      return Optional.of("not global unicast");
    }
    return isIsatap(octets) ? Optional.of("ISATAP") : Optional.empty();
  }

  private static Optional<String> firstOf(List<Block> blocks, InetAddress address) {
    for (Block block : blocks) {
      if (block.addresses.contains(address)) {
        return Optional.of(block.name);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> embedded(byte[] octets) {
    try {
      return firstOf(
          IPV4, InetAddress.getByAddress(Arrays.copyOfRange(octets, IPV4_OFFSET, octets.length)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  /** The JDK turns ::ffff:0:0/96 into IPv4, but for addresses that were built with a scope. */
  private static boolean isIpv4Mapped(byte[] octets) {
    for (int i = 0; i < 10; i++) {
      if (octets[i] != 0) {
        return false;
      }
    }
    return octets[10] == (byte) 0xFF && octets[11] == (byte) 0xFF;
  }

  /** RFC 5214 §6.1: an interface identifier of 0000:5efe or 0200:5efe and an IPv4 address. */
  private static boolean isIsatap(byte[] octets) {
    return (octets[8] & ~0x02) == 0
        && octets[9] == 0
        && octets[10] == 0x5E
        && octets[11] == (byte) 0xFE;
  }
}
