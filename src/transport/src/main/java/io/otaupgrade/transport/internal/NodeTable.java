package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.zcl.Eui64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The nodes of a mesh, and which network address belongs to which. Changed on the mesh's loop only;
 * may be read from any thread.
 *
 * <p>An address has one owner: who claims it last. The one before is left without an address until
 * it is heard of again.
 */
final class NodeTable {

  private final Map<Eui64, KnownNode> byEui64 = new ConcurrentHashMap<>();
  private final Consumer<NodeEvent> events;

  /** Never changed once it is here, so that reading needs no lock. */
  private volatile IntMap<KnownNode> byAddress = new IntMap<>();

  /**
   * @param events hears what happens to nodes, after the table has it
   */
  NodeTable(Consumer<NodeEvent> events) {
    this.events = events;
  }

  /** The node with this address, or {@link KnownNode#NOBODY}. */
  KnownNode at(int address) {
    return byAddress.getOr(address, KnownNode.NOBODY);
  }

  /** The node with this EUI-64, or {@link KnownNode#NOBODY}. */
  KnownNode of(Eui64 eui64) {
    return byEui64.getOrDefault(eui64, KnownNode.NOBODY);
  }

  Optional<Node> node(int address) {
    KnownNode known = at(address);
    return known == KnownNode.NOBODY ? Optional.empty() : Optional.of(known.node());
  }

  Optional<Node> node(Eui64 eui64) {
    return Optional.ofNullable(byEui64.get(eui64)).map(KnownNode::node);
  }

  /** All of them, in the order of their EUI-64s. */
  List<Node> nodes() {
    return byEui64.values().stream()
        .map(KnownNode::node)
        .sorted(Comparator.comparing(Node::eui64))
        .toList();
  }

  /** Those that belong to the network as far as is known. */
  List<KnownNode> members() {
    return byEui64.values().stream()
        .filter(known -> known.node().online() || known.hasAddress())
        .sorted(Comparator.comparing(known -> known.eui64))
        .toList();
  }

  /** All of them, those that left included. */
  Collection<KnownNode> all() {
    return byEui64.values();
  }

  /** It spoke, so it is there. */
  void heard(KnownNode known) {
    if (!known.node().online()) {
      known.setOnline(true);
      described(known);
    }
  }

  /** Takes nodes in without a word, as the table was when the host went down. */
  void adopt(List<KnownNode> nodes) {
    IntMap<KnownNode> addresses = byAddress.copy();
    for (KnownNode known : nodes) {
      boolean taken = addresses.getOr(known.address(), KnownNode.NOBODY) != KnownNode.NOBODY;
      if (byEui64.putIfAbsent(known.eui64, known) == null && known.hasAddress()) {
        if (taken) {
          known.setAddress(KnownNode.NO_ADDRESS);
        } else {
          addresses.put(known.address(), known);
        }
      }
    }
    byAddress = addresses;
  }

  /** Forgets all: the co-processor is on another network. */
  void clear() {
    byEui64.clear();
    byAddress = new IntMap<>();
  }

  /** The trust centre let it in. */
  KnownNode joined(Eui64 eui64, int address) {
    KnownNode known = place(eui64, address);
    events.accept(new NodeEvent(NodeEvent.Kind.JOINED, known.node()));
    return known;
  }

  /** It announced itself. */
  KnownNode announced(Eui64 eui64, int address, boolean receiverOnWhenIdle) {
    KnownNode known = place(eui64, address);
    if (!known.receiverKnown || known.node().receiverOnWhenIdle() != receiverOnWhenIdle) {
      known.setReceiverOnWhenIdle(receiverOnWhenIdle);
    }
    events.accept(new NodeEvent(NodeEvent.Kind.ANNOUNCED, known.node()));
    return known;
  }

  /** It left. What is known of it stays, in case it comes back. */
  void left(Eui64 eui64) {
    KnownNode known = of(eui64);
    if (known == KnownNode.NOBODY) {
      return;
    }
    if (known.hasAddress()) {
      IntMap<KnownNode> addresses = byAddress.copy();
      addresses.remove(known.address());
      byAddress = addresses;
      known.setAddress(KnownNode.NO_ADDRESS);
    }
    known.setOnline(false);
    events.accept(new NodeEvent(NodeEvent.Kind.LEFT, known.node()));
  }

  /** This node has this address, and is there: it spoke, or another node told of it. */
  KnownNode learn(Eui64 eui64, int address) {
    KnownNode before = of(eui64);
    boolean isBack = before != KnownNode.NOBODY && !before.node().online();
    KnownNode known = place(eui64, address);
    if (isBack) {
      described(known);
    }
    return known;
  }

  private KnownNode place(Eui64 eui64, int address) {
    KnownNode known = of(eui64);
    boolean isNew = known == KnownNode.NOBODY;
    if (isNew) {
      known = new KnownNode(eui64);
    }
    boolean moved = known.address() != address;
    if (moved) {
      move(known, address);
    }
    known.setOnline(true);
    if (isNew) {
      byEui64.put(eui64, known);
    } else if (moved) {
      events.accept(new NodeEvent(NodeEvent.Kind.ADDRESS_CHANGED, known.node()));
    }
    return known;
  }

  /** More is known of it, if only that it is there. */
  void described(KnownNode known) {
    events.accept(new NodeEvent(NodeEvent.Kind.DESCRIBED, known.node()));
  }

  private void move(KnownNode known, int address) {
    IntMap<KnownNode> addresses = byAddress.copy();
    KnownNode before = addresses.getOr(address, KnownNode.NOBODY);
    if (known.hasAddress()) {
      addresses.remove(known.address());
    }
    known.setAddress(address);
    addresses.put(address, known);
    byAddress = addresses;
    if (before != KnownNode.NOBODY) {
      before.setAddress(KnownNode.NO_ADDRESS);
      before.setOnline(false);
      events.accept(new NodeEvent(NodeEvent.Kind.ADDRESS_CHANGED, before.node()));
    }
  }
}
