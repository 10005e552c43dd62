package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.transport.internal.HostEndpoints;
import io.otaupgrade.transport.internal.link.CoProcessor;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.Inbox;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TI co-processor with Z-Stack 3.
 *
 * <p>ZDO frames to other nodes go out as AF_DATA_REQUEST from endpoint 0, not by the ZDO commands
 * of MT, which would choose their sequence numbers themselves. Their answers come as
 * ZDO_MSG_CB_INCOMING, which alone tells these numbers. What goes out that way is not confirmed, so
 * it counts as delivered once it is taken.
 */
public final class ZnpCoProcessor implements CoProcessor {

  private static final Logger LOG = LoggerFactory.getLogger(ZnpCoProcessor.class);

  /**
   * What other hosts give this firmware at once, and it bears: 16 frames. Four of them to one node,
   * so that the next is there when one is confirmed, and four sleepy nodes do not yet fill it.
   */
  private static final RadioLimits LIMITS_3_X_0 = new RadioLimits(16, 4);

  /**
   * The older firmware has memory for few. One to each node, since a sleepy one holds its frame for
   * seconds.
   */
  private static final RadioLimits LIMITS_3_0_X = new RadioLimits(2, 1);

  /** ASDU without source route: 127 octets less the headers. */
  private static final int LONGEST_PAYLOAD = 82;

  /** What even six relays leave: no frame of up to this length is too long. */
  private static final int LEAST_PAYLOAD = 68;

  /** Source route subframe: count and index, then the relays' addresses. */
  private static final int ROUTE_OCTETS = 2;

  private static final int RELAY_OCTETS = 2;

  /** More than Z-Stack ever puts into a route. */
  private static final int MOST_RELAYS = 12;

  private static final int ADDRESSES = 0x1_0000;

  /** All routers, this co-processor included. */
  private static final int ALL_ROUTERS = 0xFFFC;

  private static final int BROADCAST_MODE = 0x0F;

  /** Whether the trust centre's own policy follows the permission; it always does. */
  private static final int TRUST_CENTRE_SIGNIFICANCE = 1;

  private static final int ROUTE_RADIUS = 30;

  /** A search for a route is a broadcast, so there is one in so much time for each node. */
  private static final long BETWEEN_SEARCHES_NANOS = Duration.ofSeconds(5).toNanos();

  /** The same announce comes twice, by two commands, unless the firmware tells but one of them. */
  private static final long SAME_ANNOUNCE_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * What was not confirmed for so long takes no memory any more: its confirmation was lost. Even a
   * frame for a sleepy child is kept for less, and the transport gives it up after 12 s.
   */
  private static final long MOST_UNDER_WAY_NANOS = Duration.ofSeconds(15).toNanos();

  private static final int ANY_PROFILE = 0xFFFF;

  private final CoProcessorHost host;
  private final EventLoop loop;
  private final Inbox inbox;
  private final MtLink link;
  private final ZnpStart start;
  private final DataRequest.Sender sender = new Sender();

  // What follows belongs to the loop.
  private final DataRequest[] inFlight = new DataRequest[0x100];
  private final byte[] relays = new byte[ADDRESSES];

  /** When a route to an address was searched for, nanoseconds of the loop. */
  private final Map<Integer, Long> searchedAt = new HashMap<>();

  private int longestPayload = LONGEST_PAYLOAD;
  private RadioLimits limits = LIMITS_3_0_X;
  private boolean up;
  private long lastAnnounced = Long.MIN_VALUE / 2;
  private ByteBuffer lastAnnounce = ByteBuffer.allocate(0);

  public ZnpCoProcessor(CoProcessorHost host) {
    this(host, new SecureRandom());
  }

  ZnpCoProcessor(CoProcessorHost host, RandomGenerator random) {
    this.host = host;
    loop = host.loop();
    inbox = new Inbox(host);
    link = new MtLink(host, inbox, this::indicated);
    start = new ZnpStart(host, link, random, this::started);
  }

  @Override
  public void start() {
    link.open();
    start.begin();
  }

  @Override
  public void received(ByteBuffer octets) {
    link.received(octets);
  }

  @Override
  public RadioLimits limits() {
    return limits;
  }

  @Override
  public int maximumPayload(int networkAddress) {
    int hops = relays[networkAddress];
    return hops == 0 ? longestPayload : longestPayload - ROUTE_OCTETS - RELAY_OCTETS * hops;
  }

  @Override
  public void send(int tag, ApsFrame frame, TxOptions options) {
    if (!up || frame.payload().remaining() > DataRequest.LONGEST_ASDU) {
      host.events().confirmed(tag, Confirmation.REFUSED);
      return;
    }
    DataRequest request = new DataRequest(tag, frame, options, loop.nanos(), sender);
    inFlight[tag] = request;
    link.submit(request);
  }

