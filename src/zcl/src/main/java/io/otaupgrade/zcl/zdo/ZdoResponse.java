package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.internal.Ranges;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node answers (05-3474 rev 22 §2.4.4). Network addresses are 0x0000 to 0xFFFF, endpoints
 * 0x00 to 0xFF. Where the status is not SUCCESS, what depends on it may be missing on the air.
 */
public sealed interface ZdoResponse extends ZdoCommand {

  /** 0x00 to 0xFF; a device may send a reserved one. */
  int statusCode();

  /** Empty when the code is a reserved one. */
  default Optional<ZdoStatus> status() {
    return ZdoStatus.of(statusCode());
  }

  <R> R match(Cases<R> cases);

  /** One answer for every command, so that a new command does not compile until it is handled. */
  interface Cases<R> {
    R nwkAddr(NwkAddrRsp response);

    R ieeeAddr(IeeeAddrRsp response);

    R nodeDesc(NodeDescRsp response);

    R simpleDesc(SimpleDescRsp response);

    R activeEp(ActiveEpRsp response);

    R matchDesc(MatchDescRsp response);

    R mgmtLeave(MgmtLeaveRsp response);
  }

  /** The two addresses of a device. */
  record RemoteDevice(Eui64 ieeeAddr, int nwkAddr) {
    public RemoteDevice {
      Objects.requireNonNull(ieeeAddr);
      Ranges.u16("nwkAddr", nwkAddr);
    }
  }

  /**
   * What an extended response adds: the children of a router, or a part of them.
   *
   * @param startIndex of the first here among all, 0x00 to 0xFF; 0 if there is none here
   * @param nwkAddrs at most 255
   */
  record AssociatedDevices(int startIndex, List<Integer> nwkAddrs) {
    public AssociatedDevices {
      nwkAddrs = List.copyOf(nwkAddrs);
      Ranges.u8("number of associated devices", nwkAddrs.size());
      nwkAddrs.forEach(nwkAddr -> Ranges.u16("nwkAddrs", nwkAddr));
      // the field is not sent with an empty list
      Ranges.within("startIndex", startIndex, nwkAddrs.isEmpty() ? 0 : 0xFF);
    }
  }

  /**
   * NWK_addr_rsp (§2.4.4.2.1).
   *
   * @param remoteDevice present if the status is SUCCESS
   * @param associatedDevices of an extended response with SUCCESS only
   */
  record NwkAddrRsp(
      int statusCode,
      Optional<RemoteDevice> remoteDevice,
      Optional<AssociatedDevices> associatedDevices)
      implements ZdoResponse {
    public NwkAddrRsp {
      ResponseChecks.addresses(statusCode, remoteDevice, associatedDevices);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.NWK_ADDR_RSP;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.nwkAddr(this);
    }
  }

  /**
   * IEEE_addr_rsp (§2.4.4.2.2).
   *
   * @param remoteDevice present if the status is SUCCESS
   * @param associatedDevices of an extended response with SUCCESS only
   */
  record IeeeAddrRsp(
      int statusCode,
      Optional<RemoteDevice> remoteDevice,
      Optional<AssociatedDevices> associatedDevices)
      implements ZdoResponse {
    public IeeeAddrRsp {
      ResponseChecks.addresses(statusCode, remoteDevice, associatedDevices);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.IEEE_ADDR_RSP;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.ieeeAddr(this);
    }
  }

  /**
   * Node_Desc_rsp (§2.4.4.2.3).
   *
   * @param nodeDescriptor present if the status is SUCCESS, and only then
   */
  record NodeDescRsp(int statusCode, int nwkAddrOfInterest, Optional<NodeDescriptor> nodeDescriptor)
      implements ZdoResponse {
    public NodeDescRsp {
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
      ResponseChecks.presentWithSuccess("nodeDescriptor", statusCode, nodeDescriptor);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.NODE_DESC_RSP;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.nodeDesc(this);
    }
  }

  /**
   * Simple_Desc_rsp (§2.4.4.2.5).
   *
   * @param simpleDescriptor present if the status is SUCCESS, and only then
   */
  record SimpleDescRsp(
      int statusCode, int nwkAddrOfInterest, Optional<SimpleDescriptor> simpleDescriptor)
      implements ZdoResponse {
    public SimpleDescRsp {
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
      ResponseChecks.presentWithSuccess("simpleDescriptor", statusCode, simpleDescriptor);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.SIMPLE_DESC_RSP;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.simpleDesc(this);
    }
  }

  /**
   * Active_EP_rsp (§2.4.4.2.6).
   *
   * @param activeEpList at most 255
   */
  record ActiveEpRsp(int statusCode, int nwkAddrOfInterest, List<Integer> activeEpList)
      implements ZdoResponse {
    public ActiveEpRsp {
      Ranges.u8("statusCode", statusCode);
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
      activeEpList = ResponseChecks.endpoints("activeEpList", activeEpList);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.ACTIVE_EP_RSP;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.activeEp(this);
    }
  }

  /**
   * Match_Desc_rsp (§2.4.4.2.7).
   *
   * @param matchList the endpoints that match, at most 255
   */
  record MatchDescRsp(int statusCode, int nwkAddrOfInterest, List<Integer> matchList)
      implements ZdoResponse {
    public MatchDescRsp {
      Ranges.u8("statusCode", statusCode);
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
      matchList = ResponseChecks.endpoints("matchList", matchList);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.MATCH_DESC_RSP;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.matchDesc(this);
    }
  }

  /** Mgmt_Leave_rsp (§2.4.4.4.5). */
  record MgmtLeaveRsp(int statusCode) implements ZdoResponse {
    public MgmtLeaveRsp {
      Ranges.u8("statusCode", statusCode);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.MGMT_LEAVE_RSP;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.mgmtLeave(this);
    }
  }
}
