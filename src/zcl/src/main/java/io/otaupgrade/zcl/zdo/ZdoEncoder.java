package io.otaupgrade.zcl.zdo;

import static io.otaupgrade.zcl.internal.LittleEndian.putU16;
import static io.otaupgrade.zcl.internal.LittleEndian.putU64;
import static io.otaupgrade.zcl.internal.LittleEndian.putU8;

import io.otaupgrade.zcl.zdo.ZdoResponse.AssociatedDevices;
import io.otaupgrade.zcl.zdo.ZdoResponse.RemoteDevice;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Writes ZDO frames, requests and responses. */
public final class ZdoEncoder {

  private ZdoEncoder() {}

  /**
   * Writes the ASDU at {@code out}'s position, whatever its byte order, and moves that on.
   *
   * @throws BufferOverflowException when it does not fit; {@code out}'s position is as it was then
   */
  public static void encode(ByteBuffer out, ZdoFrame frame) {
    int start = out.position();
    try {
      putU8(out, frame.transactionSequenceNumber());
      if (frame.command() instanceof ZdoRequest request) {
        request.match(new RequestFields(out));
      } else if (frame.command() instanceof ZdoResponse response) {
        response.match(new ResponseFields(out));
      }
    } catch (BufferOverflowException e) {
      out.position(start);
      throw e;
    }
  }

  private record RequestFields(ByteBuffer out) implements ZdoRequest.Cases<ByteBuffer> {

    @Override
    public ByteBuffer nwkAddr(ZdoRequest.NwkAddrReq request) {
      putU64(out, request.ieeeAddr().value());
      putU8(out, request.extended() ? 1 : 0);
      putU8(out, request.startIndex());
      return out;
    }

    @Override
    public ByteBuffer ieeeAddr(ZdoRequest.IeeeAddrReq request) {
      putU16(out, request.nwkAddrOfInterest());
      putU8(out, request.extended() ? 1 : 0);
      putU8(out, request.startIndex());
      return out;
    }

    @Override
    public ByteBuffer nodeDesc(ZdoRequest.NodeDescReq request) {
      putU16(out, request.nwkAddrOfInterest());
      return out;
    }

    @Override
    public ByteBuffer simpleDesc(ZdoRequest.SimpleDescReq request) {
      putU16(out, request.nwkAddrOfInterest());
      putU8(out, request.endpoint());
      return out;
    }

    @Override
    public ByteBuffer activeEp(ZdoRequest.ActiveEpReq request) {
      putU16(out, request.nwkAddrOfInterest());
      return out;
    }

    @Override
    public ByteBuffer matchDesc(ZdoRequest.MatchDescReq request) {
      putU16(out, request.nwkAddrOfInterest());
      putU16(out, request.profileId());
      putClusters(out, request.inputClusters());
      putClusters(out, request.outputClusters());
      return out;
    }

    @Override
    public ByteBuffer deviceAnnce(ZdoRequest.DeviceAnnce announce) {
      putU16(out, announce.nwkAddr());
      putU64(out, announce.ieeeAddr().value());
      putU8(out, announce.capability().flags());
      return out;
    }

    @Override
    public ByteBuffer mgmtLeave(ZdoRequest.MgmtLeaveReq request) {
      putU64(out, request.deviceAddress().value());
      putU8(out, (request.removeChildren() ? 1 << 6 : 0) | (request.rejoin() ? 1 << 7 : 0));
      return out;
    }
  }

  private record ResponseFields(ByteBuffer out) implements ZdoResponse.Cases<ByteBuffer> {

    @Override
    public ByteBuffer nwkAddr(ZdoResponse.NwkAddrRsp response) {
      return addresses(
          response.statusCode(), response.remoteDevice(), response.associatedDevices());
    }

    @Override
    public ByteBuffer ieeeAddr(ZdoResponse.IeeeAddrRsp response) {
      return addresses(
          response.statusCode(), response.remoteDevice(), response.associatedDevices());
    }

    private ByteBuffer addresses(
        int statusCode, Optional<RemoteDevice> remote, Optional<AssociatedDevices> associated) {
      putU8(out, statusCode);
      remote.ifPresent(
          device -> {
            putU64(out, device.ieeeAddr().value());
            putU16(out, device.nwkAddr());
          });
      associated.ifPresent(
          devices -> {
            putU8(out, devices.nwkAddrs().size());
            if (!devices.nwkAddrs().isEmpty()) {
              putU8(out, devices.startIndex());
              devices.nwkAddrs().forEach(nwkAddr -> putU16(out, nwkAddr));
            }
          });
      return out;
    }

    @Override
    public ByteBuffer nodeDesc(ZdoResponse.NodeDescRsp response) {
      putU8(out, response.statusCode());
      putU16(out, response.nwkAddrOfInterest());
      response
          .nodeDescriptor()
          .ifPresent(
              node -> {
                putU8(out, node.logicalType().code());
                putU8(out, node.frequencyBand() << 3);
                putU8(out, node.macCapability().flags());
                putU16(out, node.manufacturerCode());
                putU8(out, node.maximumBufferSize());
                putU16(out, node.maximumIncomingTransferSize());
                putU16(out, node.serverMask());
                putU16(out, node.maximumOutgoingTransferSize());
                putU8(out, node.descriptorCapability());
              });
      return out;
    }

    @Override
    public ByteBuffer simpleDesc(ZdoResponse.SimpleDescRsp response) {
      putU8(out, response.statusCode());
      putU16(out, response.nwkAddrOfInterest());
      putU8(out, response.simpleDescriptor().map(SimpleDescriptor::octets).orElse(0));
      response
          .simpleDescriptor()
          .ifPresent(
              simple -> {
                putU8(out, simple.endpoint());
                putU16(out, simple.profileId());
                putU16(out, simple.deviceId());
                putU8(out, simple.deviceVersion());
                putClusters(out, simple.inputClusters());
                putClusters(out, simple.outputClusters());
              });
      return out;
    }

    @Override
    public ByteBuffer activeEp(ZdoResponse.ActiveEpRsp response) {
      return endpoints(
          response.statusCode(), response.nwkAddrOfInterest(), response.activeEpList());
    }

    @Override
    public ByteBuffer matchDesc(ZdoResponse.MatchDescRsp response) {
      return endpoints(response.statusCode(), response.nwkAddrOfInterest(), response.matchList());
    }

    private ByteBuffer endpoints(int statusCode, int nwkAddrOfInterest, List<Integer> endpoints) {
      putU8(out, statusCode);
      putU16(out, nwkAddrOfInterest);
      putU8(out, endpoints.size());
      endpoints.forEach(endpoint -> putU8(out, endpoint));
      return out;
    }

    @Override
    public ByteBuffer mgmtLeave(ZdoResponse.MgmtLeaveRsp response) {
      putU8(out, response.statusCode());
      return out;
    }
  }

  /** The number of clusters in one octet, then each in two. */
  private static void putClusters(ByteBuffer out, List<Integer> clusters) {
    putU8(out, clusters.size());
    clusters.forEach(cluster -> putU16(out, cluster));
  }
}
