package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.ncp.Board;
import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.simulator.internal.ncp.Radio;
import io.otaupgrade.simulator.internal.ncp.ezsp.Callbacks.Incoming;
import io.otaupgrade.simulator.internal.ncp.ezsp.NodeCache.Entry;
import io.otaupgrade.simulator.internal.ncp.ezsp.StackMemory.Joined;
import io.otaupgrade.simulator.internal.ncp.ezsp.StackMemory.Security;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import io.otaupgrade.zcl.zdo.ZdoCommand;
import io.otaupgrade.zcl.zdo.ZdoDecoder;
import io.otaupgrade.zcl.zdo.ZdoEncoder;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * EmberZNet from one reset to the next: the network, the messages on their way, and what the stack
 * does by itself. What outlives it is in {@link StackMemory}. Belongs to the loop.
 */
final class Stack {

  /** ZigBeeAlliance09, the link key that devices join with unless they have an install code. */
  static final String WELL_KNOWN_KEY = "5a6967426565416c6c69616e63653039";

  static final int COORDINATOR = 0x0000;
  static final int FIRST_BROADCAST = 0xFFF8;
  private static final int ALL_ENDPOINTS = 0xFF;
  private static final int MGMT_PERMIT_JOINING_REQ = 0x0036;
  private static final int LQI_OF_ITSELF = 255;
  private static final int TAGS = 256;

  /** A permission that does not end. */
  static final int FOREVER = 0xFF;

  // EmberDeviceUpdate, EmberJoinDecision, EmberNodeType
  private static final int UNSECURED_JOIN = 1;
  private static final int DEVICE_LEFT = 2;
  private static final int USE_PRECONFIGURED_KEY = 0;
  private static final int NO_ACTION = 3;
  static final int END_DEVICE = 3;
  static final int SLEEPY_END_DEVICE = 4;

  // What the stack takes for what it then reports; of the order of a real one's.
  private static final Duration TO_INIT = Duration.ofMillis(30);
  private static final Duration TO_FORM = Duration.ofMillis(200);
  private static final Duration TO_LEAVE = Duration.ofMillis(50);
  private static final Duration TO_MULTICAST = Duration.ofMillis(10);

  /** How long a broadcast stays in the broadcast table. */
  private static final Duration BROADCAST_REMEMBERED = Duration.ofSeconds(9);

  private final Board board;
  private final Radio radio;
  private final StackMemory memory;
  private final Callbacks callbacks;
  private final StackConfiguration configuration;
  private final NodeCache nodes = new NodeCache();
  private final OwnDeviceObject self;
  private final StackCounters counters = new StackCounters();
  private final Map<Eui64, String> transientKeys = new HashMap<>();
  private final Map<Integer, Integer> multicastTable = new HashMap<>();
  private boolean stopped;

  private State state = State.NO_NETWORK;
  private Optional<Security> pendingSecurity = Optional.empty();
  private byte[] pendingNetworkKey = new byte[EzspOutput.KEY_OCTETS];
  private long openUntil;
  private int openings;

  private final Message[] underWay = new Message[TAGS];
  private final ArrayDeque<Message> spare = new ArrayDeque<>();
  private final int[] freeTags = new int[TAGS];
  private int free;
  private int unicasts;
  private int broadcasts;
  private int apsCounter;

  private boolean concentrator;
  private long routesAskedAt;
  private long routesLast;
  private final Set<Integer> routesKnown = new HashSet<>();

  /** EmberNetworkStatus. */
  private enum State {
    NO_NETWORK(0),
    JOINING(1),
    JOINED(2),
    LEAVING(6);

    private final int code;

    State(int code) {
      this.code = code;
    }
  }

  /** A stack that has just been started. */
  Stack(Board board, StackMemory memory, Callbacks callbacks) {
    this.board = board;
    this.radio = board.radio();
    this.memory = memory;
    this.callbacks = callbacks;
    this.configuration = new StackConfiguration(board.settings().buffers());
    this.self = new OwnDeviceObject(radio.eui64());
    for (int tag = 0; tag < TAGS; tag++) {
      freeTags[tag] = tag;
    }
    free = TAGS;
  }

  /** What is under way comes to nothing. */
  void stop() {
    stopped = true;
  }

  StackMemory memory() {
    return memory;
  }

  StackConfiguration configuration() {
    return configuration;
  }

