package io.otaupgrade.api.radio;

/**
 * What a co-processor's driver has counted since it was opened; zero where a driver does not count.
 *
 * @param framesReceived APS frames that came in
 * @param framesSent APS frames that the co-processor took
 * @param otaRequestsDropped frames of cluster 0x0019 that came in and were dropped, oldest first,
 *     because the mesh did not keep up
 * @param framesDropped other APS frames that came in and were dropped for that reason
 * @param malformedOctets octets from the line that belonged to no frame
 * @param retransmissions frames of the line's own protocol that were sent again
 * @param linkFaults how often the line or the co-processor failed
 */
public record RadioCounters(
    long framesReceived,
    long framesSent,
    long otaRequestsDropped,
    long framesDropped,
    long malformedOctets,
    long retransmissions,
    long linkFaults) {
  /** Nothing was counted. */
  public static final RadioCounters NONE = new RadioCounters(0, 0, 0, 0, 0, 0, 0);
}