  @Override
  public void permitJoin(Duration duration) {
    link.call(
        MtCommand.ZDO_MGMT_PERMIT_JOIN_REQ,
        out ->
            out.put((byte) BROADCAST_MODE)
                .putShort((short) ALL_ROUTERS)
                .put((byte) duration.toSeconds())
                .put((byte) TRUST_CENTRE_SIGNIFICANCE),
        answer -> {
          int status = answer.get() & 0xFF;
          if (status != 0) {
            LOG.warn(
                "{}: joining was not changed: status {}", host.mesh(), Integer.toHexString(status));
          }
        });
  }

  @Override
  public void close() {
    up = false;
    start.close();
    link.close();
    inbox.close();
  }

  private void started(NetworkParameters network, ZnpStart.Product product) {
    limits = product == ZnpStart.Product.Z_STACK_3_X_0 ? LIMITS_3_X_0 : LIMITS_3_0_X;
    up = true;
    link.watch();
    host.events().networkUp(network);
  }

  /** On the reader thread. Frames of the mesh are made here, everything else is for the loop. */
  private void indicated(MtCommand command, ByteBuffer data) {
    switch (command) {
      case AF_INCOMING_MSG -> frame(Incoming.msg(data), data);
      case AF_INCOMING_MSG_EXT -> frame(Incoming.msgExt(data), data);
      case ZDO_MSG_CB_INCOMING -> zdoFrame(data);
      case AF_DATA_CONFIRM -> confirm(data);
      case UNKNOWN -> {}
      default -> {
        ByteBuffer copy = MtLink.copyOf(data);
        inbox.task(() -> handle(command, copy));
      }
    }
  }

  private void frame(Optional<ApsFrame> frame, ByteBuffer data) {
    if (frame.isPresent()) {
      inbox.frame(frame.get());
    } else {
      tooShort(data.remaining());
    }
  }

  private void zdoFrame(ByteBuffer data) {
    Optional<ApsFrame> frame = Incoming.zdoMsg(data);
    if (frame.isEmpty()) {
      tooShort(data.remaining());
      return;
    }
    int cluster = frame.get().cluster();
    if (cluster == ZdoCluster.DEVICE_ANNCE.id()) {
      inbox.task(() -> announced(frame.get()));
    } else if (cluster != ZdoCluster.MATCH_DESC_REQ.id()
        || (Incoming.wasBroadcast(data) && isLeftToUs(frame.get()))) {
      inbox.frame(frame.get());
    }
  }

  /**
   * Whether Z-Stack leaves this broadcast Match_Desc_req without an answer. It knows our endpoints
   * under the profile that they are registered with, and under the one that means any.
   */
  private static boolean isLeftToUs(ApsFrame match) {
    ByteBuffer asdu = match.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (asdu.remaining() < 5) {
      return false;
    }
    // After sequence number and address of interest.
    int profile = asdu.getShort(asdu.position() + 3) & 0xFFFF;
    return profile != HostEndpoints.HOME_AUTOMATION && profile != ANY_PROFILE;
  }

  private void confirm(ByteBuffer data) {
    if (data.remaining() < 3) {
      tooShort(data.remaining());
      return;
    }
    ZStatus status = ZStatus.of(data.get() & 0xFF);
    data.get(); // endpoint
    int tag = data.get() & 0xFF;
    inbox.task(() -> confirmed(tag, status));
  }

  private void confirmed(int tag, ZStatus status) {
    DataRequest request = inFlight[tag];
    if (request == null) {
      return;
    }
    if (status == ZStatus.NWK_NO_ROUTE) {
      searchRoute(request.frame().networkAddress());
    }
    end(request, status.confirmation());
  }

  private void end(DataRequest request, Confirmation confirmation) {
    if (inFlight[request.tag()] == request) {
      inFlight[request.tag()] = null;
      host.events().confirmed(request.tag(), confirmation);
    }
  }

  private void searchRoute(int address) {
    long now = loop.nanos();
    Long last = searchedAt.get(address);
    if (last != null && now - last < BETWEEN_SEARCHES_NANOS) {
      return;
    }
    searchedAt.put(address, now);
    relays[address] = 0;
    link.call(
        MtCommand.ZDO_EXT_ROUTE_DISC,
        out -> out.putShort((short) address).put((byte) 0).put((byte) ROUTE_RADIUS),
        answer -> {});
  }

