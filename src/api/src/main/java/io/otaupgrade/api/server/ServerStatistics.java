package io.otaupgrade.api.server;

/**
 * Counters of one {@link OtaServer} since it started.
 *
 * @param requests requests that were decoded, malformed ones not counted
 * @param answered requests for which an answer was handed to the radio: a response, a default
 *     response or, for a page, its first block
 * @param malformed frames that were answered with MALFORMED_COMMAND or could not be read at all
 * @param blocks distinct file offsets served, summed over all transfers
 * @param repeats block responses beyond those
 * @param undelivered frames that the radio reported as refused, expired or not acknowledged
 */
public record ServerStatistics(
    long requests, long answered, long malformed, long blocks, long repeats, long undelivered) {

  /** Requests that were left without an answer; 0 in a healthy server whose work has settled. */
  public long unanswered() {
    return requests - answered;
  }
}
