package io.otaupgrade.simulator.internal.device;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import io.otaupgrade.zcl.zdo.ZdoRequest;
import io.otaupgrade.zcl.zdo.ZdoResponse;
import io.otaupgrade.zcl.zdo.ZdoResponse.RemoteDevice;
import io.otaupgrade.zcl.zdo.ZdoStatus;
import java.util.List;
import java.util.Optional;

/**
 * What a node's Zigbee Device Object tells of the node: addresses and descriptors.
 *
 * @param endpoints its application endpoints
 */
public record DeviceObject(
    Eui64 eui64, int networkAddress, NodeDescriptor descriptor, List<SimpleDescriptor> endpoints) {

  public DeviceObject {
    endpoints = List.copyOf(endpoints);
  }

  /**
   * The answer to a request.
   *
   * @param broadcast whether the request went to everyone, so that only those it means answer
   * @return empty when the node keeps silent
   */
  public Optional<ZdoResponse> answer(ZdoRequest request, boolean broadcast) {
    return request.match(new Answers(broadcast));
  }

  private final class Answers implements ZdoRequest.Cases<Optional<ZdoResponse>> {
    private final boolean broadcast;

    Answers(boolean broadcast) {
      this.broadcast = broadcast;
    }

    private Optional<RemoteDevice> self() {
      return Optional.of(new RemoteDevice(eui64, networkAddress));
    }

    private Optional<ZdoResponse> unlessBroadcast(ZdoResponse response) {
      return broadcast ? Optional.empty() : Optional.of(response);
    }

    @Override
    public Optional<ZdoResponse> nwkAddr(ZdoRequest.NwkAddrReq request) {
      return request.ieeeAddr().equals(eui64)
          ? Optional.of(
              new ZdoResponse.NwkAddrRsp(ZdoStatus.SUCCESS.code(), self(), Optional.empty()))
          : unlessBroadcast(
              new ZdoResponse.NwkAddrRsp(
                  ZdoStatus.DEVICE_NOT_FOUND.code(), Optional.empty(), Optional.empty()));
    }

    @Override
    public Optional<ZdoResponse> ieeeAddr(ZdoRequest.IeeeAddrReq request) {
      return request.nwkAddrOfInterest() == networkAddress
          ? Optional.of(
              new ZdoResponse.IeeeAddrRsp(ZdoStatus.SUCCESS.code(), self(), Optional.empty()))
          : unlessBroadcast(
              new ZdoResponse.IeeeAddrRsp(
                  ZdoStatus.DEVICE_NOT_FOUND.code(), Optional.empty(), Optional.empty()));
    }

    @Override
    public Optional<ZdoResponse> nodeDesc(ZdoRequest.NodeDescReq request) {
      boolean mine = request.nwkAddrOfInterest() == networkAddress;
      return unlessBroadcast(
          new ZdoResponse.NodeDescRsp(
              statusFor(mine),
              request.nwkAddrOfInterest(),
              Optional.of(descriptor).filter(d -> mine)));
    }

    @Override
    public Optional<ZdoResponse> simpleDesc(ZdoRequest.SimpleDescReq request) {
      Optional<SimpleDescriptor> simple =
          endpoints.stream()
              .filter(each -> request.nwkAddrOfInterest() == networkAddress)
              .filter(each -> each.endpoint() == request.endpoint())
              .findFirst();
      ZdoStatus status =
          request.nwkAddrOfInterest() != networkAddress
              ? ZdoStatus.DEVICE_NOT_FOUND
              : simple.isPresent() ? ZdoStatus.SUCCESS : ZdoStatus.NOT_ACTIVE;
      return unlessBroadcast(
          new ZdoResponse.SimpleDescRsp(status.code(), request.nwkAddrOfInterest(), simple));
    }

    @Override
    public Optional<ZdoResponse> activeEp(ZdoRequest.ActiveEpReq request) {
      boolean mine = request.nwkAddrOfInterest() == networkAddress;
      return unlessBroadcast(
          new ZdoResponse.ActiveEpRsp(
              statusFor(mine),
              request.nwkAddrOfInterest(),
              mine ? endpoints.stream().map(SimpleDescriptor::endpoint).toList() : List.of()));
    }

    @Override
    public Optional<ZdoResponse> matchDesc(ZdoRequest.MatchDescReq request) {
      List<Integer> matches =
          endpoints.stream()
              .filter(each -> each.profileId() == request.profileId())
              .filter(each -> matches(each, request))
              .map(SimpleDescriptor::endpoint)
              .toList();
      if (!matches.isEmpty()) {
        return Optional.of(
            new ZdoResponse.MatchDescRsp(ZdoStatus.SUCCESS.code(), networkAddress, matches));
      }
      return unlessBroadcast(
          new ZdoResponse.MatchDescRsp(ZdoStatus.NO_MATCH.code(), networkAddress, List.of()));
    }

    @Override
    public Optional<ZdoResponse> deviceAnnce(ZdoRequest.DeviceAnnce announce) {
      return Optional.empty();
    }

    @Override
    public Optional<ZdoResponse> mgmtLeave(ZdoRequest.MgmtLeaveReq request) {
      return unlessBroadcast(new ZdoResponse.MgmtLeaveRsp(ZdoStatus.NOT_SUPPORTED.code()));
    }
  }

  private static int statusFor(boolean mine) {
    return (mine ? ZdoStatus.SUCCESS : ZdoStatus.DEVICE_NOT_FOUND).code();
  }

  private static boolean matches(SimpleDescriptor endpoint, ZdoRequest.MatchDescReq request) {
    return endpoint.inputClusters().stream().anyMatch(request.inputClusters()::contains)
        || endpoint.outputClusters().stream().anyMatch(request.outputClusters()::contains);
  }
}
