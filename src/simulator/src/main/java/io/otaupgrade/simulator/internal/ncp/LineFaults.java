package io.otaupgrade.simulator.internal.ncp;

import java.util.SplittableRandom;

/**
 * What goes wrong on the line between host and co-processor, each with a probability from 0 to 1.
 * Draws from the seed, so a run with the same octets has the same faults.
 */
public final class LineFaults {

  private final Rates rates;
  private final SplittableRandom random;

  /**
   * How often.
   *
   * @param loseOctets of an octet to be lost
   * @param corruptOctets of an octet to arrive as another
   * @param repeatOctets of an octet to arrive twice
   * @param loseFrames of a whole frame to be lost
   * @param repeatFrames of a whole frame to arrive twice
   */
  public record Rates(
      double loseOctets,
      double corruptOctets,
      double repeatOctets,
      double loseFrames,
      double repeatFrames) {
    /** A good line. */
    public static final Rates NONE = new Rates(0, 0, 0, 0, 0);

    boolean disturbsOctets() {
      return loseOctets > 0 || corruptOctets > 0 || repeatOctets > 0;
    }
  }

  LineFaults(Rates rates, SplittableRandom random) {
    this.rates = rates;
    this.random = random;
  }

  /** Whether this frame is lost. */
  public boolean losesFrame() {
    return happens(rates.loseFrames());
  }

  /** Whether this frame arrives twice. */
  public boolean repeatsFrame() {
    return happens(rates.repeatFrames());
  }

  boolean disturbsOctets() {
    return rates.disturbsOctets();
  }

  boolean losesOctet() {
    return happens(rates.loseOctets());
  }

  boolean corruptsOctet() {
    return happens(rates.corruptOctets());
  }

  boolean repeatsOctet() {
    return happens(rates.repeatOctets());
  }

  /** Another octet than this one. */
  byte other(byte octet) {
    return (byte) (octet ^ 1 + random.nextInt(255));
  }

  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }
}
