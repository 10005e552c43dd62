package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.internal.Ranges;
import java.util.List;
import java.util.Objects;

/**
 * What a node asks or announces (05-3474 rev 22 §2.4.3). Network addresses are 0x0000 to 0xFFFF,
 * indices and endpoints 0x00 to 0xFF.
 */
public sealed interface ZdoRequest extends ZdoCommand {

  <R> R match(Cases<R> cases);

  /** One answer for every command, so that a new command does not compile until it is handled. */
  interface Cases<R> {
    R nwkAddr(NwkAddrReq request);

    R ieeeAddr(IeeeAddrReq request);

    R nodeDesc(NodeDescReq request);

    R simpleDesc(SimpleDescReq request);

    R activeEp(ActiveEpReq request);

    R matchDesc(MatchDescReq request);

    R deviceAnnce(DeviceAnnce announce);

    R mgmtLeave(MgmtLeaveReq request);
  }

  /**
   * NWK_addr_req (§2.4.3.1.1): who has this IEEE address?
   *
   * @param extended request type 1: the associated devices too
   * @param startIndex of the list of associated devices
   */
  record NwkAddrReq(Eui64 ieeeAddr, boolean extended, int startIndex) implements ZdoRequest {
    public NwkAddrReq {
      Objects.requireNonNull(ieeeAddr);
      Ranges.u8("startIndex", startIndex);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.NWK_ADDR_REQ;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.nwkAddr(this);
    }
  }

  /**
   * IEEE_addr_req (§2.4.3.1.2): what is your, or your child's, IEEE address?
   *
   * @param extended request type 1: the associated devices too
   * @param startIndex of the list of associated devices
   */
  record IeeeAddrReq(int nwkAddrOfInterest, boolean extended, int startIndex)
      implements ZdoRequest {
    public IeeeAddrReq {
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
      Ranges.u8("startIndex", startIndex);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.IEEE_ADDR_REQ;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.ieeeAddr(this);
    }
  }

  /** Node_Desc_req (§2.4.3.1.3). */
  record NodeDescReq(int nwkAddrOfInterest) implements ZdoRequest {
    public NodeDescReq {
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.NODE_DESC_REQ;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.nodeDesc(this);
    }
  }

  /** Simple_Desc_req (§2.4.3.1.5). */
  record SimpleDescReq(int nwkAddrOfInterest, int endpoint) implements ZdoRequest {
    public SimpleDescReq {
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
      Ranges.u8("endpoint", endpoint);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.SIMPLE_DESC_REQ;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.simpleDesc(this);
    }
  }

  /** Active_EP_req (§2.4.3.1.6). */
  record ActiveEpReq(int nwkAddrOfInterest) implements ZdoRequest {
    public ActiveEpReq {
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.ACTIVE_EP_REQ;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.activeEp(this);
    }
  }

  /**
   * Match_Desc_req (§2.4.3.1.7): which of your endpoints has one of these clusters?
   *
   * @param nwkAddrOfInterest or a broadcast address such as 0xFFFD
   * @param profileId 0x0000 to 0xFFFF
   * @param inputClusters to be found among an endpoint's input clusters, at most 255
   * @param outputClusters to be found among an endpoint's output clusters, at most 255
   */
  record MatchDescReq(
      int nwkAddrOfInterest,
      int profileId,
      List<Integer> inputClusters,
      List<Integer> outputClusters)
      implements ZdoRequest {
    public MatchDescReq {
      Ranges.u16("nwkAddrOfInterest", nwkAddrOfInterest);
      Ranges.u16("profileId", profileId);
      inputClusters = List.copyOf(inputClusters);
      Ranges.u8("number of inputClusters", inputClusters.size());
      inputClusters.forEach(cluster -> Ranges.u16("inputClusters", cluster));
      outputClusters = List.copyOf(outputClusters);
      Ranges.u8("number of outputClusters", outputClusters.size());
      outputClusters.forEach(cluster -> Ranges.u16("outputClusters", cluster));
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.MATCH_DESC_REQ;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.matchDesc(this);
    }
  }

  /** Device_annce (§2.4.3.1.11): a device joined, or came back, perhaps under a new address. */
  record DeviceAnnce(int nwkAddr, Eui64 ieeeAddr, MacCapability capability) implements ZdoRequest {
    public DeviceAnnce {
      Ranges.u16("nwkAddr", nwkAddr);
      Objects.requireNonNull(ieeeAddr);
      Objects.requireNonNull(capability);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.DEVICE_ANNCE;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.deviceAnnce(this);
    }
  }

  /**
   * Mgmt_Leave_req (§2.4.3.3.5).
   *
   * @param deviceAddress who is to leave; all zeros is the receiver itself
   */
  record MgmtLeaveReq(Eui64 deviceAddress, boolean removeChildren, boolean rejoin)
      implements ZdoRequest {
    public MgmtLeaveReq {
      Objects.requireNonNull(deviceAddress);
    }

    @Override
    public ZdoCluster cluster() {
      return ZdoCluster.MGMT_LEAVE_REQ;
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.mgmtLeave(this);
    }
  }
}
