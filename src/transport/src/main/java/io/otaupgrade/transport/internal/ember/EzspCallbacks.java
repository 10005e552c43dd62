package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.transport.internal.link.Inbox;
import io.otaupgrade.transport.internal.link.LinkCounters;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the co-processor tells by itself: decoded on the line's reader thread, told on the loop.
 *
 * <p>Requests to this node's device objects come in with the option ZDO_RESPONSE_REQUIRED when the
 * co-processor leaves their answers to us, and may come in without it just for our information. Of
 * the latter only announces are handed on.
 */
final class EzspCallbacks {

  /** Who hears of it, on the loop. */
  interface Listener {
    /**
     * A unicast came to its end.
     *
     * @param tag of its message, 0..0xFFFF
     */
    void messageSent(int tag, SlStatus status);

    void stackStatus(SlStatus status, String description);

    /** The trust centre let a device in, or heard that it came back. */
    void joined(Eui64 device, int networkAddress);

    void left(Eui64 device, int networkAddress);

    /** A device is reached over so many others. */
    void routeRecord(int networkAddress, int relays);

    /** The route to a device broke. */
    void routeError(int networkAddress);

    /** A device became a direct child of the co-processor. */
    void childJoined(int networkAddress);

    /** Two devices have this address; both will get others. */
    void addressConflict(int networkAddress);
  }

  /** Profile, cluster, two endpoints, options, group, APS counter. */
  private static final int APS_FRAME_LENGTH = 11;

  private static final int EUI64_LENGTH = 8;

  // Types of incoming messages.
  private static final int MULTICAST_LOOPBACK = 3;
  private static final int BROADCAST_LOOPBACK = 5;

  /** Types of outgoing messages from here on go to many nodes. */
  private static final int MULTICAST = 3;

  private static final int ZDO_RESPONSE_REQUIRED = 0x4000;

  private static final int DEVICE_LEFT = 2;
  private static final int DENY_JOIN = 2;

  /** No node has this address. */
  private static final int NOBODY = 0xFFFF;

  private final Inbox inbox;
  private final LinkCounters counters;
  private final Listener listener;
  private volatile Optional<EzspVersion> agreed = Optional.empty();
  private volatile boolean endpointRequestsAreOurs;

  // The reader thread's: who sends the message that comes next.
  private int nextSender = NOBODY;
  private Optional<Eui64> nextSenderEui64 = Optional.empty();

  EzspCallbacks(Inbox inbox, LinkCounters counters, Listener listener) {
    this.inbox = inbox;
    this.counters = counters;
    this.listener = listener;
  }

  /** What comes before is not understood, and dropped. From any thread. */
  void agreedOn(EzspVersion version) {
    agreed = Optional.of(version);
  }

  /**
   * The co-processor does not answer requests for our endpoints, whether it says so in each of them
   * or not. From any thread.
   */
  void answerEndpointRequests() {
    endpointRequestsAreOurs = true;
  }

  /**
   * A callback came; on the reader thread.
   *
   * @param in its parameters, little-endian
   */
  void received(int frameId, ByteBuffer in) {
    if (agreed.isEmpty()) {
      return;
    }
    int octets = in.remaining();
    try {
      decode(agreed.get(), frameId, in);
    } catch (EzspFormatException e) {
      counters.malformedOctets.addAndGet(octets);
    }
  }

  private void decode(EzspVersion version, int frameId, ByteBuffer in) throws EzspFormatException {
    switch (frameId) {
      case EzspFrame.INCOMING_MESSAGE_HANDLER -> incomingMessage(version, in);
      case EzspFrame.MESSAGE_SENT_HANDLER -> messageSent(version, in);
      case EzspFrame.STACK_STATUS_HANDLER -> stackStatus(version, in);
      case EzspFrame.TRUST_CENTER_JOIN_HANDLER -> trustCenterJoin(in);
      case EzspFrame.CHILD_JOIN_HANDLER -> childJoin(in);
      case EzspFrame.INCOMING_ROUTE_RECORD_HANDLER -> routeRecord(in);
      case EzspFrame.INCOMING_ROUTE_ERROR_HANDLER -> routeError(version, in);
      case EzspFrame.ID_CONFLICT_HANDLER -> idConflict(in);
      case EzspFrame.INCOMING_SENDER_EUI64_HANDLER -> senderEui64(version, in);
      default -> {
        // Nothing to us.
      }
    }
  }

