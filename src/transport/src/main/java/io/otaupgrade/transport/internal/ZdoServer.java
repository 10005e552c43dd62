package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoFrame;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import io.otaupgrade.zcl.zdo.ZdoResponse.AssociatedDevices;
import io.otaupgrade.zcl.zdo.ZdoResponse.RemoteDevice;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.util.List;
import java.util.Optional;

/**
 * Answers the requests to the host's own Zigbee Device Objects that its co-processor leaves to the
 * host (05-3474 rev 22 §2.4.4). Those that are not meant for this node, and broadcasts that find
 * nothing, stay without an answer.
 */
final class ZdoServer {

  private ZdoServer() {}

  /** The frame that answers this request, which came in {@code frame}. */
  static Optional<ApsFrame> answer(
      ApsFrame frame, int sequenceNumber, ZdoRequest request, NetworkParameters self) {
    return request
        .match(new Answers(self))
        .map(
            response ->
                ApsFrame.to(
                    frame.networkAddress(),
                    frame.destinationEndpoint(),
                    frame.sourceEndpoint(),
                    frame.profile(),
                    response.cluster().id(),
                    ZdoClient.encode(new ZdoFrame(sequenceNumber, response))));
  }

  private record Answers(NetworkParameters self)
      implements ZdoRequest.Cases<Optional<ZdoResponse>> {

    @Override
    public Optional<ZdoResponse> nwkAddr(ZdoRequest.NwkAddrReq request) {
      return request.ieeeAddr().equals(self.coordinator())
          ? Optional.of(
              new ZdoResponse.NwkAddrRsp(
                  ZdoStatus.SUCCESS.code(), Optional.of(addresses()), children(request.extended())))
          : Optional.empty();
    }

    @Override
    public Optional<ZdoResponse> ieeeAddr(ZdoRequest.IeeeAddrReq request) {
      return Optional.of(
          isSelf(request.nwkAddrOfInterest())
              ? new ZdoResponse.IeeeAddrRsp(
                  ZdoStatus.SUCCESS.code(), Optional.of(addresses()), children(request.extended()))
              : new ZdoResponse.IeeeAddrRsp(
                  ZdoStatus.DEVICE_NOT_FOUND.code(), Optional.empty(), Optional.empty()));
    }

    @Override
    public Optional<ZdoResponse> nodeDesc(ZdoRequest.NodeDescReq request) {
      int ofInterest = request.nwkAddrOfInterest();
      return Optional.of(
          isSelf(ofInterest)
              ? new ZdoResponse.NodeDescRsp(
                  ZdoStatus.SUCCESS.code(), ofInterest, Optional.of(HostEndpoints.NODE))
              : new ZdoResponse.NodeDescRsp(
                  ZdoStatus.DEVICE_NOT_FOUND.code(), ofInterest, Optional.empty()));
    }

    @Override
    public Optional<ZdoResponse> simpleDesc(ZdoRequest.SimpleDescReq request) {
      int ofInterest = request.nwkAddrOfInterest();
      int endpoint = request.endpoint();
      Optional<SimpleDescriptor> descriptor =
          isSelf(ofInterest) ? HostEndpoints.endpoint(endpoint) : Optional.empty();
      ZdoStatus status = ZdoStatus.SUCCESS;
      if (!isSelf(ofInterest)) {
        status = ZdoStatus.DEVICE_NOT_FOUND;
      } else if (endpoint == 0 || endpoint == 0xFF) {
        status = ZdoStatus.INVALID_EP;
      } else if (descriptor.isEmpty()) {
        status = ZdoStatus.NOT_ACTIVE;
      }
      return Optional.of(new ZdoResponse.SimpleDescRsp(status.code(), ofInterest, descriptor));
    }

    @Override
    public Optional<ZdoResponse> activeEp(ZdoRequest.ActiveEpReq request) {
      int ofInterest = request.nwkAddrOfInterest();
      return Optional.of(
          isSelf(ofInterest)
              ? new ZdoResponse.ActiveEpRsp(
                  ZdoStatus.SUCCESS.code(), ofInterest, HostEndpoints.active())
              : new ZdoResponse.ActiveEpRsp(
                  ZdoStatus.DEVICE_NOT_FOUND.code(), ofInterest, List.of()));
    }

    @Override
    public Optional<ZdoResponse> matchDesc(ZdoRequest.MatchDescReq request) {
      int ofInterest = request.nwkAddrOfInterest();
      boolean broadcast = Nwk.isBroadcast(ofInterest);
      if (!broadcast && !isSelf(ofInterest)) {
        return Optional.of(
            new ZdoResponse.MatchDescRsp(ZdoStatus.DEVICE_NOT_FOUND.code(), ofInterest, List.of()));
      }
      List<Integer> endpoints =
          HostEndpoints.matching(
              request.profileId(), request.inputClusters(), request.outputClusters());
      return broadcast && endpoints.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new ZdoResponse.MatchDescRsp(
                  ZdoStatus.SUCCESS.code(), self.networkAddress(), endpoints));
    }

    @Override
    public Optional<ZdoResponse> deviceAnnce(ZdoRequest.DeviceAnnce announce) {
      return Optional.empty();
    }

    @Override
    public Optional<ZdoResponse> mgmtLeave(ZdoRequest.MgmtLeaveReq request) {
      // Nobody sends the coordinator away.
      return Optional.of(new ZdoResponse.MgmtLeaveRsp(ZdoStatus.NOT_SUPPORTED.code()));
    }

    private boolean isSelf(int address) {
      return address == self.networkAddress();
    }

    private RemoteDevice addresses() {
      return new RemoteDevice(self.coordinator(), self.networkAddress());
    }

    /** Which children it has the co-processor alone knows, so none are told. */
    private static Optional<AssociatedDevices> children(boolean extended) {
      return extended ? Optional.of(new AssociatedDevices(0, List.of())) : Optional.empty();
    }
  }
}
