package io.otaupgrade.simulator.internal.ncp.znp;

import static io.otaupgrade.simulator.internal.ncp.znp.ApplicationFramework.u16;
import static io.otaupgrade.simulator.internal.ncp.znp.ApplicationFramework.u8;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.simulator.internal.device.DeviceObject;
import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.simulator.internal.ncp.Radio;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoCommand;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subsystem ZDO (5): requests to other nodes' device objects and their answers, the coordinator's
 * own device object, and what the trust centre tells.
 */
final class DeviceObjects {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceObjects.class);

  /** Requests have the number of their cluster, answers that and the highest bit. */
  private static final int REQUEST = 0x2500;

  private static final int ANSWER = 0x4580;
  private static final int NWK_ADDR_REQ = 0x2500;
  private static final int IEEE_ADDR_REQ = 0x2501;
  private static final int NODE_DESC_REQ = 0x2502;
  private static final int POWER_DESC_REQ = 0x2503;
  private static final int SIMPLE_DESC_REQ = 0x2504;
  private static final int ACTIVE_EP_REQ = 0x2505;
  private static final int MATCH_DESC_REQ = 0x2506;
  private static final int END_DEVICE_ANNCE = 0x250A;
  private static final int BIND_REQ = 0x2521;
  private static final int UNBIND_REQ = 0x2522;
  private static final int SET_LINK_KEY = 0x2523;
  private static final int REMOVE_LINK_KEY = 0x2524;
  private static final int MGMT_LQI_REQ = 0x2531;
  private static final int MGMT_RTG_REQ = 0x2532;
  private static final int MGMT_BIND_REQ = 0x2533;
  private static final int MGMT_LEAVE_REQ = 0x2534;
  private static final int MGMT_PERMIT_JOIN_REQ = 0x2536;
  private static final int MSG_CB_REGISTER = 0x253E;
  private static final int MSG_CB_REMOVE = 0x253F;
  private static final int STARTUP_FROM_APP = 0x2540;
  private static final int SEC_ADD_LINK_KEY = 0x2542;
  private static final int SEC_DEVICE_REMOVE = 0x2544;
  private static final int EXT_ROUTE_DISC = 0x2545;
  private static final int EXT_ROUTE_CHECK = 0x2546;
  private static final int EXT_REMOVE_GROUP = 0x2547;
  private static final int EXT_REMOVE_ALL_GROUP = 0x2548;
  private static final int EXT_FIND_ALL_GROUPS = 0x2549;
  private static final int EXT_FIND_GROUP = 0x254A;
  private static final int EXT_ADD_GROUP = 0x254B;
  private static final int EXT_COUNT_ALL_GROUPS = 0x254C;
  private static final int EXT_RX_IDLE = 0x254D;
  private static final int EXT_NWK_INFO = 0x2550;
  private static final int EXT_SET_PARAMS = 0x2553;

  private static final int END_DEVICE_ANNCE_IND = 0x45C1;
  private static final int LEAVE_IND = 0x45C9;
  private static final int TC_DEVICE_IND = 0x45CA;
  private static final int MSG_CB_INCOMING = 0x45FF;

  private static final int COORDINATOR = 0x0000;
  private static final int BROADCAST_LISTENING = 0xFFFD;
  private static final int FIRST_BROADCAST = 0xFFF8;
  private static final int UNKNOWN_ADDRESS = 0xFFFE;
  private static final int ALL_CLUSTERS = 0xFFFF;
  private static final int NO_RELATION = 0xFF;

  private static final int MAXIMUM_PAYLOAD = 250;
  private static final int TEXAS_INSTRUMENTS = 0x0007;
  private static final int MAXIMUM_TRANSFER = 160;
  private static final int MAXIMUM_BUFFER = 80;
  private static final int PRIMARY_TRUST_CENTER = 1 << 0;
  private static final int STACK_REVISION_21 = 21 << 9;

  private final Radio radio;
  private final NvMemory nv;
  private final ZnpStack stack;
  private final UnpiWriter host;
  private final Outbox outbox;
  private final ApplicationFramework af;

  /** Whom the stack has seen join or announce itself; its address manager. */
  private final Map<Eui64, Integer> known = new HashMap<>();

  private final Set<Integer> callbacks = new HashSet<>();
  private final Set<Integer> groups = new HashSet<>();
  private int sequence;

  DeviceObjects(
      Radio radio,
      NvMemory nv,
      ZnpStack stack,
      UnpiWriter host,
      Outbox outbox,
      ApplicationFramework af) {
    this.radio = radio;
    this.nv = nv;
    this.stack = stack;
    this.host = host;
    this.outbox = outbox;
    this.af = af;
  }

  void reset() {
    callbacks.clear();
    groups.clear();
  }

  // ---- the host's commands

  /**
   * Does a command.
   *
   * @return false when there is no such command
   */
  boolean command(int command, ByteBuffer in) {
    switch (command) {
      case NWK_ADDR_REQ -> ask(command, BROADCAST_LISTENING, in);
      case IEEE_ADDR_REQ -> ask(command, in.getShort(in.position()) & 0xFFFF, in);
      case NODE_DESC_REQ,
          POWER_DESC_REQ,
          SIMPLE_DESC_REQ,
          ACTIVE_EP_REQ,
          MATCH_DESC_REQ,
          BIND_REQ,
          UNBIND_REQ,
          MGMT_LQI_REQ,
          MGMT_RTG_REQ,
          MGMT_BIND_REQ,
          MGMT_LEAVE_REQ ->
          ask(command, u16(in), in);
      case MGMT_PERMIT_JOIN_REQ -> permitJoin(in);
      case MSG_CB_REGISTER -> {
        callbacks.add(u16(in));
        answer(command, Status.SUCCESS);
      }
      case MSG_CB_REMOVE -> {
        callbacks.remove(u16(in));
        answer(command, Status.SUCCESS);
      }
      case STARTUP_FROM_APP -> {
        int delay = in.remaining() == 1 ? u8(in) : u16(in);
        answer(command, stack.startup(delay));
      }
      case EXT_FIND_GROUP -> {
        int endpoint = u8(in);
        int group = u16(in);
        boolean found = groups.contains(endpoint << 16 | group);
        host.begin(ZnpFirmware.response(command))
            .u8(found ? Status.SUCCESS : Status.FAILURE)
            .u16(group)
            .u8(0) // no name
            .send();
      }
      case EXT_ADD_GROUP -> {
        groups.add(u8(in) << 16 | u16(in));
        answer(command, Status.SUCCESS);
      }
      case EXT_REMOVE_GROUP -> {
        boolean removed = groups.remove(u8(in) << 16 | u16(in));
        answer(command, removed ? Status.SUCCESS : Status.FAILURE);
      }
      case EXT_REMOVE_ALL_GROUP -> {
        int endpoint = u8(in);
        groups.removeIf(group -> group >> 16 == endpoint);
        answer(command, Status.SUCCESS);
      }
      case EXT_FIND_ALL_GROUPS -> allGroups(command, u8(in));
      case EXT_COUNT_ALL_GROUPS -> answer(command, groups.size());
      case EXT_NWK_INFO -> networkInfo(command);
      case END_DEVICE_ANNCE,
          SET_LINK_KEY,
          REMOVE_LINK_KEY,
          SEC_ADD_LINK_KEY,
          SEC_DEVICE_REMOVE,
          EXT_ROUTE_DISC,
          EXT_ROUTE_CHECK,
          EXT_RX_IDLE,
          EXT_SET_PARAMS ->
          answer(command, Status.SUCCESS);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void answer(int command, int status) {
    host.begin(ZnpFirmware.response(command)).u8(status).send();
  }

  private void allGroups(int command, int endpoint) {
    int[] ofEndpoint =
        groups.stream()
            .filter(group -> group >> 16 == endpoint)
            .mapToInt(group -> group & 0xFFFF)
            .sorted()
            .limit(MAXIMUM_PAYLOAD / 2 - 1)
            .toArray();
    host.begin(ZnpFirmware.response(command)).u8(ofEndpoint.length);
    for (int group : ofEndpoint) {
      host.u16(group);
    }
    host.send();
  }

  private void networkInfo(int command) {
    Optional<Network> network = nv.network();
    host.begin(ZnpFirmware.response(command))
        .u16(stack.state() == ZnpStack.COORDINATOR ? COORDINATOR : UNKNOWN_ADDRESS)
        .u8(stack.state())
        .u16(network.map(Network::panId).orElse(0xFFFF))
        .u16(network.isPresent() ? COORDINATOR : UNKNOWN_ADDRESS)
        .eui64(new Eui64(network.map(Network::extendedPanId).orElse(0L)))
        .eui64(new Eui64(0)) // no parent
        .u8(network.map(Network::channel).orElse(0))
        .send();
  }

  private void permitJoin(ByteBuffer in) {
    u8(in); // address mode
    int destination = u16(in);
    int seconds = u8(in);
    int trustCentre = u8(in);
    if (!radio.isOn()) {
      answer(MGMT_PERMIT_JOIN_REQ, Status.NWK_INVALID_REQUEST);
      return;
    }
    answer(MGMT_PERMIT_JOIN_REQ, Status.SUCCESS);
    if (destination == COORDINATOR || destination >= FIRST_BROADCAST) {
      stack.permitJoin(seconds);
    }
    if (destination == COORDINATOR) {
      host.begin(ANSWER | 0x36).u16(COORDINATOR).u8(Status.SUCCESS).send();
    } else {
      ByteBuffer payload = ByteBuffer.allocate(3);
      payload.put(nextSequence()).put((byte) seconds).put((byte) trustCentre).flip();
      outbox.sendOwn(zdo(destination, MGMT_PERMIT_JOIN_REQ & 0xFF, payload));
    }
  }

  /**
   * A request whose parameters are, behind the destination, those of the frame on the air.
   *
   * @param in the frame's payload without the sequence number
   */
  private void ask(int command, int destination, ByteBuffer in) {
    if (!radio.isOn() && destination != COORDINATOR) {
      answer(command, Status.NWK_INVALID_REQUEST);
      return;
    }
    int cluster = command - REQUEST;
    ByteBuffer payload = ByteBuffer.allocate(1 + in.remaining());
    payload.put(nextSequence()).put(in).flip();
    if (destination == COORDINATOR || isForItself(command, payload)) {
      answer(command, Status.SUCCESS);
      askItself(cluster, payload);
    } else if (!outbox.hasRoom()) {
      answer(command, Status.BUFFER_FULL);
    } else {
      outbox.send(zdo(destination, cluster, payload), TxOptions.ACKNOWLEDGED, Outbox.UNREPORTED);
      answer(command, Status.SUCCESS);
    }
  }

  private boolean isForItself(int command, ByteBuffer payload) {
    return command == NWK_ADDR_REQ
        && payload.remaining() >= 1 + Eui64.OCTETS
        && payload.order(ByteOrder.LITTLE_ENDIAN).getLong(1) == radio.eui64().value();
  }

  private byte nextSequence() {
    sequence = (sequence + 1) & 0xFF;
    return (byte) sequence;
  }

  private static ApsFrame zdo(int destination, int cluster, ByteBuffer payload) {
    return ApsFrame.to(
        destination,
        ZdoCluster.ENDPOINT,
        ZdoCluster.ENDPOINT,
        ZdoCluster.PROFILE,
        cluster,
        payload);
  }

  private void askItself(int cluster, ByteBuffer payload) {
    Optional<ZdoResponse> answer = ownAnswer(cluster, payload, /* broadcast= */ false);
    if (answer.isPresent()) {
      ByteBuffer encoded = encoded(payload.get(0), answer.get());
      tell(COORDINATOR, answer.get().cluster().id(), encoded);
    } else if (cluster == MGMT_LQI_REQ - REQUEST
        || cluster == MGMT_RTG_REQ - REQUEST
        || cluster == MGMT_BIND_REQ - REQUEST) {
      // its neighbours, routes and bindings: none
      ByteBuffer empty = ByteBuffer.allocate(5);
      empty.put(payload.get(0)).put((byte) Status.SUCCESS).put(3, payload.get(1)).position(0);
      tell(COORDINATOR, cluster | 0x8000, empty);
    } else {
      ByteBuffer refusal = ByteBuffer.allocate(2);
      refusal.put(payload.get(0)).put((byte) Status.NOT_SUPPORTED).flip();
      tell(COORDINATOR, cluster | 0x8000, refusal);
    }
  }

  private static ByteBuffer encoded(byte sequenceNumber, ZdoCommand command) {
    ByteBuffer payload = ByteBuffer.allocate(MAXIMUM_PAYLOAD);
    ZdoEncoder.encode(payload, new ZdoFrame(sequenceNumber & 0xFF, command));
    return payload.flip();
  }

  /** The answer of the coordinator's own device object. */
  private Optional<ZdoResponse> ownAnswer(int cluster, ByteBuffer payload, boolean broadcast) {
    if (ZdoCluster.of(cluster).isEmpty()) {
      return Optional.empty();
    }
    try {
      ZdoCommand command = ZdoDecoder.decode(cluster, payload).command();
      return command instanceof ZdoRequest request
          ? self().answer(request, broadcast)
          : Optional.empty();
    } catch (ZclFormatException malformed) {
      LOG.debug("cannot read a request of cluster {}: {}", cluster, malformed.getMessage());
      return Optional.empty();
    }
  }

  private DeviceObject self() {
    return new DeviceObject(
        radio.eui64(),
        COORDINATOR,
        new NodeDescriptor(
            LogicalType.COORDINATOR,
            NodeDescriptor.BAND_2400_MHZ,
            new MacCapability(MacCapability.ROUTER.flags() | 1),
            TEXAS_INSTRUMENTS,
            MAXIMUM_BUFFER,
            MAXIMUM_TRANSFER,
            PRIMARY_TRUST_CENTER | STACK_REVISION_21,
            MAXIMUM_TRANSFER,
            0),
        af.endpoints());
  }

  // ---- what comes in

  void received(ApsFrame frame) {
    int cluster = frame.cluster();
    ByteBuffer payload = frame.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (!payload.hasRemaining()) {
      return;
    }
    if (callbacks.contains(cluster) || callbacks.contains(ALL_CLUSTERS)) {
      msgCbIncoming(frame, payload);
    }
    if (cluster >= 0x8000) {
      tell(frame.networkAddress(), cluster, payload);
    } else if (cluster == ZdoCluster.DEVICE_ANNCE.id()) {
      announced(frame.networkAddress(), payload);
    } else {
      // only what is broadcast asks for more nodes than one
      boolean broadcast = cluster == ZdoCluster.MATCH_DESC_REQ.id() && isForMany(payload);
      ownAnswer(cluster, payload, broadcast)
          .ifPresent(
              answer ->
                  outbox.sendOwn(
                      zdo(
                          frame.networkAddress(),
                          answer.cluster().id(),
                          encoded(payload.get(payload.position()), answer))));
    }
  }

  private static boolean isForMany(ByteBuffer payload) {
    return payload.remaining() >= 3
        && (payload.getShort(payload.position() + 1) & 0xFFFF) >= FIRST_BROADCAST;
  }

  private void msgCbIncoming(ApsFrame frame, ByteBuffer payload) {
    boolean broadcast =
        frame.cluster() == ZdoCluster.DEVICE_ANNCE.id()
            || (frame.cluster() == ZdoCluster.MATCH_DESC_REQ.id() && isForMany(payload));
    host.begin(MSG_CB_INCOMING)
        .u16(frame.networkAddress())
        .u8(broadcast ? 1 : 0)
        .u16(frame.cluster())
        .u8(0) // no APS security
        .u8(payload.get(payload.position()))
        .u16(broadcast ? BROADCAST_LISTENING : COORDINATOR)
        .octets(payload.slice(payload.position() + 1, payload.remaining() - 1))
        .send();
  }

  /**
   * Tells the host of an answer, if it wants to hear of those at all.
   *
   * @param payload as on the air, with the sequence number
   */
  private void tell(int source, int cluster, ByteBuffer payload) {
    if (nv.octet(NvMemory.ZDO_DIRECT_CB) == 0) {
      return;
    }
    ByteBuffer rest =
        payload
            .slice(payload.position() + 1, payload.remaining() - 1)
            .order(ByteOrder.LITTLE_ENDIAN);
    if (cluster == ZdoCluster.NWK_ADDR_RSP.id() || cluster == ZdoCluster.IEEE_ADDR_RSP.id()) {
      tellAddress(cluster, rest);
    } else {
      host.begin(ANSWER | (cluster & 0x7F)).u16(source).octets(rest).send();
    }
  }

  /** These two have a form of their own, always with a list of associated devices. */
  private void tellAddress(int cluster, ByteBuffer rest) {
    boolean whole = rest.remaining() >= 1 + Eui64.OCTETS + 2;
    int status = rest.hasRemaining() ? rest.get(0) : Status.FAILURE;
    host.begin(ANSWER | (cluster & 0x7F))
        .u8(status)
        .eui64(new Eui64(whole ? rest.getLong(1) : 0))
        .u16(whole ? rest.getShort(1 + Eui64.OCTETS) : UNKNOWN_ADDRESS)
        .u8(0) // the list begins with the first
        .u8(0) // and is empty
        .send();
  }

  private void announced(int source, ByteBuffer payload) {
    int at = payload.position() + 1;
    if (payload.remaining() < 1 + 2 + Eui64.OCTETS + 1) {
      return;
    }
    int address = payload.getShort(at) & 0xFFFF;
    Eui64 eui64 = new Eui64(payload.getLong(at + 2));
    known.put(eui64, address);
    if (nv.octet(NvMemory.ZDO_DIRECT_CB) != 0) {
      host.begin(END_DEVICE_ANNCE_IND)
          .u16(source)
          .u16(address)
          .eui64(eui64)
          .u8(payload.get(at + 2 + Eui64.OCTETS))
          .send();
    }
  }

  void joined(Eui64 device, int networkAddress) {
    known.put(device, networkAddress);
    host.begin(TC_DEVICE_IND).u16(networkAddress).eui64(device).u16(COORDINATOR).send();
  }

  void left(Eui64 device) {
    Integer address = known.remove(device);
    host.begin(LEAVE_IND)
        .u16(address == null ? UNKNOWN_ADDRESS : address)
        .eui64(device)
        .u8(0) // it was not asked for
        .u8(0)
        .u8(0)
        .send();
  }

  // ---- the address manager

  int networkAddress(Eui64 device) {
    return device.equals(radio.eui64()) ? COORDINATOR : known.getOrDefault(device, UNKNOWN_ADDRESS);
  }

  Eui64 eui64(int networkAddress) {
    return radio
        .eui64(networkAddress)
        .filter(device -> networkAddress == COORDINATOR || known.containsKey(device))
        .orElse(new Eui64(0));
  }

  /** How a device is associated: 0xFF for a stranger. */
  static int relation() {
    return NO_RELATION;
  }
}