  private void handle(MtCommand command, ByteBuffer data) {
    int length = data.remaining();
    try {
      switch (command) {
        case SYS_RESET_IND -> restarted(data.get() & 0xFF);
        case ZDO_STATE_CHANGE_IND -> stateChanged(data.get() & 0xFF);
        case APP_CNF_BDB_COMMISSIONING_NOTIFICATION -> start.commissioned(data.get() & 0xFF);
        case ZDO_TC_DEV_IND -> joined(data);
        case ZDO_LEAVE_IND -> left(data);
        case ZDO_END_DEVICE_ANNCE_IND -> announceTold(data);
        case ZDO_SRC_RTG_IND -> routed(data);
        default -> {}
      }
    } catch (BufferUnderflowException e) {
      tooShort(length);
    }
  }

  private void restarted(int reason) {
    if (!start.restarted()) {
      link.fail(
          "the co-processor restarted by itself: "
              + switch (reason) {
                case 0 -> "power came back";
                case 1 -> "it was reset from outside";
                case 2 -> "its watchdog bit";
                default -> "reason " + reason;
              });
    }
  }

  private void stateChanged(int state) {
    if (!up) {
      start.stateChanged(state);
    } else if (state != ZnpStart.COORDINATOR) {
      link.fail("the co-processor is off its network: state " + state);
    }
  }

  private void joined(ByteBuffer data) {
    int address = data.getShort() & 0xFFFF;
    Eui64 device = new Eui64(data.getLong());
    relays[address] = 0;
    host.events().joined(device, address);
  }

  private void left(ByteBuffer data) {
    data.getShort(); // network address
    Eui64 device = new Eui64(data.getLong());
    data.get(); // whether it was asked to
    data.get(); // whether its children leave too
    boolean comesBack = data.get() != 0;
    if (!comesBack) {
      host.events().left(device);
    }
  }

  private void announceTold(ByteBuffer data) {
    int source = data.getShort() & 0xFFFF;
    byte[] asdu = new byte[1 + data.remaining()]; // the sequence number is not told
    data.get(asdu, 1, asdu.length - 1);
    announced(
        ApsFrame.from(
            source,
            Optional.empty(),
            ZdoCluster.ENDPOINT,
            ZdoCluster.ENDPOINT,
            ZdoCluster.PROFILE,
            ZdoCluster.DEVICE_ANNCE.id(),
            0,
            ByteBuffer.wrap(asdu)));
  }

  private void announced(ApsFrame announce) {
    ByteBuffer fields = announce.payload().duplicate();
    if (fields.remaining() < 3) {
      return;
    }
    fields.get(); // sequence number
    long now = loop.nanos();
    if (now - lastAnnounced < SAME_ANNOUNCE_NANOS && fields.equals(lastAnnounce)) {
      return;
    }
    lastAnnounced = now;
    lastAnnounce = fields;
    relays[announce.networkAddress()] = 0;
    host.counters().framesReceived.incrementAndGet();
    host.events().received(announce);
  }

  private void routed(ByteBuffer data) {
    int address = data.getShort() & 0xFFFF;
    relays[address] = (byte) Math.min(data.get() & 0xFF, MOST_RELAYS);
  }

  private void tooShort(int octets) {
    host.counters().malformedOctets.addAndGet(Unpi.OVERHEAD + octets);
  }

  /** What the co-processor says to a frame that it is to send. */
  private final class Sender implements DataRequest.Sender {

    @Override
    public void answered(DataRequest request, ZStatus status) {
      if (status != ZStatus.Z_SUCCESS) {
        inbox.task(() -> refused(request, status));
        return;
      }
      host.counters().framesSent.incrementAndGet();
      if (!request.isConfirmed()) {
        inbox.task(() -> end(request, Confirmation.DELIVERED));
      }
    }

    @Override
    public void lost(String why) {
      link.fail(why);
    }
  }

  private void refused(DataRequest request, ZStatus status) {
    int length = request.frame().payload().remaining();
    if (status == ZStatus.Z_MEM_ERROR
        && length > LEAST_PAYLOAD
        && length <= longestPayload
        && isAlone(request)) {
      // Nothing else takes its memory, so it is the length that it does not like.
      longestPayload = length - 1;
      LOG.info("{}: takes no more than {} octets at once", host.mesh(), longestPayload);
      end(request, Confirmation.REFUSED);
    } else {
      end(request, status == ZStatus.UNKNOWN ? Confirmation.REFUSED : status.confirmation());
    }
  }

  private boolean isAlone(DataRequest request) {
    long since = loop.nanos() - MOST_UNDER_WAY_NANOS;
    return Arrays.stream(inFlight)
        .noneMatch(other -> other != null && other != request && other.givenAt() > since);
  }
}
