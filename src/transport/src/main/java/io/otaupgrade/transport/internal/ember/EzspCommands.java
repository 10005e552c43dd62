package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.transport.internal.link.Formation;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** The parameters of the commands that we send (UG100 §4 to §12), little-endian. */
final class EzspCommands {

  // Options of an APS frame.
  static final int RETRY = 0x0040;
  static final int ENABLE_ROUTE_DISCOVERY = 0x0100;
  static final int FORCE_ROUTE_DISCOVERY = 0x0200;

  // Configuration values.
  static final int APS_UNICAST_MESSAGE_COUNT = 0x03;
  static final int ADDRESS_TABLE_SIZE = 0x05;
  static final int STACK_PROFILE = 0x0C;
  static final int SECURITY_LEVEL = 0x0D;
  static final int MAX_HOPS = 0x10;
  static final int MAX_END_DEVICE_CHILDREN = 0x11;
  static final int INDIRECT_TRANSMISSION_TIMEOUT = 0x12;
  static final int END_DEVICE_POLL_TIMEOUT = 0x13;
  static final int TRUST_CENTER_ADDRESS_CACHE_SIZE = 0x19;
  static final int SOURCE_ROUTE_TABLE_SIZE = 0x1A;
  static final int APPLICATION_ZDO_FLAGS = 0x2A;
  static final int SUPPORTED_NETWORKS = 0x2D;
  static final int TRANSIENT_KEY_TIMEOUT_S = 0x36;

  // Policies and what they may be.
  static final int TRUST_CENTER_POLICY = 0x00;
  static final int ALLOW_JOINS = 0x01;
  static final int ALLOW_UNSECURED_REJOINS = 0x02;
  static final int MESSAGE_CONTENTS_IN_CALLBACK_POLICY = 0x04;
  static final int MESSAGE_TAG_ONLY_IN_CALLBACK = 0x40;
  static final int TC_KEY_REQUEST_POLICY = 0x05;
  static final int ALLOW_TC_KEY_REQUESTS_AND_SEND_CURRENT_KEY = 0x51;
  static final int APP_KEY_REQUEST_POLICY = 0x06;
  static final int DENY_APP_KEY_REQUESTS = 0x60;

  // Values.
  static final int STACK_TOKEN_WRITING = 0x07;
  static final int EXTENDED_SECURITY_BITMASK = 0x0A;
  static final int VERSION_INFO = 0x11;

  static final int KEY_LENGTH = 16;

  /** Longer messages do not fit into an EZSP frame, nor into a Zigbee frame. */
  static final int MAX_MESSAGE = 128;

  private static final int DIRECT = 0;

  /** Hops of a broadcast: twice the greatest depth of a network. */
  private static final int RADIUS = 30;

  private static final int NO_ALIAS = 0xFFFF;

  private static final long ANY_DEVICE = -1;

  private static final int PARENT_INFO_IN_TOKEN = 0x01;
  private static final int END_DEVICE_REJOIN_ON_REBOOT = 0x02;

  private static final int HIGH_RAM_CONCENTRATOR = 0xFFF9;
  private static final int RESCHEDULE = 0x02;

  private static final int TRUST_CENTER_GLOBAL_LINK_KEY = 0x0004;
  private static final int TRUST_CENTER_USES_HASHED_LINK_KEY = 0x0084;
  private static final int HAVE_PRECONFIGURED_KEY = 0x0100;
  private static final int HAVE_NETWORK_KEY = 0x0200;
  private static final int REQUIRE_ENCRYPTED_KEY = 0x0800;

  private static final int JOINER_GLOBAL_LINK_KEY = 0x0010;
  private static final int NWK_LEAVE_REQUEST_NOT_ALLOWED = 0x0100;

  private static final int RADIO_POWER_DBM = 8;
  private static final int MAC_ASSOCIATION = 0;
  private static final int COORDINATOR_ADDRESS = 0x0000;
  private static final int ALL_CHANNELS = 0x07FFF800;

  /** The key that every device knows which joins without an install code. */
  private static final byte[] WELL_KNOWN_KEY =
      "ZigBeeAlliance09".getBytes(StandardCharsets.US_ASCII);

  private EzspCommands() {}

  static Consumer<ByteBuffer> u8(int value) {
    return out -> out.put((byte) value);
  }

  static Consumer<ByteBuffer> configurationValue(int id, int value) {
    return out -> out.put((byte) id).putShort((short) value);
  }

  static Consumer<ByteBuffer> policy(int id, int decision) {
    return out -> out.put((byte) id).put((byte) decision);
  }

  /**
   * @param length octets that the value takes
   */
  static Consumer<ByteBuffer> value(int id, int length, int value) {
    return out -> {
      out.put((byte) id).put((byte) length);
      for (int octet = 0; octet < length; octet++) {
        out.put((byte) (value >>> (8 * octet)));
      }
    };
  }