  NodeCache nodes() {
    return nodes;
  }

  OwnDeviceObject self() {
    return self;
  }

  StackCounters counters() {
    return counters;
  }

  Eui64 eui64() {
    return radio.eui64();
  }

  int relays(int address) {
    return radio.relays(address);
  }

  Callbacks callbacks() {
    return callbacks;
  }

  /** Group in the upper, endpoint in the lower octets, by index. */
  Map<Integer, Integer> multicastTable() {
    return multicastTable;
  }

  /** A random number of 16 bits. */
  int random() {
    return board.random().nextInt(0x1_0000);
  }

  void later(Duration delay, Runnable task) {
    board
        .loop()
        .after(
            delay,
            () -> {
              if (!stopped) {
                task.run();
              }
            });
  }

  // ---- the network

  boolean isUp() {
    return state == State.JOINED;
  }

  int networkStatus() {
    return state.code;
  }

  /** The network that the co-processor is on now. */
  Optional<Joined> network() {
    return isUp() ? memory.joined() : Optional.empty();
  }

  EzspStatus initialize() {
    if (state != State.NO_NETWORK) {
      return EzspStatus.INVALID_CALL;
    }
    if (memory.joined().isEmpty()) {
      return EzspStatus.NOT_JOINED;
    }
    bringUp(TO_INIT);
    return EzspStatus.OK;
  }

  void secure(Security security, byte[] networkKey) {
    pendingSecurity = Optional.of(security);
    pendingNetworkKey = networkKey;
  }

  EzspStatus form(Joined parameters) {
    if (state != State.NO_NETWORK) {
      return EzspStatus.INVALID_CALL;
    }
    memory.join(parameters);
    pendingSecurity = Optional.empty();
    bringUp(TO_FORM);
    return EzspStatus.OK;
  }

  Optional<Security> pendingSecurity() {
    return pendingSecurity;
  }

  byte[] pendingNetworkKey() {
    return pendingNetworkKey;
  }

  byte[] randomKey() {
    byte[] key = new byte[EzspOutput.KEY_OCTETS];
    board.random().nextBytes(key);
    return key;
  }

  private void bringUp(Duration delay) {
    state = State.JOINING;
    later(
        delay,
        () -> {
          state = State.JOINED;
          Network network = memory.joined().orElseThrow().network;
          radio.start(network);
          callbacks.stackStatus(EzspStatus.NETWORK_UP);
        });
  }

  EzspStatus leave() {
    if (!isUp()) {
      return EzspStatus.INVALID_CALL;
    }
    state = State.LEAVING;
    radio.stop();
    memory.leave();
    forgetMessages();
    later(
        TO_LEAVE,
        () -> {
          state = State.NO_NETWORK;
          callbacks.stackStatus(EzspStatus.NETWORK_DOWN);
        });
    return EzspStatus.OK;
  }

  void changeChannel(int channel) {
    memory.joined().ifPresent(joined -> joined.channel = channel);
    later(TO_INIT, () -> callbacks.stackStatus(EzspStatus.CHANNEL_CHANGED));
  }

  // ---- joining

  void transientKey(Eui64 partner, String key) {
    transientKeys.put(partner, key);
    openRadio();
  }

  Map<Eui64, String> transientKeys() {
    return transientKeys;
  }

  void clearTransientKeys() {
    transientKeys.clear();
    openRadio();
  }

  /** The trust centre's policy was changed. */
  void policyChanged() {
    openRadio();
  }

  EzspStatus permitJoining(int seconds) {
    if (!isUp()) {
      return EzspStatus.INVALID_CALL;
    }
    boolean wasOpen = isOpen();
    openings++;
    openUntil = seconds == FOREVER ? Long.MAX_VALUE : now() + Duration.ofSeconds(seconds).toNanos();
    openRadio();
    if (seconds == 0) {
      if (wasOpen) {
        callbacks.stackStatus(EzspStatus.NETWORK_CLOSED);
      }
      return EzspStatus.OK;
    }
    callbacks.stackStatus(EzspStatus.NETWORK_OPENED);
    int opening = openings;
    if (seconds != FOREVER) {
      later(
          Duration.ofSeconds(seconds),
          () -> {
            if (opening == openings) {
              callbacks.stackStatus(EzspStatus.NETWORK_CLOSED);
            }
          });
    }
    return EzspStatus.OK;
  }

