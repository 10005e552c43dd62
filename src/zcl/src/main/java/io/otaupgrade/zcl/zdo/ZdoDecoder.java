package io.otaupgrade.zcl.zdo;

import static io.otaupgrade.zcl.zdo.ResponseChecks.isSuccess;

import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.internal.FieldReader;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.ZdoResponse.AssociatedDevices;
import io.otaupgrade.zcl.zdo.ZdoResponse.RemoteDevice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Reads ZDO frames, requests and responses. Octets behind the last field, which later revisions of
 * the specification add, are ignored.
 */
public final class ZdoDecoder {
  private static final int REMOVE_CHILDREN = 1 << 6;
  private static final int REJOIN = 1 << 7;

  private ZdoDecoder() {}

  /**
   * Reads the ASDU from {@code asdu}'s position. Position and byte order of the buffer neither
   * change nor matter.
   *
   * @param clusterId of the APS frame
   * @throws ZclFormatException MALFORMED_COMMAND when octets are missing or a value that decides on
   *     the layout is reserved, UNSUP_COMMAND when {@link ZdoCluster} has no such cluster
   */
  public static ZdoFrame decode(int clusterId, ByteBuffer asdu) throws ZclFormatException {
    ZdoCluster cluster =
        ZdoCluster.of(clusterId)
            .orElseThrow(
                () ->
                    new ZclFormatException(
                        ZclStatus.UNSUP_COMMAND,
                        "ZDO cluster 0x%04X is not read here".formatted(clusterId)));
    FieldReader in = new FieldReader(asdu, asdu.position());
    return new ZdoFrame(in.u8("transaction sequence number"), command(cluster, in));
  }

  private static ZdoCommand command(ZdoCluster cluster, FieldReader in) throws ZclFormatException {
    return switch (cluster) {
      case NWK_ADDR_REQ ->
          new ZdoRequest.NwkAddrReq(in.eui64("IEEEAddr"), extended(in), in.u8("StartIndex"));
      case IEEE_ADDR_REQ ->
          new ZdoRequest.IeeeAddrReq(nwkAddrOfInterest(in), extended(in), in.u8("StartIndex"));
      case NODE_DESC_REQ -> new ZdoRequest.NodeDescReq(nwkAddrOfInterest(in));
      case SIMPLE_DESC_REQ ->
          new ZdoRequest.SimpleDescReq(nwkAddrOfInterest(in), in.u8("EndPoint"));
      case ACTIVE_EP_REQ -> new ZdoRequest.ActiveEpReq(nwkAddrOfInterest(in));
      case MATCH_DESC_REQ ->
          new ZdoRequest.MatchDescReq(
              nwkAddrOfInterest(in),
              in.u16("ProfileID"),
              in.u16List("InClusterList", in.u8("NumInClusters")),
              in.u16List("OutClusterList", in.u8("NumOutClusters")));
      case DEVICE_ANNCE ->
          new ZdoRequest.DeviceAnnce(
              in.u16("NWKAddr"), in.eui64("IEEEAddr"), new MacCapability(in.u8("Capability")));
      case MGMT_LEAVE_REQ -> mgmtLeaveReq(in);
      case NWK_ADDR_RSP -> {
        int statusCode = status(in);
        yield new ZdoResponse.NwkAddrRsp(
            statusCode, remoteDevice(statusCode, in), associatedDevices(statusCode, in));
      }
      case IEEE_ADDR_RSP -> {
        int statusCode = status(in);
        yield new ZdoResponse.IeeeAddrRsp(
            statusCode, remoteDevice(statusCode, in), associatedDevices(statusCode, in));
      }
      case NODE_DESC_RSP -> {
        int statusCode = status(in);
        yield new ZdoResponse.NodeDescRsp(
            statusCode,
            nwkAddrOfInterest(in),
            isSuccess(statusCode) ? Optional.of(nodeDescriptor(in)) : Optional.empty());
      }
      case SIMPLE_DESC_RSP -> {
        int statusCode = status(in);
        yield new ZdoResponse.SimpleDescRsp(
            statusCode,
            nwkAddrOfInterest(in),
            isSuccess(statusCode) ? Optional.of(simpleDescriptor(in)) : Optional.empty());
      }
      case ACTIVE_EP_RSP -> {
        int statusCode = status(in);
        yield new ZdoResponse.ActiveEpRsp(
            statusCode, nwkAddrOfInterest(in), endpoints("ActiveEPList", statusCode, in));
      }
      case MATCH_DESC_RSP -> {
        int statusCode = status(in);
        yield new ZdoResponse.MatchDescRsp(
            statusCode, nwkAddrOfInterest(in), endpoints("MatchList", statusCode, in));
      }
      case MGMT_LEAVE_RSP -> new ZdoResponse.MgmtLeaveRsp(status(in));
    };
  }

