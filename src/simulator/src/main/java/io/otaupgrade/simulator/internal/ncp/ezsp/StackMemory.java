package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.zcl.Eui64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a co-processor keeps in flash: it survives resets. */
final class StackMemory {

  static final int KEY_TABLE_SIZE = 12;
  private static final int ERASED = 0xFF;
  private static final int TOKEN_OCTETS = 8;
  private static final int TOKENS = 8;

  private Optional<Joined> joined = Optional.empty();
  private final List<Optional<LinkKey>> linkKeys = new ArrayList<>();
  private final byte[][] tokens = new byte[TOKENS][TOKEN_OCTETS];
  private final Map<Integer, byte[]> manufacturingTokens = new HashMap<>();
  private final Map<Integer, byte[]> bindings = new HashMap<>();
  private long networkFrameCounter;

  /** The network that the co-processor is the coordinator of. */
  static final class Joined {
    final Network network;
    final Security security;
    int channel;
    int transmitPower;
    int networkUpdateId;
    long channelMask;

    Joined(Network network, Security security) {
      this.network = network;
      this.security = security;
      this.channel = network.channel();
    }
  }

  /**
   * What the network is secured with, beside its key.
   *
   * @param bitmask EmberInitialSecurityBitmask
   * @param trustCenterKey 32 hexadecimal digits; the link key that devices join with, or what
   *     theirs are derived from
   */
  record Security(int bitmask, String trustCenterKey, int keySequence) {
    @Override
    public String toString() {
      return "Security[" + bitmask + "]"; // no keys in logs
    }
  }

  /** A link key with another node. */
  record LinkKey(Eui64 partner, String key) {
    @Override
    public String toString() {
      return partner.toString();
    }
  }

  StackMemory() {
    for (int i = 0; i < KEY_TABLE_SIZE; i++) {
      linkKeys.add(Optional.empty());
    }
    for (byte[] token : tokens) {
      Arrays.fill(token, (byte) ERASED);
    }
  }

  Optional<Joined> joined() {
    return joined;
  }

  void join(Joined network) {
    joined = Optional.of(network);
  }

  void leave() {
    joined = Optional.empty();
  }

  List<Optional<LinkKey>> linkKeys() {
    return linkKeys;
  }

  /** Eight octets of the host's. */
  byte[] token(int index) {
    return tokens[index];
  }

  static boolean hasToken(int index) {
    return index < TOKENS;
  }

  static int tokenOctets() {
    return TOKEN_OCTETS;
  }

  /** A manufacturing token; those nobody wrote are erased flash. */
  byte[] manufacturingToken(int id, int octets) {
    byte[] token = manufacturingTokens.get(id);
    if (token == null) {
      token = new byte[octets];
      Arrays.fill(token, (byte) ERASED);
    }
    return token;
  }

  void manufacturingToken(int id, byte[] value) {
    manufacturingTokens.put(id, value);
  }

  /** EmberBindingTableEntry by index, as the host wrote it. */
  Map<Integer, byte[]> bindings() {
    return bindings;
  }

  /** Forgets the network and all keys. */
  void erase() {
    leave();
    linkKeys.replaceAll(key -> Optional.empty());
    bindings.clear();
  }

  long networkFrameCounter() {
    return networkFrameCounter;
  }

  void networkFrameCounter(long value) {
    networkFrameCounter = value & 0xFFFF_FFFFL;
  }

  void countFrame() {
    networkFrameCounter(networkFrameCounter + 1);
  }
}