  private void incomingMessage(EzspVersion version, ByteBuffer in) throws EzspFormatException {
    boolean hasEui64 = version.messageHasSenderEui64();
    need(in, 1 + APS_FRAME_LENGTH + (hasEui64 ? 2 + EUI64_LENGTH + 8 : 6) + 1);
    int type = u8(in);
    int profile = u16(in);
    int cluster = u16(in);
    int sourceEndpoint = u8(in);
    int destinationEndpoint = u8(in);
    int options = u16(in);
    in.position(in.position() + 3);
    int lqi;
    int sender;
    Optional<Eui64> eui64;
    if (hasEui64) {
      sender = u16(in);
      eui64 = eui64(in);
      in.position(in.position() + 2);
      lqi = u8(in);
      in.position(in.position() + 5);
    } else {
      lqi = u8(in);
      in.position(in.position() + 1);
      sender = u16(in);
      eui64 = Optional.empty();
      in.position(in.position() + 2);
    }
    int length = u8(in);
    need(in, length);
    if (eui64.isEmpty() && (nextSender == sender || nextSender == NOBODY)) {
      eui64 = nextSenderEui64;
    }
    forgetSender();
    if (type == MULTICAST_LOOPBACK || type == BROADCAST_LOOPBACK) {
      return;
    }
    if (profile == ZdoCluster.PROFILE
        && destinationEndpoint == ZdoCluster.ENDPOINT
        && !isForUs(cluster, options)) {
      return;
    }
    byte[] payload = new byte[length];
    in.get(payload);
    inbox.frame(
        ApsFrame.from(
            sender,
            eui64,
            sourceEndpoint,
            destinationEndpoint,
            profile,
            cluster,
            lqi,
            ByteBuffer.wrap(payload)));
  }

  private boolean isForUs(int cluster, int options) {
    boolean isResponse = cluster >= 0x8000;
    return isResponse
        || cluster == ZdoCluster.DEVICE_ANNCE.id()
        || (options & ZDO_RESPONSE_REQUIRED) != 0
        || (endpointRequestsAreOurs
            && (cluster == ZdoCluster.SIMPLE_DESC_REQ.id()
                || cluster == ZdoCluster.ACTIVE_EP_REQ.id()
                || cluster == ZdoCluster.MATCH_DESC_REQ.id()));
  }

  private void messageSent(EzspVersion version, ByteBuffer in) throws EzspFormatException {
    need(in, version.statusLength() + 3 + APS_FRAME_LENGTH + version.tagLength());
    int status = version.sentStatusIsFirst() ? version.readStatus(in) : 0;
    int type = u8(in);
    in.position(in.position() + 2 + APS_FRAME_LENGTH);
    int tag = version.readTag(in);
    if (!version.sentStatusIsFirst()) {
      status = version.readStatus(in);
    }
    if (type < MULTICAST) {
      inbox.task(new MessageSent(listener, tag, version.status(status)));
    }
  }

  private record MessageSent(Listener listener, int tag, SlStatus status) implements Runnable {
    @Override
    public void run() {
      listener.messageSent(tag, status);
    }
  }

  private void stackStatus(EzspVersion version, ByteBuffer in) throws EzspFormatException {
    need(in, version.statusLength());
    int status = version.readStatus(in);
    inbox.task(() -> listener.stackStatus(version.status(status), version.describe(status)));
  }

  private void trustCenterJoin(ByteBuffer in) throws EzspFormatException {
    need(in, 2 + EUI64_LENGTH + 2);
    int address = u16(in);
    Eui64 device = new Eui64(in.getLong());
    int update = u8(in);
    int decision = u8(in);
    if (update == DEVICE_LEFT) {
      inbox.task(() -> listener.left(device, address));
    } else if (decision != DENY_JOIN) {
      inbox.task(() -> listener.joined(device, address));
    }
  }

  private void childJoin(ByteBuffer in) throws EzspFormatException {
    need(in, 4);
    in.position(in.position() + 1);
    boolean joining = u8(in) != 0;
    int address = u16(in);
    // One that goes has perhaps found another parent: only the trust centre knows who left.
    if (joining) {
      inbox.task(() -> listener.childJoined(address));
    }
  }

  private void routeRecord(ByteBuffer in) throws EzspFormatException {
    need(in, 2 + EUI64_LENGTH + 3);
    int source = u16(in);
    // The message that brought the record comes next.
    nextSender = source;
    nextSenderEui64 = eui64(in);
    in.position(in.position() + 2);
    int relays = u8(in);
    inbox.task(() -> listener.routeRecord(source, relays));
  }

  private void routeError(EzspVersion version, ByteBuffer in) throws EzspFormatException {
    need(in, version.statusLength() + 2);
    version.readStatus(in);
    int target = u16(in);
    inbox.task(() -> listener.routeError(target));
  }

  private void idConflict(ByteBuffer in) throws EzspFormatException {
    need(in, 2);
    int address = u16(in);
    inbox.task(() -> listener.addressConflict(address));
  }

  private void senderEui64(EzspVersion version, ByteBuffer in) throws EzspFormatException {
    if (!version.messageHasSenderEui64()) {
      need(in, EUI64_LENGTH);
      nextSender = NOBODY;
      nextSenderEui64 = eui64(in);
    }
  }

  private void forgetSender() {
    nextSender = NOBODY;
    nextSenderEui64 = Optional.empty();
  }

  /** Empty for all zeros and all ones, which mean that it is not known. */
  private static Optional<Eui64> eui64(ByteBuffer in) {
    long value = in.getLong();
    return value == 0 || value == -1 ? Optional.empty() : Optional.of(new Eui64(value));
  }

  private static int u8(ByteBuffer in) {
    return in.get() & 0xFF;
  }

  private static int u16(ByteBuffer in) {
    return in.getShort() & 0xFFFF;
  }

  private static void need(ByteBuffer in, int octets) throws EzspFormatException {
    if (in.remaining() < octets) {
      throw new EzspFormatException("need " + octets + " octets, have " + in.remaining());
    }
  }
}