  private static int status(FieldReader in) throws ZclFormatException {
    return in.u8("Status");
  }

  private static int nwkAddrOfInterest(FieldReader in) throws ZclFormatException {
    return in.u16("NWKAddrOfInterest");
  }

  private static boolean extended(FieldReader in) throws ZclFormatException {
    int requestType = in.u8("RequestType");
    if (requestType > 1) {
      throw malformed("RequestType must be 0 or 1, was " + requestType);
    }
    return requestType == 1;
  }

  private static ZdoRequest mgmtLeaveReq(FieldReader in) throws ZclFormatException {
    var deviceAddress = in.eui64("DeviceAddress");
    int flags = in.u8("RemoveChildren and Rejoin");
    return new ZdoRequest.MgmtLeaveReq(
        deviceAddress, (flags & REMOVE_CHILDREN) != 0, (flags & REJOIN) != 0);
  }

  private static Optional<RemoteDevice> remoteDevice(int statusCode, FieldReader in)
      throws ZclFormatException {
    if (!isSuccess(statusCode) && in.remaining() < 10) {
      return Optional.empty();
    }
    return Optional.of(new RemoteDevice(in.eui64("IEEEAddrRemoteDev"), in.u16("NWKAddrRemoteDev")));
  }

  private static Optional<AssociatedDevices> associatedDevices(int statusCode, FieldReader in)
      throws ZclFormatException {
    if (!isSuccess(statusCode) || in.remaining() == 0) {
      return Optional.empty();
    }
    int numAssocDev = in.u8("NumAssocDev");
    if (numAssocDev == 0) {
      return Optional.of(new AssociatedDevices(0, List.of()));
    }
    return Optional.of(
        new AssociatedDevices(in.u8("StartIndex"), in.u16List("NWKAddrAssocDevList", numAssocDev)));
  }

  private static NodeDescriptor nodeDescriptor(FieldReader whole) throws ZclFormatException {
    FieldReader in = whole.part("NodeDescriptor", NodeDescriptor.OCTETS);
    int logicalType = in.u8("logical type") & 0b111;
    return new NodeDescriptor(
        LogicalType.of(logicalType)
            .orElseThrow(() -> malformed("logical type must be 0..2, was " + logicalType)),
        in.u8("frequency band") >> 3,
        new MacCapability(in.u8("MAC capability flags")),
        in.u16("manufacturer code"),
        in.u8("maximum buffer size"),
        in.u16("maximum incoming transfer size"),
        in.u16("server mask"),
        in.u16("maximum outgoing transfer size"),
        in.u8("descriptor capability"));
  }

  private static SimpleDescriptor simpleDescriptor(FieldReader whole) throws ZclFormatException {
    FieldReader in = whole.part("SimpleDescriptor", whole.u8("Length"));
    return new SimpleDescriptor(
        in.u8("endpoint"),
        in.u16("application profile identifier"),
        in.u16("application device identifier"),
        in.u8("application device version") & 0xF,
        in.u16List("application input cluster list", in.u8("application input cluster count")),
        in.u16List("application output cluster list", in.u8("application output cluster count")));
  }

  /** A count and so many endpoints, or nothing at all where the status is not SUCCESS. */
  private static List<Integer> endpoints(String field, int statusCode, FieldReader in)
      throws ZclFormatException {
    if (!isSuccess(statusCode) && in.remaining() == 0) {
      return List.of();
    }
    return in.u8List(field, in.u8("length of " + field));
  }

  private static ZclFormatException malformed(String message) {
    return new ZclFormatException(ZclStatus.MALFORMED_COMMAND, message);
  }
}
