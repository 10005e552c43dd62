package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.transport.internal.HostEndpoints;
import io.otaupgrade.zcl.zdo.ZdoCluster;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Frames of the mesh as the co-processor tells them. Empty stands for one that is cut short. */
final class Incoming {

  /** Where the fields of AF_INCOMING_MSG are. */
  private static final class Msg {
    static final int CLUSTER = 2;
    static final int SOURCE = 4;
    static final int SOURCE_ENDPOINT = 6;
    static final int DESTINATION_ENDPOINT = 7;
    static final int LINK_QUALITY = 9;
    static final int LENGTH = 16;
    static final int ASDU = 17;
  }

  /** Where the fields of AF_INCOMING_MSG_EXT are. */
  private static final class MsgExt {
    static final int CLUSTER = 2;
    static final int ADDRESS_MODE = 4;
    static final int SOURCE = 5;
    static final int SOURCE_ENDPOINT = 13;
    static final int DESTINATION_ENDPOINT = 16;
    static final int LINK_QUALITY = 18;
    static final int LENGTH = 25;
    static final int ASDU = 27;

    /** The source is told by its network address. */
    static final int SHORT_ADDRESS = 2;
  }

  /** Where the fields of ZDO_MSG_CB_INCOMING are. */
  private static final class ZdoMsg {
    static final int SOURCE = 0;
    static final int WAS_BROADCAST = 2;
    static final int CLUSTER = 3;
    static final int SEQUENCE_NUMBER = 6;
    static final int REST = 9;
  }

  private Incoming() {}

  static Optional<ApsFrame> msg(ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < Msg.ASDU) {
      return Optional.empty();
    }
    int length = in.get(at + Msg.LENGTH) & 0xFF;
    // Newer firmware has three more octets behind the ASDU.
    if (in.remaining() < Msg.ASDU + length) {
      return Optional.empty();
    }
    return Optional.of(
        frame(
            in.getShort(at + Msg.SOURCE) & 0xFFFF,
            in.get(at + Msg.SOURCE_ENDPOINT) & 0xFF,
            in.get(at + Msg.DESTINATION_ENDPOINT) & 0xFF,
            in.getShort(at + Msg.CLUSTER) & 0xFFFF,
            in.get(at + Msg.LINK_QUALITY) & 0xFF,
            copy(in, at + Msg.ASDU, length)));
  }

  /**
   * A frame of more than some 220 octets, put together of fragments, is told of without its octets,
   * and one from outside the network without a network address: both are as good as cut short.
   */
  static Optional<ApsFrame> msgExt(ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < MsgExt.ASDU || in.get(at + MsgExt.ADDRESS_MODE) != MsgExt.SHORT_ADDRESS) {
      return Optional.empty();
    }
    int length = in.getShort(at + MsgExt.LENGTH) & 0xFFFF;
    if (in.remaining() < MsgExt.ASDU + length) {
      return Optional.empty();
    }
    return Optional.of(
        frame(
            in.getShort(at + MsgExt.SOURCE) & 0xFFFF,
            in.get(at + MsgExt.SOURCE_ENDPOINT) & 0xFF,
            in.get(at + MsgExt.DESTINATION_ENDPOINT) & 0xFF,
            in.getShort(at + MsgExt.CLUSTER) & 0xFFFF,
            in.get(at + MsgExt.LINK_QUALITY) & 0xFF,
            copy(in, at + MsgExt.ASDU, length)));
  }

  static Optional<ApsFrame> zdoMsg(ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < ZdoMsg.REST) {
      return Optional.empty();
    }
    byte[] asdu = new byte[1 + in.remaining() - ZdoMsg.REST];
    asdu[0] = in.get(at + ZdoMsg.SEQUENCE_NUMBER);
    in.get(at + ZdoMsg.REST, asdu, 1, asdu.length - 1);
    return Optional.of(
        frame(
            in.getShort(at + ZdoMsg.SOURCE) & 0xFFFF,
            ZdoCluster.ENDPOINT,
            ZdoCluster.ENDPOINT,
            in.getShort(at + ZdoMsg.CLUSTER) & 0xFFFF,
            0,
            asdu));
  }

  /** Whether a ZDO_MSG_CB_INCOMING, long enough for one, was sent to more than one node. */
  static boolean wasBroadcast(ByteBuffer in) {
    return in.get(in.position() + ZdoMsg.WAS_BROADCAST) != 0;
  }

  /** The profile is not told: it is that of our endpoint. */
  private static ApsFrame frame(
      int source,
      int sourceEndpoint,
      int destinationEndpoint,
      int cluster,
      int linkQuality,
      byte[] asdu) {
    return ApsFrame.from(
        source,
        Optional.empty(),
        sourceEndpoint,
        destinationEndpoint,
        destinationEndpoint == ZdoCluster.ENDPOINT
            ? ZdoCluster.PROFILE
            : HostEndpoints.HOME_AUTOMATION,
        cluster,
        linkQuality,
        ByteBuffer.wrap(asdu));
  }

  private static byte[] copy(ByteBuffer in, int from, int length) {
    byte[] octets = new byte[length];
    in.get(from, octets, 0, length);
    return octets;
  }
}
