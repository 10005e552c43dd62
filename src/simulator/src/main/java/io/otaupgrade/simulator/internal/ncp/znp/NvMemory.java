package io.otaupgrade.simulator.internal.ncp.znp;

import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Non-volatile memory: items by number, and tables of extended items. Structures are aligned to
 * words, as they are on the CC13x2 and CC26x2.
 */
final class NvMemory {

  static final int EXTADDR = 0x0001;
  static final int STARTUP_OPTION = 0x0003;
  static final int NIB = 0x0021;
  static final int EXTENDED_PAN_ID = 0x002D;
  static final int NWK_ACTIVE_KEY_INFO = 0x003A;
  static final int NWK_ALTERN_KEY_INFO = 0x003B;
  static final int APS_USE_EXT_PANID = 0x0047;
  static final int ZNP_HAS_CONFIGURED = 0x0060;
  static final int PRECFGKEY = 0x0062;
  static final int PRECFGKEYS_ENABLE = 0x0063;
  static final int NWKKEY = 0x0082;
  static final int PANID = 0x0083;
  static final int CHANLIST = 0x0084;
  static final int LOGICAL_TYPE = 0x0087;
  static final int ZDO_DIRECT_CB = 0x008F;
  static final int TCLK_SEED = 0x0101;

  /**
   * {@link #STARTUP_OPTION}: items that configure the stack get their defaults at the next start.
   */
  static final int CLEAR_CONFIG = 1 << 0;

  /** {@link #STARTUP_OPTION}: the network is forgotten at the next start. */
  static final int CLEAR_STATE = 1 << 1;

  /** System identifier of the stack's extended items, and the tables among them. */
  private static final int ZSTACK = 1;

  private static final int LEGACY_TABLE = 0x0000;
  private static final int NWK_SEC_MATERIAL_TABLE = 0x0007;

  private static final int NIB_OCTETS = 116;
  private static final int NIB_CHANNEL_AT = 24;
  private static final int NIB_COORDINATOR_EUI64_AT = 28;
  private static final int NIB_PAN_ID_AT = 36;
  private static final int NIB_STATE_AT = 38;
  private static final int NIB_CHANNEL_LIST_AT = 40;
  private static final int NIB_EXTENDED_PAN_ID_AT = 57;
  private static final int NIB_KEY_LOADED_AT = 65;

  private static final int KEY_OCTETS = 16;
  private static final int KEY_INFO_OCTETS = 1 + KEY_OCTETS;

  /** A key descriptor, three octets of alignment, and the frame counter. */
  private static final int NWKKEY_OCTETS = KEY_INFO_OCTETS + 3 + 4;

  private static final int ALL_CHANNELS = 0x07FF_F800;
  private static final long FRAME_COUNTER = 1_250;

  private final Map<Integer, byte[]> items = new HashMap<>();
  private final Map<Long, byte[]> extended = new HashMap<>();

  /** The memory of a stick that was never used. */
  NvMemory(Eui64 eui64, byte[] seed) {
    items.put(EXTADDR, octets(8, out -> out.putLong(eui64.value())));
    items.put(STARTUP_OPTION, new byte[1]);
    items.put(TCLK_SEED, seed.clone());
    clearConfig();
    clearState();
  }

  private void clearConfig() {
    items.put(EXTENDED_PAN_ID, new byte[8]);
    items.put(APS_USE_EXT_PANID, new byte[8]);
    items.put(PRECFGKEY, new byte[KEY_OCTETS]);
    items.put(PRECFGKEYS_ENABLE, new byte[] {1});
    items.put(PANID, new byte[] {-1, -1});
    items.put(CHANLIST, octets(4, out -> out.putInt(ALL_CHANNELS)));
    items.put(LOGICAL_TYPE, new byte[1]);
    items.put(ZDO_DIRECT_CB, new byte[1]);
  }

  private void clearState() {
    items.remove(NIB);
    items.put(NWK_ACTIVE_KEY_INFO, new byte[KEY_INFO_OCTETS]);
    items.put(NWK_ALTERN_KEY_INFO, new byte[KEY_INFO_OCTETS]);
    items.put(NWKKEY, new byte[NWKKEY_OCTETS]);
    extended.clear();
  }

  /** What the stack does with {@link #STARTUP_OPTION} when it starts. */
  void start() {
    int option = items.get(STARTUP_OPTION)[0];
    if ((option & CLEAR_CONFIG) != 0) {
      clearConfig();
    }
    if ((option & CLEAR_STATE) != 0) {
      clearState();
    }
    items.put(STARTUP_OPTION, new byte[1]);
  }

  /** The network that the stick is on; empty on a blank one. */
  Optional<Network> network() {
    byte[] nib = items.get(NIB);
    byte[] key = items.get(NWK_ACTIVE_KEY_INFO);
    if (nib == null || nib.length != NIB_OCTETS || key == null || key.length != KEY_INFO_OCTETS) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(nib).order(ByteOrder.LITTLE_ENDIAN);
    int channel = in.get(NIB_CHANNEL_AT);
    int panId = in.getShort(NIB_PAN_ID_AT) & 0xFFFF;
    return channel < 11 || channel > 26 || panId == 0xFFFF
        ? Optional.empty()
        : Optional.of(
            Network.of(
                channel,
                panId,
                in.getLong(NIB_EXTENDED_PAN_ID_AT),
                Arrays.copyOfRange(key, 1, KEY_INFO_OCTETS)));
  }