  boolean isOpen() {
    return isUp() && now() < openUntil;
  }

  /**
   * Lets devices in while the network is open, if the trust centre would give them the network key:
   * its policy must allow it, and there must be a link key that they have too.
   */
  private void openRadio() {
    if (!isUp()) {
      return;
    }
    boolean admits =
        (configuration.policy(StackConfiguration.TRUST_CENTER_POLICY)
                    & StackConfiguration.ALLOW_JOINS)
                != 0
            && sharesAKeyWithNewcomers();
    long left = openUntil == Long.MAX_VALUE ? Long.MAX_VALUE / 2 : openUntil - now();
    radio.permitJoin(admits && left > 0 ? Duration.ofNanos(left) : Duration.ZERO);
  }

  private boolean sharesAKeyWithNewcomers() {
    return transientKeys.containsValue(WELL_KNOWN_KEY)
        || memory
            .joined()
            .filter(joined -> joined.security.trustCenterKey().equals(WELL_KNOWN_KEY))
            .isPresent();
  }

  void joined(Eui64 device, int address) {
    nodes.learn(device, address);
    counters.count(StackCounters.JOIN_INDICATION);
    callbacks.trustCenterJoin(
        address, device, UNSECURED_JOIN, USE_PRECONFIGURED_KEY, parentOf(address));
  }

  void left(Eui64 device) {
    int address = nodes.address(device);
    int child = nodes.children().indexOf(device);
    nodes.forget(device);
    if (child >= 0) {
      counters.count(StackCounters.CHILD_REMOVED);
      callbacks.childJoin(child, /* joining= */ false, address, device, SLEEPY_END_DEVICE);
    }
    callbacks.trustCenterJoin(address, device, DEVICE_LEFT, NO_ACTION, parentOf(address));
  }

  private int parentOf(int address) {
    List<Integer> relays = relayList(address);
    return relays.isEmpty() ? COORDINATOR : relays.get(0);
  }

  // ---- messages out

  /** A message to fill in and send, or to give back. */
  Message message() {
    Message message = spare.poll();
    return message == null ? new Message() : message;
  }

  private void giveBack(Message message) {
    message.contents = Message.NO_CONTENTS;
    spare.add(message);
  }

  /**
   * Sends a message of the host's, and tells it later what became of it.
   *
   * @param payload this method's from now on
   */
  EzspStatus send(Message message, byte[] payload) {
    EzspStatus status = trySend(message, payload);
    if (status != EzspStatus.OK) {
      giveBack(message);
    }
    return status;
  }

  private EzspStatus trySend(Message message, byte[] payload) {
    if (!isUp()) {
      return EzspStatus.NETWORK_DOWN;
    }
    int destination = destination(message);
    boolean toMany = destination >= FIRST_BROADCAST;
    if (message.isUnicast() == toMany) {
      return EzspStatus.BAD_ARGUMENT;
    }
    if (payload.length > radio.maximumPayload(destination)) {
      return EzspStatus.MESSAGE_TOO_LONG;
    }
    EzspStatus room = message.isUnicast() ? roomForUnicast() : roomForBroadcast();
    if (room != EzspStatus.OK) {
      return room;
    }
    message.sequence = nextSequence();
    ByteBuffer contents = ByteBuffer.wrap(payload);
    message.contents = configuration.returnsContents() ? contents : Message.NO_CONTENTS;
    memory.countFrame();
    int tag = freeTags[--free];
    underWay[tag] = message;
    if (message.isUnicast()) {
      unicasts++;
      if (destination == COORDINATOR) {
        toItself(message, contents, tag);
      } else {
        radio.send(tag, frame(message, destination, contents), options(message));
      }
    } else {
      broadcasts++;
      later(BROADCAST_REMEMBERED, () -> broadcasts--);
      if (message.type == Message.MULTICAST) {
        // No simulated device is in a group, so nobody hears it.
        later(TO_MULTICAST, () -> confirmedHere(tag, message));
      } else {
        radio.send(tag, frame(message, destination, contents), TxOptions.UNACKNOWLEDGED);
      }
    }
    return EzspStatus.OK;
  }

  int nextSequence() {
    apsCounter = apsCounter + 1 & 0xFF;
    return apsCounter;
  }

