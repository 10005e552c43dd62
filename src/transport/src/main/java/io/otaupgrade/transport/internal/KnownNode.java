package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEndpoint;
import io.otaupgrade.zcl.Eui64;
import java.util.List;
import java.util.Optional;

/**
 * A node and what the mesh's loop has to remember of it. All but {@link #node} belongs to the loop.
 */
final class KnownNode {

  /** The network address of a node whose address is not known: no node ever has it. */
  static final int NO_ADDRESS = 0xFFFE;

  /** Stands for a node that is not in the table. */
  static final KnownNode NOBODY = new KnownNode(new Eui64(0));

  final Eui64 eui64;

  /** The same, ready for a frame. */
  final Optional<Eui64> identity;

  private volatile Node node;

  /** Whether its description is complete. */
  private boolean described;

  /** Whether it told if its receiver is on when idle. */
  boolean receiverKnown;

  /** Its interview, under way or resting between two tries. */
  Interview interview = Interview.NONE;

  KnownNode(Eui64 eui64) {
    this.eui64 = eui64;
    this.identity = Optional.of(eui64);
    // Until it says otherwise it is taken for sleepy, and so left alone.
    this.node =
        new Node(eui64, NO_ADDRESS, false, false, Optional.empty(), Optional.empty(), List.of());
  }

  /** As others see it now; from any thread. */
  Node node() {
    return node;
  }

  int address() {
    return node.networkAddress();
  }

  boolean hasAddress() {
    return node.networkAddress() != NO_ADDRESS;
  }

  boolean isDescribed() {
    return described;
  }

  void setDescribed(boolean complete) {
    described = complete;
  }

  /** Whether a frame from it calls for more than passing it on. */
  boolean needsAttention() {
    return !described || !node.online();
  }

  void setAddress(int address) {
    replace(address, node.receiverOnWhenIdle(), node.online());
  }

  void setReceiverOnWhenIdle(boolean on) {
    receiverKnown = true;
    replace(node.networkAddress(), on, node.online());
  }

  void setOnline(boolean online) {
    replace(node.networkAddress(), node.receiverOnWhenIdle(), online);
  }

  /** Whether it told that it hears only what its parent kept for it. */
  boolean sleeps() {
    return receiverKnown && !node.receiverOnWhenIdle();
  }

  void setEndpoints(List<NodeEndpoint> endpoints) {
    describe(node.modelIdentifier(), node.manufacturerName(), endpoints);
  }

  void setNames(Optional<String> modelIdentifier, Optional<String> manufacturerName) {
    describe(modelIdentifier, manufacturerName, node.endpoints());
  }

  private void replace(int address, boolean receiverOnWhenIdle, boolean online) {
    Node old = node;
    node =
        new Node(
            eui64,
            address,
            receiverOnWhenIdle,
            online,
            old.modelIdentifier(),
            old.manufacturerName(),
            old.endpoints());
  }

  private void describe(
      Optional<String> modelIdentifier,
      Optional<String> manufacturerName,
      List<NodeEndpoint> endpoints) {
    Node old = node;
    node =
        new Node(
            eui64,
            old.networkAddress(),
            old.receiverOnWhenIdle(),
            old.online(),
            modelIdentifier,
            manufacturerName,
            endpoints);
  }
}
