package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.transport.internal.link.CoProcessor;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.Inbox;
import io.otaupgrade.transport.internal.link.RadioFault;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Silicon Labs EFR32 with EmberZNet 7.4 to 9.1: EZSP 13 to 19 over ASH.
 *
 * <p>Octets go through {@link AshConnection} and {@link EzspClient} on the line's reader thread;
 * what they mean for the mesh comes to the loop through an {@link Inbox}. {@link EmberStart} brings
 * the co-processor up.
 */
public final class EmberCoProcessor implements CoProcessor {

  private static final Logger LOG = LoggerFactory.getLogger(EmberCoProcessor.class);

  private static final int TAGS = 256;

  private static final int ADDRESSES = 0x10000;

  /** One node of many shall not fill the co-processor's memory. */
  private static final int MESSAGES_PER_NODE = 4;

  /** The longest ASDU that goes unfragmented to a neighbour: 127 octets less all headers. */
  private static final int MAX_PAYLOAD = 82;

  /** A source route costs this, and as much again for each relay. */
  private static final int ROUTE_OCTETS = 2;

  /** A forced route discovery is a broadcast, so they are rare. */
  private static final long BETWEEN_DISCOVERIES = Duration.ofSeconds(1).toNanos();

  private static final int ALL_ROUTERS = 0xFFFC;
  private static final int MGMT_PERMIT_JOINING_REQ = 0x0036;

  private final CoProcessorHost host;
  private final Inbox inbox;
  private final AshConnection ash;
  private final EzspCallbacks callbacks;
  private final EzspClient ezsp;
  private final EmberStart start;

  // All of what follows belongs to the loop.
  private EzspVersion version = new EzspVersion(EzspVersion.OLDEST);
  private RadioLimits limits = new RadioLimits(1, 1);
  private boolean up;

  /** Tags of unicasts that the co-processor has, or is being given. */
  private final BitSet inFlight = new BitSet(TAGS);

  private final ArrayDeque<Message> pool = new ArrayDeque<>();

  /** By network address: over how many others it is reached. */
  private final byte[] relays = new byte[ADDRESSES];

  /** Network addresses whose route broke, and is to be looked for. */
  private final BitSet routeless = new BitSet(ADDRESSES);

  private long lastDiscovery;

  /** Nothing happens before {@link #start}. */
  public EmberCoProcessor(CoProcessorHost host) {
    this(host, new SecureRandom(), AshConnection.DEFAULT_WINDOW);
  }

  /**
   * @param random draws keys, so nobody may be able to guess what it gives
   */
  EmberCoProcessor(CoProcessorHost host, RandomGenerator random, int window) {
    this.host = host;
    inbox = new Inbox(host);
    Events events = new Events();
    callbacks = new EzspCallbacks(inbox, host.counters(), events);
    ash = new AshConnection(host.loop(), host.counters(), host::write, events, window);
    ezsp = new EzspClient(host, ash, inbox, callbacks);
    start = new EmberStart(host, ezsp, random, events);
    lastDiscovery = host.loop().nanos() - BETWEEN_DISCOVERIES;
  }

  @Override
  public void start() {
    host.progress("resetting the co-processor");
    ash.connect();
  }

  @Override
  public void received(ByteBuffer octets) {
    ash.received(octets);
  }

  @Override
  public void send(int tag, ApsFrame frame, TxOptions options) {
    if (frame.payload().remaining() > EzspCommands.MAX_MESSAGE) {
      host.events().confirmed(tag, Confirmation.REFUSED);
      return;
    }
    Message message = pool.isEmpty() ? new Message() : pool.pop();
    message.tag = tag;
    message.frame = frame;
    message.acknowledged = options.apsAcknowledgement();
    ezsp.message(message);
  }

  @Override
  public RadioLimits limits() {
    return limits;
  }

  @Override
  public int maximumPayload(int networkAddress) {
    int hops = relays[networkAddress & 0xFFFF];
    return hops == 0 ? MAX_PAYLOAD : MAX_PAYLOAD - ROUTE_OCTETS * (1 + hops);
  }