  private int destination(Message message) {
    return switch (message.type) {
      case Message.VIA_ADDRESS_TABLE -> nodes.entry(message.indexOrDestination).address();
      case Message.MULTICAST -> 0xFFFD;
      default -> message.indexOrDestination;
    };
  }

  private EzspStatus roomForUnicast() {
    if (unicasts >= configuration.value(StackConfiguration.APS_UNICAST_MESSAGE_COUNT)) {
      return EzspStatus.MAX_MESSAGE_LIMIT_REACHED;
    }
    return roomForAny();
  }

  private EzspStatus roomForBroadcast() {
    if (broadcasts >= configuration.value(StackConfiguration.BROADCAST_TABLE_SIZE)) {
      counters.count(StackCounters.BROADCAST_TABLE_FULL);
      return EzspStatus.NO_BUFFERS;
    }
    return roomForAny();
  }

  private EzspStatus roomForAny() {
    if (TAGS - free >= board.settings().buffers()) {
      counters.count(StackCounters.ALLOCATE_PACKET_BUFFER_FAILURE);
      return EzspStatus.NO_BUFFERS;
    }
    return EzspStatus.OK;
  }

  private static ApsFrame frame(Message message, int destination, ByteBuffer contents) {
    return ApsFrame.to(
        destination,
        message.sourceEndpoint,
        message.destinationEndpoint,
        message.profile,
        message.cluster,
        contents);
  }

  private static TxOptions options(Message message) {
    return (message.options & Message.RETRY) != 0
        ? TxOptions.ACKNOWLEDGED
        : TxOptions.UNACKNOWLEDGED;
  }

  void confirmed(int tag, Confirmation confirmation) {
    freeTags[free++] = tag;
    Message message = underWay[tag];
    underWay[tag] = null;
    if (message == null) {
      return; // an answer of the stack's own
    }
    boolean delivered = confirmation == Confirmation.DELIVERED;
    if (message.isUnicast()) {
      unicasts--;
      counters.count(
          delivered ? StackCounters.APS_TX_UNICAST_SUCCESS : StackCounters.APS_TX_UNICAST_FAILED);
    } else {
      counters.count(StackCounters.APS_TX_BROADCAST);
    }
    callbacks.messageSent(message, delivered ? EzspStatus.OK : EzspStatus.DELIVERY_FAILED);
    giveBack(message);
  }

  /** What never went on the air is confirmed, unless it was forgotten meanwhile. */
  private void confirmedHere(int tag, Message message) {
    if (underWay[tag] == message) {
      confirmed(tag, Confirmation.DELIVERED);
    }
  }

  private void forgetMessages() {
    free = 0;
    for (int tag = 0; tag < TAGS; tag++) {
      underWay[tag] = null;
      freeTags[free++] = tag;
    }
    unicasts = 0;
  }

  /** The longest message that goes to any node, octets. */
  int maximumPayload() {
    return radio.maximumPayload(COORDINATOR);
  }

  private void answer(ApsFrame request, ByteBuffer payload) {
    if (free > 0) {
      memory.countFrame();
      radio.send(
          freeTags[--free],
          ApsFrame.to(
              request.networkAddress(),
              ZdoCluster.ENDPOINT,
              ZdoCluster.ENDPOINT,
              ZdoCluster.PROFILE,
              OwnDeviceObject.responseCluster(request.cluster()),
              payload),
          TxOptions.ACKNOWLEDGED);
    }
  }

  /** The host asks its own co-processor; nothing of it goes on the air. */
  private void toItself(Message message, ByteBuffer contents, int tag) {
    ApsFrame request = frame(message, COORDINATOR, contents);
    later(
        Duration.ZERO,
        () -> {
          confirmedHere(tag, message);
          if (request.profile() == ZdoCluster.PROFILE) {
            answerToItself(request).ifPresent(this::receivedFromItself);
          }
        });
  }

  private Optional<ApsFrame> answerToItself(ApsFrame request) {
    int cluster = request.cluster();
    if (cluster >= OwnDeviceObject.responseCluster(0)) {
      return Optional.empty();
    }
    Optional<ByteBuffer> payload;
    if (cluster == MGMT_PERMIT_JOINING_REQ) {
      payload = Optional.of(permitJoiningRequest(request.payload()));
    } else if (OwnDeviceObject.answers(cluster)) {
      payload = self.answer(cluster, request.payload(), /* broadcast= */ false);
    } else {
      payload = Optional.of(OwnDeviceObject.notSupported(request.payload()));
    }
    return payload.map(
        octets ->
            ApsFrame.from(
                COORDINATOR,
                Optional.of(eui64()),
                ZdoCluster.ENDPOINT,
                ZdoCluster.ENDPOINT,
                ZdoCluster.PROFILE,
                OwnDeviceObject.responseCluster(cluster),
                LQI_OF_ITSELF,
                octets));
  }

