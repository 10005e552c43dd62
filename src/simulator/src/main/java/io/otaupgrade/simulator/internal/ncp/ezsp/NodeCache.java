package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.zcl.Eui64;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whom the stack knows: nodes it has heard the address of, its sleepy children, and the address
 * table, which is the host's. In RAM.
 */
final class NodeCache {

  static final int UNKNOWN = 0xFFFE;
  static final int NO_INDEX = 0xFF;
  static final Eui64 NOBODY = new Eui64(0xFFFF_FFFF_FFFF_FFFFL);

  private final Map<Integer, Eui64> byAddress = new HashMap<>();
  private final Map<Eui64, Integer> byEui64 = new HashMap<>();
  private final List<Eui64> children = new ArrayList<>();
  private final Map<Integer, Entry> addressTable = new HashMap<>();

  /** An entry of the address table; {@link #UNKNOWN} while the network address is not known. */
  record Entry(Eui64 eui64, int address, boolean extendedTimeout) {
    static final Entry EMPTY = new Entry(NOBODY, UNKNOWN, false);
  }

  /** A node has this address now. */
  void learn(Eui64 eui64, int address) {
    Integer before = byEui64.put(eui64, address);
    if (before != null && before != address) {
      byAddress.remove(before, eui64);
    }
    byAddress.put(address, eui64);
    addressTable.replaceAll(
        (index, entry) ->
            entry.eui64().equals(eui64)
                ? new Entry(eui64, address, entry.extendedTimeout())
                : entry);
  }

  void forget(Eui64 eui64) {
    Integer address = byEui64.remove(eui64);
    if (address != null) {
      byAddress.remove(address, eui64);
    }
    children.remove(eui64);
  }

  Optional<Eui64> eui64(int address) {
    return Optional.ofNullable(byAddress.get(address));
  }

  /** {@link #UNKNOWN} for a stranger. */
  int address(Eui64 eui64) {
    return byEui64.getOrDefault(eui64, UNKNOWN);
  }

  /** In ascending order. */
  List<Integer> addresses() {
    return byAddress.keySet().stream().sorted().toList();
  }

  // ---- children

  List<Eui64> children() {
    return children;
  }

  /** Its place among the children, and whether it is new there. */
  boolean adopt(Eui64 eui64) {
    return !children.contains(eui64) && children.add(eui64);
  }

  // ---- the address table

  Entry entry(int index) {
    return addressTable.getOrDefault(index, Entry.EMPTY);
  }

  void entry(int index, Entry entry) {
    addressTable.put(index, entry);
    if (!entry.eui64().equals(NOBODY) && entry.address() < 0xFFF8) {
      byEui64.put(entry.eui64(), entry.address());
      byAddress.put(entry.address(), entry.eui64());
    }
  }

  /** Where in the address table a node is; {@link #NO_INDEX} if nowhere. */
  int tableIndex(int address) {
    if (!addressTable.isEmpty()) {
      for (Map.Entry<Integer, Entry> each : addressTable.entrySet()) {
        if (each.getValue().address() == address) {
          return each.getKey();
        }
      }
    }
    return NO_INDEX;
  }

  /** Some nodes that could relay for another one, in a fixed order. */
  List<Integer> others(int address, int count) {
    return byAddress.keySet().stream()
        .filter(each -> each != address)
        .sorted()
        .limit(count)
        .toList();
  }
}
