package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.simulator.internal.ncp.ezsp.StackMemory.Joined;
import io.otaupgrade.simulator.internal.ncp.ezsp.StackMemory.LinkKey;
import io.otaupgrade.simulator.internal.ncp.ezsp.StackMemory.Security;
import io.otaupgrade.zcl.Eui64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The commands about the network and its keys. */
final class NetworkCommands {

  private static final int COORDINATOR_TYPE = 1; // EmberNodeType
  private static final int CONTEXT_OCTETS = 18;
  private static final int METADATA_OCTETS = 12;
  private static final int PARAMETERS_OCTETS = 20;
  private static final int NO_INDEX = 0xFF;

  // EmberInitialSecurityBitmask, EmberCurrentSecurityBitmask
  private static final int TRUST_CENTER_GLOBAL_LINK_KEY = 0x0004;
  private static final int HASHED_LINK_KEYS = 0x0080;
  private static final int HAVE_PRECONFIGURED_KEY = 0x0100;
  private static final int HAVE_NETWORK_KEY = 0x0200;
  private static final int HAVE_TRUST_CENTER_LINK_KEY = 0x0010;

  /** What hosts form networks with. */
  static final int USUAL_SECURITY =
      TRUST_CENTER_GLOBAL_LINK_KEY | HASHED_LINK_KEYS | HAVE_PRECONFIGURED_KEY | HAVE_NETWORK_KEY;

  /** Channels 11 to 26. */
  static final long ALL_CHANNELS = 0x07FF_F800L;

  // sl_zb_sec_man_key_type_t
  private static final int NETWORK_KEY = 1;
  private static final int TRUST_CENTER_LINK_KEY = 2;

  private static final HexFormat HEX = HexFormat.of();

  private final Stack stack;
  private final StackMemory memory;
  private final EzspVersion version;
  private final EzspInput in;
  private final EzspOutput out;

  NetworkCommands(Stack stack, EzspVersion version, EzspInput in, EzspOutput out) {
    this.stack = stack;
    this.memory = stack.memory();
    this.version = version;
    this.in = in;
    this.out = out;
  }

  /** See {@link EzspCommands#run}. */
  boolean run(EzspFrameId command) {
    switch (command) {
      case NETWORK_INIT -> out.status(stack.initialize());
      case NETWORK_STATE -> out.u8(stack.networkStatus());
      case SET_INITIAL_SECURITY_STATE -> setInitialSecurityState();
      case FORM_NETWORK -> formNetwork();
      case LEAVE_NETWORK -> out.status(stack.leave());
      case PERMIT_JOINING -> out.status(stack.permitJoining(in.u8()));
      case GET_PERMIT_JOINING -> out.flag(stack.isOpen());
      case GET_NETWORK_PARAMETERS -> getNetworkParameters();
      case GET_EXTENDED_PAN_ID ->
          out.u64(stack.network().map(joined -> joined.network.extendedPanId()).orElse(0L));
      case GET_CURRENT_NETWORK -> out.u8(0);
      case GET_EUI64 -> out.eui64(stack.eui64());
      case GET_NODE_ID -> out.u16(stack.isUp() ? Stack.COORDINATOR : NodeCache.UNKNOWN);
      case GET_RADIO_PARAMETERS -> getRadioParameters();
      case GET_RADIO_CHANNEL -> out.u8(stack.network().map(joined -> joined.channel).orElse(0));
      case SET_RADIO_CHANNEL, SET_LOGICAL_AND_RADIO_CHANNEL -> setRadioChannel();
      case SET_RADIO_POWER -> {
        int power = in.s8();
        memory.joined().ifPresent(joined -> joined.transmitPower = power);
        out.status(EzspStatus.OK);
      }
      case REMOVE_DEVICE -> {
        in.skip(2 + Eui64.OCTETS); // whom to tell it: the node itself
        out.status(stack.remove(in.eui64()));
      }

      case GET_CURRENT_SECURITY_STATE -> getCurrentSecurityState();
      case GET_NETWORK_KEY_INFO -> getNetworkKeyInfo();
      case EXPORT_KEY -> exportKey();
      case IMPORT_KEY -> importKey();
      case CHECK_KEY_CONTEXT -> {
        byte[] context = in.octets(CONTEXT_OCTETS);
        out.slStatus(statusOf(key(context[0], context[1])));
      }
      case GET_APS_KEY_INFO -> getApsKeyInfo();
      case IMPORT_LINK_KEY -> importLinkKey();
      case EXPORT_LINK_KEY_BY_INDEX -> exportLinkKeyByIndex();
      case EXPORT_LINK_KEY_BY_EUI -> exportLinkKeyByEui();
      case FIND_KEY_TABLE_ENTRY -> out.u8(indexOf(in.eui64()));
      case ERASE_KEY_TABLE_ENTRY -> eraseKeyTableEntry();
      case CLEAR_KEY_TABLE -> {
        memory.linkKeys().replaceAll(key -> Optional.empty());
        out.status(EzspStatus.OK);
      }
      case TOKEN_FACTORY_RESET -> memory.erase();
      case IMPORT_TRANSIENT_KEY -> {
        Eui64 partner = in.eui64();
        stack.transientKey(partner, HEX.formatHex(in.key()));
        out.slStatus(EzspStatus.OK);
      }
      case EXPORT_TRANSIENT_KEY_BY_INDEX -> {
        int index = in.u8();
        exportTransientKey(
            stack.transientKeys().entrySet().stream()
                .skip(index)
                .findFirst()
                .map(entry -> new LinkKey(entry.getKey(), entry.getValue())));
      }
      case EXPORT_TRANSIENT_KEY_BY_EUI -> {
        Eui64 partner = in.eui64();
        exportTransientKey(
            Optional.ofNullable(stack.transientKeys().get(partner))
                .map(key -> new LinkKey(partner, key)));
      }
      case CLEAR_TRANSIENT_LINK_KEYS -> stack.clearTransientKeys();
      default -> {
        return false;
      }
    }
    return true;
  }

