package io.otaupgrade.simulator.internal.ncp.znp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.ncp.Radio;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Subsystem AF (4): the host's endpoints, and the data that goes through them. */
final class ApplicationFramework {

  private static final int REGISTER = 0x2400;
  private static final int DATA_REQUEST = 0x2401;
  private static final int DATA_REQUEST_EXT = 0x2402;
  private static final int DATA_REQUEST_SRC_RTG = 0x2403;
  private static final int DELETE = 0x2404;
  private static final int INTER_PAN_CTL = 0x2410;
  private static final int DATA_CONFIRM = 0x4480;
  private static final int INCOMING_MSG = 0x4481;

  private static final int OPTION_WILDCARD_PROFILE = 1 << 1;
  private static final int OPTION_ACK_REQUEST = 1 << 4;
  private static final int WILDCARD_PROFILE = 0xFFFF;
  private static final int ALL_ENDPOINTS = 0xFF;
  private static final int MAXIMUM_CLUSTERS = 61;

  private static final int ADDRESS_GROUP = 1;
  private static final int ADDRESS_16_BIT = 2;
  private static final int ADDRESS_64_BIT = 3;
  private static final int ADDRESS_BROADCAST = 0xFF;

  /** The radius that received frames have left; the air does not count it. */
  private static final int RADIUS = 29;

  /** Ticks of the time stamps. */
  private static final long TICK_NANOS = 320_000;

  private final Radio radio;
  private final EventLoop loop;
  private final UnpiWriter host;
  private final Outbox outbox;
  private final List<SimpleDescriptor> endpoints = new ArrayList<>();
  private int sequence;

  ApplicationFramework(Radio radio, EventLoop loop, UnpiWriter host, Outbox outbox) {
    this.radio = radio;
    this.loop = loop;
    this.host = host;
    this.outbox = outbox;
  }

  /** The endpoints of the host. */
  List<SimpleDescriptor> endpoints() {
    return endpoints;
  }

  void reset() {
    endpoints.clear();
  }

  /**
   * Does a command.
   *
   * @return false when there is no such command
   */
  boolean command(int command, ByteBuffer in) {
    int status;
    switch (command) {
      case REGISTER -> status = register(in);
      case DELETE -> {
        int endpoint = u8(in);
        status =
            endpoints.removeIf(each -> each.endpoint() == endpoint)
                ? Status.SUCCESS
                : Status.INVALID_PARAMETER;
      }
      case DATA_REQUEST -> status = send(u16(in), u8(in), u8(in), u16(in), in, false);
      case DATA_REQUEST_SRC_RTG -> status = send(u16(in), u8(in), u8(in), u16(in), in, true);
      case DATA_REQUEST_EXT -> status = sendExt(in);
      case INTER_PAN_CTL -> status = Status.SUCCESS;
      default -> {
        return false;
      }
    }
    host.begin(ZnpFirmware.response(command)).u8(status).send();
    return true;
  }

  private int register(ByteBuffer in) {
    int endpoint = u8(in);
    int profile = u16(in);
    int device = u16(in);
    int version = u8(in) & 0xF;
    u8(in); // latency
    List<Integer> input = clusters(in);
    List<Integer> output = clusters(in);
    if (endpoint == 0
        || endpoint == ALL_ENDPOINTS
        || input.size() + output.size() > MAXIMUM_CLUSTERS) {
      return Status.INVALID_PARAMETER;
    }
    if (endpoints.stream().anyMatch(each -> each.endpoint() == endpoint)) {
      return Status.APS_DUPLICATE_ENTRY;
    }
    endpoints.add(new SimpleDescriptor(endpoint, profile, device, version, input, output));
    return Status.SUCCESS;
  }

  private static List<Integer> clusters(ByteBuffer in) {
    List<Integer> clusters = new ArrayList<>();
    for (int left = u8(in); left > 0; left--) {
      clusters.add(u16(in));
    }
    return clusters;
  }

  // ---- out

  private int sendExt(ByteBuffer in) {
    int mode = u8(in);
    long address = in.getLong();
    int destinationEndpoint = u8(in);
    int panId = u16(in);
    int sourceEndpoint = u8(in);
    int cluster = u16(in);
    int transaction = u8(in);
    int options = u8(in);
    u8(in); // radius
    int octets = u16(in);
    if (panId != 0 || octets != in.remaining()) {
      return Status.INVALID_PARAMETER; // frames to other PANs, and more than fits into a command
    }
    OptionalInt destination =
        switch (mode) {
          case ADDRESS_16_BIT, ADDRESS_BROADCAST -> OptionalInt.of((int) address & 0xFFFF);
          case ADDRESS_64_BIT -> radio.networkAddress(new Eui64(address));
          default -> OptionalInt.empty();
        };
    if (destination.isPresent()) {
      return send(
          destination.getAsInt(),
          destinationEndpoint,
          sourceEndpoint,
          cluster,
          transaction,
          options,
          in);
    }
    // Nobody of the mesh is in a group; and nobody knows that before the frame is gone.
    int confirmed = mode == ADDRESS_GROUP ? Status.SUCCESS : Status.NWK_NO_ROUTE;
    loop.execute(() -> confirm(confirmed, sourceEndpoint, transaction));
    return Status.SUCCESS;
  }

