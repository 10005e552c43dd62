package io.otaupgrade.api.radio;

import io.otaupgrade.zcl.Eui64;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a node now.
 *
 * @param networkAddress its present 16-bit address; 0xFFFE, which no node has, while it is unknown:
 *     after the node left, or when another node turned up with its address
 * @param receiverOnWhenIdle false for a sleepy device, which hears only what its parent kept for it
 * @param online whether it is on the network as far as is known: it announced itself or spoke, and
 *     did not leave since
 * @param modelIdentifier Basic attribute 0x0005, once read
 * @param manufacturerName Basic attribute 0x0004, once read
 * @param endpoints application endpoints with their cluster lists; empty until discovered
 */
public record Node(
    Eui64 eui64,
    int networkAddress,
    boolean receiverOnWhenIdle,
    boolean online,
    Optional<String> modelIdentifier,
    Optional<String> manufacturerName,
    List<NodeEndpoint> endpoints) {
  public Node {
    endpoints = List.copyOf(endpoints);
  }
}