  private ByteBuffer permitJoiningRequest(ByteBuffer payload) {
    if (payload.remaining() < 2) {
      return OwnDeviceObject.status(payload, ZdoStatus.INV_REQUESTTYPE);
    }
    permitJoining(payload.get(payload.position() + 1) & 0xFF);
    return OwnDeviceObject.status(payload, ZdoStatus.SUCCESS);
  }

  private void receivedFromItself(ApsFrame answer) {
    tell(Incoming.UNICAST, answer, eui64());
  }

  // ---- messages in

  void received(ApsFrame frame) {
    counters.count(StackCounters.APS_RX_UNICAST);
    if (frame.profile() == ZdoCluster.PROFILE
        && frame.destinationEndpoint() == ZdoCluster.ENDPOINT) {
      zdoReceived(frame);
    } else if (frame.destinationEndpoint() == ALL_ENDPOINTS
        || self.has(frame.destinationEndpoint())) {
      tell(Incoming.UNICAST, frame);
    }
  }

  private void zdoReceived(ApsFrame frame) {
    int cluster = frame.cluster();
    if (cluster == ZdoCluster.DEVICE_ANNCE.id()) {
      learnFrom(frame);
      tell(Incoming.BROADCAST, frame);
    } else if (cluster >= OwnDeviceObject.responseCluster(0)) {
      learnFrom(frame);
      tell(Incoming.UNICAST, frame);
    } else if (OwnDeviceObject.answers(cluster)
        && !(OwnDeviceObject.isAboutEndpoints(cluster)
            && configuration.zdoFlag(StackConfiguration.APP_HANDLES_ZDO_ENDPOINT_REQUESTS))) {
      boolean broadcast = isBroadcast(frame);
      self.answer(cluster, frame.payload(), broadcast).ifPresent(answer -> answer(frame, answer));
      if (configuration.zdoFlag(StackConfiguration.APP_RECEIVES_SUPPORTED_ZDO_REQUESTS)) {
        tell(broadcast ? Incoming.BROADCAST : Incoming.UNICAST, frame);
      }
    } else if (OwnDeviceObject.answers(cluster)
        || configuration.zdoFlag(StackConfiguration.APP_HANDLES_UNSUPPORTED_ZDO_REQUESTS)) {
      tell(isBroadcast(frame) ? Incoming.BROADCAST : Incoming.UNICAST, frame);
    } else {
      answer(frame, OwnDeviceObject.notSupported(frame.payload()));
    }
  }

  /**
   * Frames do not say how they came. Devices look for a server among all nodes, and the request
   * says so itself; they ask for an address only to find its owner.
   */
  private static boolean isBroadcast(ApsFrame frame) {
    ByteBuffer payload = frame.payload();
    int at = payload.position();
    return frame.cluster() == ZdoCluster.MATCH_DESC_REQ.id()
        && payload.remaining() >= 3
        && (payload.get(at + 2) & 0xFF) == 0xFF
        && (payload.get(at + 1) & 0xFF) >= (FIRST_BROADCAST & 0xFF);
  }

  private void learnFrom(ApsFrame frame) {
    try {
      ZdoCommand command = ZdoDecoder.decode(frame.cluster(), frame.payload()).command();
      if (command instanceof ZdoRequest.DeviceAnnce announce) {
        nodes.learn(announce.ieeeAddr(), announce.nwkAddr());
        adopt(announce);
      } else if (command instanceof ZdoResponse.NwkAddrRsp response) {
        response.remoteDevice().ifPresent(node -> nodes.learn(node.ieeeAddr(), node.nwkAddr()));
      } else if (command instanceof ZdoResponse.IeeeAddrRsp response) {
        response.remoteDevice().ifPresent(node -> nodes.learn(node.ieeeAddr(), node.nwkAddr()));
      }
    } catch (ZclFormatException malformed) {
      // then there is nothing to learn from it
    }
  }