  private int send(
      int destination,
      int destinationEndpoint,
      int sourceEndpoint,
      int cluster,
      ByteBuffer in,
      boolean sourceRouted) {
    int transaction = u8(in);
    int options = u8(in);
    u8(in); // radius
    if (sourceRouted) {
      for (int relays = u8(in); relays > 0; relays--) {
        u16(in); // the mesh knows the way
      }
    }
    int octets = u8(in);
    return octets == in.remaining()
        ? send(destination, destinationEndpoint, sourceEndpoint, cluster, transaction, options, in)
        : Status.INVALID_PARAMETER;
  }

  private int send(
      int destination,
      int destinationEndpoint,
      int sourceEndpoint,
      int cluster,
      int transaction,
      int options,
      ByteBuffer in) {
    int profile = profile(sourceEndpoint, options);
    if (profile < 0 || in.remaining() > radio.maximumPayload(destination)) {
      return Status.INVALID_PARAMETER;
    }
    if (!radio.isOn()) {
      return Status.NWK_INVALID_REQUEST;
    }
    if (!outbox.hasRoom()) {
      return Status.BUFFER_FULL;
    }
    ByteBuffer payload = ByteBuffer.allocate(in.remaining()).put(in).flip();
    boolean acknowledged = (options & OPTION_ACK_REQUEST) != 0;
    // What became of a frame from endpoint 0 is told to the stack's own device objects.
    int asked =
        sourceEndpoint == ZdoCluster.ENDPOINT
            ? Outbox.UNREPORTED
            : (acknowledged ? 1 << 16 : 0) | sourceEndpoint << 8 | transaction;
    outbox.send(
        ApsFrame.to(destination, sourceEndpoint, destinationEndpoint, profile, cluster, payload),
        acknowledged ? TxOptions.ACKNOWLEDGED : TxOptions.UNACKNOWLEDGED,
        asked);
    return Status.SUCCESS;
  }

  /** Negative when there is no such endpoint; the stack itself has registered endpoint 0. */
  private int profile(int endpoint, int options) {
    if (endpoint == ZdoCluster.ENDPOINT) {
      return ZdoCluster.PROFILE;
    }
    for (SimpleDescriptor each : endpoints) {
      if (each.endpoint() == endpoint) {
        return (options & OPTION_WILDCARD_PROFILE) != 0 ? WILDCARD_PROFILE : each.profileId();
      }
    }
    return -1;
  }

  void confirmed(int asked, Confirmation confirmation) {
    boolean acknowledged = asked >> 16 != 0;
    int status =
        switch (confirmation) {
          case DELIVERED -> Status.SUCCESS;
          case NO_ACK -> acknowledged ? Status.APS_NO_ACK : Status.MAC_NO_ACK;
          case BUSY -> Status.BUFFER_FULL;
          case REFUSED -> Status.NWK_NO_ROUTE;
        };
    confirm(status, asked >> 8 & 0xFF, asked & 0xFF);
  }

  private void confirm(int status, int endpoint, int transaction) {
    host.begin(DATA_CONFIRM).u8(status).u8(endpoint).u8(transaction).send();
  }

  // ---- in

  /** Data for each endpoint it is meant for; for others it is dropped, as the stack does. */
  void received(ApsFrame frame) {
    int destination = frame.destinationEndpoint();
    for (SimpleDescriptor each : endpoints) {
      boolean meant =
          destination == each.endpoint()
              || (destination == ALL_ENDPOINTS && frame.profile() == each.profileId());
      boolean understood =
          frame.profile() == each.profileId() || frame.profile() == WILDCARD_PROFILE;
      if (meant && understood) {
        incoming(frame, each.endpoint());
      }
    }
  }

  private void incoming(ApsFrame frame, int endpoint) {
    sequence = (sequence + 1) & 0xFF;
    ByteBuffer payload = frame.payload();
    host.begin(INCOMING_MSG)
        .u16(0) // no group
        .u16(frame.cluster())
        .u16(frame.networkAddress())
        .u8(frame.sourceEndpoint())
        .u8(endpoint)
        .u8(0) // no broadcast
        .u8(frame.lqi())
        .u8(0) // no APS security
        .u32(loop.nanos() / TICK_NANOS)
        .u8(sequence)
        .u8(payload.remaining())
        .octets(payload)
        .u16(frame.networkAddress()) // who passed it on
        .u8(RADIUS)
        .send();
  }

  static int u8(ByteBuffer in) {
    return in.get() & 0xFF;
  }

  static int u16(ByteBuffer in) {
    return in.getShort() & 0xFFFF;
  }
}
