package io.otaupgrade.transport.internal;

import io.otaupgrade.zcl.BasicCluster;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.zdo.MacCapability;
import io.otaupgrade.zcl.zdo.NodeDescriptor;
import io.otaupgrade.zcl.zdo.NodeDescriptor.LogicalType;
import io.otaupgrade.zcl.zdo.SimpleDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The host's own endpoints: the one table of what it is on the mesh. Drivers register these with
 * their co-processors, and {@link ZdoServer} answers from them what a co-processor passes on.
 *
 * <p>A client of the OTA cluster finds its server by a Match_Desc_req for 0x0019 among the input
 * clusters. Most keep to endpoint 1; some (IKEA, ubisys) were paired to coordinators whose server
 * is on 13, and some ask under the Light Link profile before they talk under Home Automation.
 */
public final class HostEndpoints {

  public static final int HOME_AUTOMATION = 0x0104;
  private static final int SMART_ENERGY = 0x0109;
  private static final int LIGHT_LINK = 0xC05E;
  private static final int ANY_PROFILE = 0xFFFF;

  /** The endpoint that requests of the transport itself come from. */
  public static final int MAIN = 1;

  /** Configuration Tool: what coordinators that serve everybody call themselves. */
  private static final int DEVICE_ID = 0x0005;

  public static final List<SimpleDescriptor> ALL =
      List.of(
          new SimpleDescriptor(
              MAIN,
              HOME_AUTOMATION,
              DEVICE_ID,
              0,
              List.of(OtaCluster.ID),
              List.of(BasicCluster.ID)),
          new SimpleDescriptor(
              13, HOME_AUTOMATION, DEVICE_ID, 0, List.of(OtaCluster.ID), List.of()));

  /** Profiles under which a Match_Desc_req finds the endpoints. */
  private static final Set<Integer> MATCHED_PROFILES =
      Set.of(HOME_AUTOMATION, SMART_ENERGY, LIGHT_LINK, ANY_PROFILE);

  /**
   * A coordinator of stack revision 22 that is trust centre and network manager, hears always, and
   * takes 82 octets at once.
   */
  static final NodeDescriptor NODE =
      new NodeDescriptor(
          LogicalType.COORDINATOR,
          NodeDescriptor.BAND_2400_MHZ,
          new MacCapability(0x8F),
          0x0000,
          82,
          82,
          22 << 9 | 0x0041,
          82,
          0);

  private HostEndpoints() {}

  /** The endpoints that have one of these clusters on the side asked for, in ascending order. */
  static List<Integer> matching(
      int profile, List<Integer> inputClusters, List<Integer> outputClusters) {
    if (!MATCHED_PROFILES.contains(profile)) {
      return List.of();
    }
    return ALL.stream()
        .filter(
            endpoint ->
                endpoint.inputClusters().stream().anyMatch(inputClusters::contains)
                    || endpoint.outputClusters().stream().anyMatch(outputClusters::contains))
        .map(SimpleDescriptor::endpoint)
        .toList();
  }

  /** The descriptor of this endpoint, if it is one of ours. */
  static Optional<SimpleDescriptor> endpoint(int endpoint) {
    return ALL.stream().filter(descriptor -> descriptor.endpoint() == endpoint).findFirst();
  }

  /** The numbers of all endpoints. */
  static List<Integer> active() {
    return ALL.stream().map(SimpleDescriptor::endpoint).toList();
  }
}
