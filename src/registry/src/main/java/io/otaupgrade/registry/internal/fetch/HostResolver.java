package io.otaupgrade.registry.internal.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks the name service; called once for each request, for its answer may change any time. */
@FunctionalInterface
interface HostResolver {
  /** At least one address, in the order in which to try them. */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
