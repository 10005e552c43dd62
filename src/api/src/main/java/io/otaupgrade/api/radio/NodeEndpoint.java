package io.otaupgrade.api.radio;

import java.util.List;

/**
 * One endpoint of a node, as its simple descriptor tells.
 *
 * @param endpoint 1..254
 * @param profile application profile
 * @param inputClusters clusters whose server it is
 * @param outputClusters clusters whose client it is
 */
public record NodeEndpoint(
    int endpoint, int profile, List<Integer> inputClusters, List<Integer> outputClusters) {
  public NodeEndpoint {
    inputClusters = List.copyOf(inputClusters);
    outputClusters = List.copyOf(outputClusters);
  }
}