  /**
   * A device without relays between that does not listen all the time is our child. A real parent
   * knows it from the association, we learn it from the announce that follows.
   */
  private void adopt(ZdoRequest.DeviceAnnce announce) {
    if (announce.capability().fullFunctionDevice() || relays(announce.nwkAddr()) > 0) {
      return;
    }
    if (nodes.adopt(announce.ieeeAddr())) {
      callbacks.childJoin(
          nodes.children().indexOf(announce.ieeeAddr()),
          /* joining= */ true,
          announce.nwkAddr(),
          announce.ieeeAddr(),
          announce.capability().receiverOnWhenIdle() ? END_DEVICE : SLEEPY_END_DEVICE);
    }
  }

  private void tell(Incoming how, ApsFrame frame) {
    tell(how, frame, nodes.eui64(frame.networkAddress()).orElse(NodeCache.NOBODY));
  }

  private void tell(Incoming how, ApsFrame frame, Eui64 source) {
    if (!callbacks.hasRoom()) {
      counters.count(StackCounters.ALLOCATE_PACKET_BUFFER_FAILURE);
      return;
    }
    int address = frame.networkAddress();
    if (concentrator && relays(address) > 0) {
      tellRoute(frame);
    }
    callbacks.incomingMessage(
        how,
        frame,
        nextSequence(),
        source,
        nodes.tableIndex(address),
        Duration.ofNanos(now()).toMillis());
  }

  // ---- routes

  /** The co-processor calls for routes now and every so often. */
  void concentrate(boolean on, int seconds) {
    concentrator = on;
    routesLast = Duration.ofSeconds(seconds).toNanos();
    askForRoutes();
  }

  /** A many-to-one route request goes out: every node tells its route with its next message. */
  void askForRoutes() {
    routesAskedAt = now();
    routesKnown.clear();
  }

  private void tellRoute(ApsFrame frame) {
    if (now() - routesAskedAt > routesLast) {
      askForRoutes();
    }
    int address = frame.networkAddress();
    if (routesKnown.add(address)) {
      callbacks.incomingRouteRecord(
          address, nodes.eui64(address).orElse(NodeCache.NOBODY), frame.lqi(), relayList(address));
    }
  }

  Duration untilRoutesAreAskedFor() {
    return Duration.ofNanos(Math.max(0, routesAskedAt + routesLast - now()));
  }

  int routesKnown() {
    return routesKnown.size();
  }

  /**
   * As many relays as there are between a node and us, the one next to the node first. The
   * simulated mesh has no names for them: other nodes stand for them, and addresses of nobody when
   * there are too few.
   */
  private List<Integer> relayList(int address) {
    int count = relays(address);
    List<Integer> relays = new ArrayList<>(nodes.others(address, count));
    for (int next = 1; relays.size() < count; next++) {
      relays.add(FIRST_BROADCAST - next);
    }
    return relays;
  }

  // ---- the address table

  EzspStatus addressEntry(int index, Entry entry) {
    if (index >= configuration.value(StackConfiguration.ADDRESS_TABLE_SIZE)) {
      return EzspStatus.INDEX_OUT_OF_RANGE;
    }
    nodes.entry(index, entry);
    return EzspStatus.OK;
  }

  // ---- nodes sent away

  /** Asks a node to leave; as a trust centre does, so nobody is asked for its consent. */
  EzspStatus remove(Eui64 target) {
    int address = nodes.address(target);
    if (!isUp()) {
      return EzspStatus.NETWORK_DOWN;
    }
    if (address == NodeCache.UNKNOWN || free == 0) {
      return EzspStatus.BAD_ARGUMENT;
    }
    ByteBuffer payload = ByteBuffer.allocate(16);
    ZdoRequest leave =
        new ZdoRequest.MgmtLeaveReq(target, /* removeChildren= */ false, /* rejoin= */ false);
    ZdoEncoder.encode(payload, new ZdoFrame(nextSequence(), leave));
    radio.send(
        freeTags[--free],
        ApsFrame.to(
            address,
            ZdoCluster.ENDPOINT,
            ZdoCluster.ENDPOINT,
            ZdoCluster.PROFILE,
            leave.cluster().id(),
            payload.flip()),
        TxOptions.ACKNOWLEDGED);
    return EzspStatus.OK;
  }

  private long now() {
    return board.loop().nanos();
  }
}
