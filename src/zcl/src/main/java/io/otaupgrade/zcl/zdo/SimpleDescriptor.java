package io.otaupgrade.zcl.zdo;

import io.otaupgrade.zcl.internal.Ranges;
import java.util.List;

/**
 * What an endpoint is (05-3474 rev 22 §2.3.2.5). A device that can be upgraded has cluster 0x0019
 * among its output clusters, an OTA server among its input clusters.
 *
 * @param endpoint 0x00 to 0xFF
 * @param profileId 0x0000 to 0xFFFF
 * @param deviceId 0x0000 to 0xFFFF
 * @param deviceVersion 0 to 15
 * @param inputClusters what it serves, 0x0000 to 0xFFFF each
 * @param outputClusters what it is a client of, 0x0000 to 0xFFFF each; both lists together have at
 *     most 123
 */
public record SimpleDescriptor(
    int endpoint,
    int profileId,
    int deviceId,
    int deviceVersion,
    List<Integer> inputClusters,
    List<Integer> outputClusters) {

  private static final int MAX_CLUSTERS = (0xFF - 8) / 2;

  public SimpleDescriptor {
    Ranges.u8("endpoint", endpoint);
    Ranges.u16("profileId", profileId);
    Ranges.u16("deviceId", deviceId);
    Ranges.within("deviceVersion", deviceVersion, 0xF);
    inputClusters = List.copyOf(inputClusters);
    inputClusters.forEach(cluster -> Ranges.u16("inputClusters", cluster));
    outputClusters = List.copyOf(outputClusters);
    outputClusters.forEach(cluster -> Ranges.u16("outputClusters", cluster));
    Ranges.within("number of clusters", inputClusters.size() + outputClusters.size(), MAX_CLUSTERS);
  }

  /** The length on the air, without the octet that says it. */
  int octets() {
    return 8 + 2 * (inputClusters.size() + outputClusters.size());
  }
}