  @Override
  public void permitJoin(Duration duration) {
    int seconds = (int) duration.toSeconds();
    int policy = EzspCommands.ALLOW_UNSECURED_REJOINS;
    if (seconds > 0) {
      policy |= EzspCommands.ALLOW_JOINS;
      manage("joining key", EzspFrame.IMPORT_TRANSIENT_KEY, EzspCommands.transientKey(version));
    } else {
      manage("no joining key", EzspFrame.CLEAR_TRANSIENT_LINK_KEYS, EzspCommands::none);
    }
    manage(
        "joining policy",
        EzspFrame.SET_POLICY,
        EzspCommands.policy(EzspCommands.TRUST_CENTER_POLICY, policy));
    manage("joining", EzspFrame.PERMIT_JOINING, EzspCommands.u8(seconds));
    // Sequence number, duration, and that the trust centre's policy stands.
    byte[] request = {0, (byte) seconds, 1};
    ApsFrame toRouters =
        ApsFrame.to(
            ALL_ROUTERS,
            ZdoCluster.ENDPOINT,
            ZdoCluster.ENDPOINT,
            ZdoCluster.PROFILE,
            MGMT_PERMIT_JOINING_REQ,
            ByteBuffer.wrap(request));
    manage(
        "joining through routers",
        EzspFrame.SEND_BROADCAST,
        out -> EzspCommands.broadcast(out, version, toRouters, 0));
  }

  @Override
  public void close() {
    up = false;
    inbox.close();
    start.close();
    ezsp.close();
    ash.close();
  }

  private void manage(String what, int frameId, Consumer<ByteBuffer> parameters) {
    ezsp.manage(
        new ManagementCommand(
            frameId,
            parameters,
            response -> {
              // A command without a status succeeded.
              int code = response.hasRemaining() ? new EzspReader(version, response).status() : 0;
              if (code != 0) {
                LOG.warn(
                    "{}: the co-processor refused {}: {}",
                    host.mesh(),
                    what,
                    version.describe(code));
              }
            },
            reason ->
                LOG.warn("{}: the co-processor does not know {}: {}", host.mesh(), what, reason)));
  }

  private int apsOptions(int address, boolean acknowledged) {
    int options = EzspCommands.ENABLE_ROUTE_DISCOVERY;
    if (acknowledged) {
      options |= EzspCommands.RETRY;
    }
    if (routeless.get(address)) {
      long now = host.loop().nanos();
      if (now - lastDiscovery >= BETWEEN_DISCOVERIES) {
        lastDiscovery = now;
        routeless.clear(address);
        options |= EzspCommands.FORCE_ROUTE_DISCOVERY;
      }
    }
    return options;
  }

  /** What a co-processor that did not take a message says of it. */
  private static Confirmation refusal(SlStatus status) {
    return switch (status) {
      case BUSY,
          ALLOCATION_FAILED,
          NO_MORE_RESOURCE,
          FULL,
          TRANSMIT_BUSY,
          MAC_TRANSMIT_QUEUE_FULL,
          ZIGBEE_MAX_MESSAGE_LIMIT_REACHED,
          ZIGBEE_SEND_UNICAST_ROUTE_DISCOVERY_UNDERWAY ->
          Confirmation.BUSY;
      case ZIGBEE_DELIVERY_FAILED, ZIGBEE_SEND_UNICAST_FAILURE, ZIGBEE_SEND_UNICAST_NO_ROUTE ->
          Confirmation.NO_ACK;
      default -> Confirmation.REFUSED;
    };
  }

  /** A frame on its way to the co-processor; pooled, since there is one for each frame sent. */
  private final class Message implements EzspCommand {
    private int tag;
    private ApsFrame frame = NO_FRAME;
    private boolean acknowledged;

    @Override
    public int frameId() {
      return frame.isBroadcast() ? EzspFrame.SEND_BROADCAST : EzspFrame.SEND_UNICAST;
    }

    @Override
    public void encode(ByteBuffer out) {
      if (frame.isBroadcast()) {
        EzspCommands.broadcast(out, version, frame, tag);
      } else {
        inFlight.set(tag);
        int options = apsOptions(frame.networkAddress(), acknowledged);
        EzspCommands.unicast(out, version, frame, options, tag);
      }
    }