  static Consumer<ByteBuffer> endpoint(SimpleDescriptor descriptor) {
    return out -> {
      out.put((byte) descriptor.endpoint())
          .putShort((short) descriptor.profileId())
          .putShort((short) descriptor.deviceId())
          .put((byte) descriptor.deviceVersion())
          .put((byte) descriptor.inputClusters().size())
          .put((byte) descriptor.outputClusters().size());
      for (List<Integer> clusters :
          List.of(descriptor.inputClusters(), descriptor.outputClusters())) {
        clusters.forEach(cluster -> out.putShort(cluster.shortValue()));
      }
    };
  }

  static void networkInit(ByteBuffer out) {
    out.putShort((short) (PARENT_INFO_IN_TOKEN | END_DEVICE_REJOIN_ON_REBOOT));
  }

  /** Many-to-one routes to us, and source routes from us; routes are renewed every 5 to 60 s. */
  static void concentrator(ByteBuffer out) {
    out.put((byte) 1)
        .putShort((short) HIGH_RAM_CONCENTRATOR)
        .putShort((short) 5)
        .putShort((short) 60)
        // Route errors, and failed deliveries, after which routes are renewed at once.
        .put((byte) 3)
        .put((byte) 1)
        // As many hops as the stack thinks right.
        .put((byte) 0);
  }

  static void sourceRouteDiscovery(ByteBuffer out) {
    out.put((byte) RESCHEDULE);
  }

  /**
   * @param trustCenterKey from which the co-processor derives each device's own link key
   */
  static Consumer<ByteBuffer> initialSecurityState(Formation formation, byte[] trustCenterKey) {
    return out ->
        out.putShort(
                (short)
                    (TRUST_CENTER_GLOBAL_LINK_KEY
                        | TRUST_CENTER_USES_HASHED_LINK_KEY
                        | HAVE_PRECONFIGURED_KEY
                        | HAVE_NETWORK_KEY
                        | REQUIRE_ENCRYPTED_KEY))
            .put(trustCenterKey, 0, KEY_LENGTH)
            .put(formation.networkKey().octets(), 0, KEY_LENGTH)
            // Key sequence number, and the trust centre's address, which is our own.
            .put((byte) 0)
            .putLong(0);
  }

  static Consumer<ByteBuffer> extendedSecurity() {
    return value(
        EXTENDED_SECURITY_BITMASK, 2, JOINER_GLOBAL_LINK_KEY | NWK_LEAVE_REQUEST_NOT_ALLOWED);
  }

  static Consumer<ByteBuffer> network(Formation formation) {
    return out ->
        out.putLong(formation.extendedPanId())
            .putShort((short) formation.panId())
            .put((byte) RADIO_POWER_DBM)
            .put((byte) formation.channel())
            .put((byte) MAC_ASSOCIATION)
            .putShort((short) COORDINATOR_ADDRESS)
            .put((byte) 0)
            .putInt(ALL_CHANNELS);
  }

  /** Lets every device join that has the well-known key. */
  static Consumer<ByteBuffer> transientKey(EzspVersion version) {
    return out -> {
      out.putLong(ANY_DEVICE).put(WELL_KNOWN_KEY, 0, KEY_LENGTH);
      if (version.transientKeyHasFlags()) {
        out.put((byte) 0);
      }
    };
  }

  /**
   * @param tag comes back when the message came to its end
   */
  static void unicast(ByteBuffer out, EzspVersion version, ApsFrame frame, int options, int tag) {
    out.put((byte) DIRECT).putShort((short) frame.networkAddress());
    apsFrame(out, frame, options);
    version.putTag(out, tag);
    contents(out, frame);
  }

  static void broadcast(ByteBuffer out, EzspVersion version, ApsFrame frame, int tag) {
    if (version.broadcastHasAlias()) {
      out.putShort((short) NO_ALIAS).putShort((short) frame.networkAddress()).put((byte) 0);
    } else {
      out.putShort((short) frame.networkAddress());
    }
    apsFrame(out, frame, 0);
    out.put((byte) RADIUS);
    version.putTag(out, tag);
    contents(out, frame);
  }

  private static void apsFrame(ByteBuffer out, ApsFrame frame, int options) {
    out.putShort((short) frame.profile())
        .putShort((short) frame.cluster())
        .put((byte) frame.sourceEndpoint())
        .put((byte) frame.destinationEndpoint())
        .putShort((short) options)
        // Group, and the APS counter, which is the co-processor's.
        .putShort((short) 0)
        .put((byte) 0);
  }

  private static void contents(ByteBuffer out, ApsFrame frame) {
    ByteBuffer payload = frame.payload();
    int length = payload.remaining();
    out.put((byte) length);
    out.put(out.position(), payload, payload.position(), length);
    out.position(out.position() + length);
  }

  /** Nothing: a command without parameters. */
  static void none(ByteBuffer out) {}
}