  /** Writes down the network that was formed, with all that hosts look at. */
  void formed(Network network) {
    items.put(NIB, octets(NIB_OCTETS, nib -> write(network, nib)));

    byte[] keyInfo = octets(KEY_INFO_OCTETS, out -> out.put(1, network.keyOctets()));
    items.put(NWK_ACTIVE_KEY_INFO, keyInfo);
    items.put(NWK_ALTERN_KEY_INFO, keyInfo.clone());
    items.put(
        NWKKEY,
        octets(
            NWKKEY_OCTETS, out -> out.put(keyInfo).putInt(NWKKEY_OCTETS - 4, (int) FRAME_COUNTER)));
    frameCounter(0, network.extendedPanId());
    frameCounter(1, -1L); // for networks that have none of their own
  }

  private void write(Network network, ByteBuffer nib) {
    nib.put(new byte[] {0, 5, 2, 20, 20, 20, 0, 30, 1, 0, 0, 1, 5, 0, (byte) 0x8F, 0});
    nib.putShort((short) 7);
    nib.put(new byte[] {2, 13, 0}); // protocol version, route discovery and expiry time
    nib.put(NIB_CHANNEL_AT, (byte) network.channel());
    nib.put(NIB_COORDINATOR_EUI64_AT, items.get(EXTADDR));
    nib.putShort(NIB_PAN_ID_AT, (short) network.panId());
    nib.put(NIB_STATE_AT, (byte) 8); // NWK_ROUTER
    nib.putInt(NIB_CHANNEL_LIST_AT, 1 << network.channel());
    nib.position(NIB_CHANNEL_LIST_AT + 4);
    nib.put(new byte[] {15, 15, 4, 0}); // beacon and superframe order, scan duration
    nib.putLong(NIB_EXTENDED_PAN_ID_AT, network.extendedPanId());
    nib.put(NIB_KEY_LOADED_AT, (byte) 1);
  }

  private void frameCounter(int entry, long extendedPanId) {
    extended.put(
        id(ZSTACK, NWK_SEC_MATERIAL_TABLE, entry),
        octets(12, out -> out.putInt((int) FRAME_COUNTER).putLong(extendedPanId)));
  }

  /** What a tool leaves behind that formed the network with these parameters. */
  void formedByATool(Network network) {
    items.put(PANID, octets(2, out -> out.putShort((short) network.panId())));
    items.put(CHANLIST, octets(4, out -> out.putInt(1 << network.channel())));
    items.put(EXTENDED_PAN_ID, octets(8, out -> out.putLong(network.extendedPanId())));
    items.put(APS_USE_EXT_PANID, items.get(EXTENDED_PAN_ID).clone());
    items.put(PRECFGKEY, network.keyOctets());
    items.put(ZDO_DIRECT_CB, new byte[] {1});
    items.put(ZNP_HAS_CONFIGURED, new byte[] {0x55});
    formed(network);
  }

  private static byte[] octets(int number, Consumer<ByteBuffer> write) {
    byte[] octets = new byte[number];
    write.accept(ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN));
    return octets;
  }

  private static long id(int system, int item, int sub) {
    return (long) system << 32 | (long) item << 16 | sub;
  }

  // ---- items

  /** Empty for an item that is not there. */
  Optional<byte[]> item(int id) {
    return Optional.ofNullable(items.get(id));
  }

  /** A number of one octet; 0 when the item is not there. */
  int octet(int id) {
    byte[] item = items.get(id);
    return item == null || item.length == 0 ? 0 : item[0] & 0xFF;
  }

  /** The item as a number, least significant octet first; the fallback if it has another length. */
  long number(int id, int octets, long fallback) {
    byte[] item = items.get(id);
    if (item == null || item.length != octets) {
      return fallback;
    }
    byte[] eight = Arrays.copyOf(item, Long.BYTES);
    return ByteBuffer.wrap(eight).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Makes an item of zeros, but for these octets at its beginning. */
  void create(int id, int octets, byte[] beginning) {
    items.put(
        id, Arrays.copyOf(Arrays.copyOf(beginning, Math.min(octets, beginning.length)), octets));
  }

  void delete(int id) {
    items.remove(id);
  }

  // ---- extended items

  Optional<byte[]> item(int system, int item, int sub) {
    return system == ZSTACK && item == LEGACY_TABLE
        ? item(sub)
        : Optional.ofNullable(extended.get(id(system, item, sub)));
  }

  void put(int system, int item, int sub, byte[] value) {
    if (system == ZSTACK && item == LEGACY_TABLE) {
      items.put(sub, value);
    } else {
      extended.put(id(system, item, sub), value);
    }
  }

  void delete(int system, int item, int sub) {
    if (system == ZSTACK && item == LEGACY_TABLE) {
      items.remove(sub);
    } else {
      extended.remove(id(system, item, sub));
    }
  }
}