  // ---- the network

  private void setInitialSecurityState() {
    int bitmask = in.u16();
    byte[] preconfigured = in.key();
    byte[] networkKey = in.key();
    int keySequence = in.u8();
    in.skip(Eui64.OCTETS); // trust centre, which is this one
    byte[] trustCenterKey =
        (bitmask & HAVE_PRECONFIGURED_KEY) != 0 ? preconfigured : stack.randomKey();
    stack.secure(
        new Security(bitmask, HEX.formatHex(trustCenterKey), keySequence),
        (bitmask & HAVE_NETWORK_KEY) != 0 ? networkKey : stack.randomKey());
    out.status(stack.networkStatus() == 0 ? EzspStatus.OK : EzspStatus.INVALID_CALL);
  }

  private void formNetwork() {
    long extendedPanId = in.u64();
    int panId = in.u16();
    int transmitPower = in.s8();
    int channel = in.u8();
    in.skip(1 + 2); // join method, network manager
    int updateId = in.u8();
    long channels = in.u32();
    Optional<Security> security = stack.pendingSecurity();
    if (channel < 11 || channel > 26 || panId == 0xFFFF) {
      out.status(EzspStatus.BAD_ARGUMENT);
    } else if (security.isEmpty()) {
      out.status(EzspStatus.SECURITY_STATE_NOT_SET);
    } else {
      Joined joined =
          new Joined(
              Network.of(channel, panId, extendedPanId, stack.pendingNetworkKey()), security.get());
      joined.transmitPower = transmitPower;
      joined.networkUpdateId = updateId;
      joined.channelMask = channels;
      out.status(stack.form(joined));
    }
  }

  private void getNetworkParameters() {
    Optional<Joined> up = stack.network();
    if (up.isEmpty()) {
      out.status(EzspStatus.NOT_JOINED).u8(0).zeroes(PARAMETERS_OCTETS);
      return;
    }
    Joined joined = up.get();
    out.status(EzspStatus.OK)
        .u8(COORDINATOR_TYPE)
        .u64(joined.network.extendedPanId())
        .u16(joined.network.panId())
        .u8(joined.transmitPower)
        .u8(joined.channel)
        .u8(0) // join method
        .u16(Stack.COORDINATOR) // network manager
        .u8(joined.networkUpdateId)
        .u32(joined.channelMask);
  }

  private void getRadioParameters() {
    Optional<Joined> up = stack.network();
    out.status(up.isPresent() ? EzspStatus.OK : EzspStatus.NOT_JOINED)
        .u8(up.map(joined -> joined.transmitPower).orElse(0))
        .u8(0) // page
        .u8(up.map(joined -> joined.channel).orElse(0));
  }

  private void setRadioChannel() {
    int channel = in.u8();
    if (channel < 11 || channel > 26) {
      out.status(EzspStatus.BAD_ARGUMENT);
      return;
    }
    if (stack.isUp()) {
      stack.changeChannel(channel);
    }
    out.status(EzspStatus.OK);
  }

  // ---- keys

  private void getCurrentSecurityState() {
    Optional<Joined> up = stack.network();
    int bitmask =
        up.map(joined -> joined.security.bitmask()).orElse(0)
            & (TRUST_CENTER_GLOBAL_LINK_KEY | HASHED_LINK_KEYS);
    out.status(up.isPresent() ? EzspStatus.OK : EzspStatus.NOT_JOINED)
        .u16(bitmask | HAVE_TRUST_CENTER_LINK_KEY)
        .eui64(stack.eui64());
  }

