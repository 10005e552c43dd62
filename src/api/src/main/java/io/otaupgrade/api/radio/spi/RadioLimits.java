package io.otaupgrade.api.radio.spi;

/**
 * What a co-processor takes at once.
 *
 * @param framesInFlight unicasts not yet confirmed, 1..255
 * @param framesInFlightPerNode of these to one destination, 1..{@code framesInFlight}
 */
public record RadioLimits(int framesInFlight, int framesInFlightPerNode) {
  public RadioLimits {
    if (framesInFlight < 1 || framesInFlight > 255) {
      throw new IllegalArgumentException("framesInFlight must be 1..255, was " + framesInFlight);
    }
    if (framesInFlightPerNode < 1 || framesInFlightPerNode > framesInFlight) {
      throw new IllegalArgumentException(
          "framesInFlightPerNode must be 1.." + framesInFlight + ", was " + framesInFlightPerNode);
    }
  }
}