    @Override
    public void answered(ByteBuffer response) throws EzspFormatException {
      int code = new EzspReader(version, response).status();
      if (code != 0) {
        LOG.debug("{}: did not take {}: {}", host.mesh(), frame, version.describe(code));
        end(refusal(version.status(code)));
        return;
      }
      host.counters().framesSent.incrementAndGet();
      if (frame.isBroadcast()) {
        // Nobody acknowledges it: there is nothing more to wait for.
        end(Confirmation.DELIVERED);
      } else {
        recycle();
      }
    }

    @Override
    public void notUnderstood(String reason) {
      LOG.debug("{}: did not understand {}: {}", host.mesh(), frame, reason);
      end(Confirmation.REFUSED);
    }

    private void end(Confirmation confirmation) {
      int ended = tag;
      inFlight.clear(ended);
      recycle();
      host.events().confirmed(ended, confirmation);
    }

    private void recycle() {
      frame = NO_FRAME;
      pool.push(this);
    }
  }

  private static final ApsFrame NO_FRAME = ApsFrame.to(0, 0, 0, 0, 0, ByteBuffer.allocate(0));

  private final class Events
      implements AshConnection.Listener, EzspCallbacks.Listener, EmberStart.Listener {

    @Override
    public void connected() {
      inbox.task(
          () -> {
            ezsp.start();
            start.start();
          });
    }

    @Override
    public void received(ByteBuffer frame) {
      ezsp.received(frame);
    }

    @Override
    public void failed(RadioFault fault) {
      host.failed(fault);
    }

    @Override
    public void versionAgreed(EzspVersion agreed) {
      version = agreed;
      callbacks.agreedOn(agreed);
    }

    @Override
    public void answersEndpointRequests() {
      callbacks.answerEndpointRequests();
    }

    @Override
    public void started(NetworkParameters network, int messages) {
      int inFlight = Math.max(1, Math.min(messages, TAGS - 1));
      limits = new RadioLimits(inFlight, Math.min(inFlight, MESSAGES_PER_NODE));
      up = true;
      host.events().networkUp(network);
    }

    @Override
    public void messageSent(int tag, SlStatus status) {
      if (tag >= TAGS || !inFlight.get(tag)) {
        LOG.debug("{}: {} for tag {}, which is not in flight", host.mesh(), status, tag);
        return;
      }
      inFlight.clear(tag);
      host.events()
          .confirmed(tag, status == SlStatus.OK ? Confirmation.DELIVERED : Confirmation.NO_ACK);
    }

    @Override
    public void stackStatus(SlStatus status, String description) {
      LOG.debug("{}: stack status {}", host.mesh(), description);
      start.stackStatus(status);
      switch (status) {
        case NETWORK_DOWN, NOT_JOINED -> {
          if (up) {
            up = false;
            host.failed(RadioFault.passing("the co-processor left its network: " + description));
          }
        }
        case ZIGBEE_CHANNEL_CHANGED, ZIGBEE_PAN_ID_CHANGED, ZIGBEE_NODE_ID_CHANGED -> {
          if (up) {
            start.readNetwork();
          }
        }
        default -> {
          // Opened, closed, up again.
        }
      }
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      forgetRoute(networkAddress);
      host.events().joined(device, networkAddress);
    }

    @Override
    public void left(Eui64 device, int networkAddress) {
      forgetRoute(networkAddress);
      host.events().left(device);
    }

    @Override
    public void routeRecord(int networkAddress, int relayCount) {
      // More than its two octets would hold, or than a frame has room for, is a mistake.
      relays[networkAddress] = (byte) Math.min(relayCount, MAX_RELAYS);
      routeless.clear(networkAddress);
    }

    @Override
    public void routeError(int networkAddress) {
      LOG.debug("{}: the route to {} broke", host.mesh(), networkAddress);
      routeless.set(networkAddress);
    }

    @Override
    public void childJoined(int networkAddress) {
      forgetRoute(networkAddress);
    }

    @Override
    public void addressConflict(int networkAddress) {
      LOG.warn("{}: two devices have the address {}", host.mesh(), networkAddress);
      forgetRoute(networkAddress);
    }

    private void forgetRoute(int networkAddress) {
      relays[networkAddress] = 0;
      routeless.clear(networkAddress);
    }
  }

  /** The stack's limit is eleven; a frame with more has hardly room for a block. */
  private static final int MAX_RELAYS = 11;
}