  private void getNetworkKeyInfo() {
    Optional<Joined> joined = memory.joined();
    out.slStatus(EzspStatus.OK)
        .flag(joined.isPresent())
        .flag(false) // no alternate key
        .u8(joined.map(each -> each.security.keySequence()).orElse(0))
        .u8(0)
        .u32(memory.networkFrameCounter());
  }

  private Optional<String> key(int type, int index) {
    return switch (type) {
      case NETWORK_KEY -> memory.joined().filter(j -> index == 0).map(j -> j.network.key());
      case TRUST_CENTER_LINK_KEY -> memory.joined().map(j -> j.security.trustCenterKey());
      default -> Optional.empty();
    };
  }

  private static EzspStatus statusOf(Optional<?> found) {
    return found.isPresent() ? EzspStatus.OK : EzspStatus.TABLE_ENTRY_ERASED;
  }

  private EzspOutput write(Optional<String> key) {
    return key.isPresent()
        ? out.octets(HEX.parseHex(key.get()))
        : out.zeroes(EzspOutput.KEY_OCTETS);
  }

  private void exportKey() {
    byte[] context = in.octets(CONTEXT_OCTETS);
    Optional<String> key = key(context[0], context[1]);
    if (version.isModern()) {
      out.slStatus(statusOf(key));
      write(key);
      out.octets(context);
    } else {
      write(key);
      out.slStatus(statusOf(key));
    }
  }

  /** Link keys have a command of their own, and the others come with the network. */
  private void importKey() {
    byte[] context = in.octets(CONTEXT_OCTETS);
    in.key();
    out.slStatus(EzspStatus.INVALID_CALL);
    if (version.isModern()) {
      out.octets(context);
    }
  }

  private void getApsKeyInfo() {
    byte[] context = in.octets(CONTEXT_OCTETS);
    if (version.isModern()) {
      out.slStatus(EzspStatus.TABLE_ENTRY_ERASED).zeroes(METADATA_OCTETS).octets(context);
    } else {
      out.u64(0).zeroes(METADATA_OCTETS).slStatus(EzspStatus.TABLE_ENTRY_ERASED);
    }
  }

  private int indexOf(Eui64 partner) {
    List<Optional<LinkKey>> keys = memory.linkKeys();
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).filter(key -> key.partner().equals(partner)).isPresent()) {
        return i;
      }
    }
    return NO_INDEX;
  }

  private Optional<LinkKey> linkKey(int index) {
    return index < memory.linkKeys().size() ? memory.linkKeys().get(index) : Optional.empty();
  }

  private void importLinkKey() {
    int index = in.u8();
    LinkKey key = new LinkKey(in.eui64(), HEX.formatHex(in.key()));
    if (index >= memory.linkKeys().size()) {
      out.slStatus(EzspStatus.INDEX_OUT_OF_RANGE);
      return;
    }
    memory.linkKeys().set(index, Optional.of(key));
    out.slStatus(EzspStatus.OK);
  }

  private void exportLinkKeyByIndex() {
    Optional<LinkKey> found = linkKey(in.u8());
    if (version.isModern()) {
      exportWithContext(found);
    } else {
      out.eui64(found.map(LinkKey::partner).orElse(NodeCache.NOBODY));
      write(found.map(LinkKey::key)).zeroes(METADATA_OCTETS).slStatus(statusOf(found));
    }
  }

  private void exportLinkKeyByEui() {
    int index = indexOf(in.eui64());
    Optional<LinkKey> found = linkKey(index);
    if (version.isModern()) {
      exportWithContext(found);
    } else {
      write(found.map(LinkKey::key)).u8(index).zeroes(METADATA_OCTETS).slStatus(statusOf(found));
    }
  }

  private void eraseKeyTableEntry() {
    int index = in.u8();
    if (index >= memory.linkKeys().size()) {
      out.status(EzspStatus.INDEX_OUT_OF_RANGE);
      return;
    }
    memory.linkKeys().set(index, Optional.empty());
    out.status(EzspStatus.OK);
  }

  private void exportTransientKey(Optional<LinkKey> found) {
    if (version.isModern()) {
      exportWithContext(found);
    } else {
      writeContext(found);
      write(found.map(LinkKey::key)).zeroes(METADATA_OCTETS).slStatus(statusOf(found));
    }
  }

  private void exportWithContext(Optional<LinkKey> found) {
    out.slStatus(statusOf(found));
    writeContext(found);
    write(found.map(LinkKey::key)).zeroes(METADATA_OCTETS);
  }

  /** sl_zb_sec_man_context_t, of which the partner is what tells keys apart. */
  private void writeContext(Optional<LinkKey> found) {
    out.zeroes(1 + 1 + 2)
        .eui64(found.map(LinkKey::partner).orElse(NodeCache.NOBODY))
        .zeroes(1 + 1 + 4);
  }
}
