package io.otaupgrade.registry.internal.fetch;

import io.otaupgrade.api.image.FetchOutcome.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds out the addresses to connect to, and whether we may. */
final class AddressPolicy {
  private final HostResolver resolver;
  private final Supplier<? extends Collection<Cidr>> ownLinks;

  /**
   * @param ownLinks this host's own addresses and the networks it is directly attached to: in an
   *     IPv6 home these are public addresses, yet as private as 192.168.0.0/16
   */
  AddressPolicy(HostResolver resolver, Supplier<? extends Collection<Cidr>> ownLinks) {
    this.resolver = resolver;
    this.ownLinks = ownLinks;
  }

  /** The addresses of a host that the operator named: they are what they are. */
  List<InetAddress> trusted(ResourceUrl url) throws FetchFailure {
    return resolve(url);
  }

  /**
   * The addresses of a host that anybody named. One bad address condemns all: a host with public
   * and private addresses is either misconfigured or an attack.
   *
   * @throws FetchFailure FORBIDDEN_ADDRESS or, when the name service has no answer, UNREACHABLE
   */
  List<InetAddress> checked(ResourceUrl url, AllowedHosts allowedHosts) throws FetchFailure {
    List<InetAddress> addresses = resolve(url);
    if (allowedHosts.allowName(url.host())) {
      return addresses;
    }
    Collection<Cidr> links = ownLinks.get();
    for (InetAddress address : addresses) {
      if (allowedHosts.allowAddress(address)) {
        continue;
      }
      Optional<String> reason =
          SpecialAddresses.reasonAgainst(address)
              .or(
                  () ->
                      links.stream().anyMatch(link -> link.contains(address))
                          ? Optional.of("this host's own network")
                          : Optional.empty());
      if (reason.isPresent()) {
        throw new FetchFailure(
            Verdict.FORBIDDEN_ADDRESS,
            "%s has address %s (%s), which is not in allowedHosts"
                .formatted(url.host(), address.getHostAddress(), reason.get()));
      }
    }
    return addresses;
  }

  private List<InetAddress> resolve(ResourceUrl url) throws FetchFailure {
    if (url.address().isPresent()) {
      return List.of(url.address().get());
    }
    try {
      return List.copyOf(resolver.resolve(url.host()));
    } catch (UnknownHostException e) {
      throw new FetchFailure(Verdict.UNREACHABLE, "no address for host " + url.host());
    }
  }
}
