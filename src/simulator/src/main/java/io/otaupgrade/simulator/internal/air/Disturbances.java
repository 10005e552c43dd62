package io.otaupgrade.simulator.internal.air;

/**
 * What goes wrong on the way, each with a probability from 0 to 1.
 *
 * @param loss of a frame, from end to end
 * @param lossReported whether the coordinator's radio notices that a frame of its own without APS
 *     acknowledgement was lost
 * @param lossOf which frames may be lost
 * @param duplication of a frame: it arrives once more, a little later
 * @param reordering of a frame: it arrives late, so that others overtake it
 */
public record Disturbances(
    double loss, boolean lossReported, LossOf lossOf, double duplication, double reordering) {

  /** Nothing goes wrong. */
  public static final Disturbances NONE = new Disturbances(0, false, LossOf.ALL, 0, 0);

  /** Which frames may be lost. */
  public enum LossOf {
    /** Every one. */
    ALL,
    /** Image Block Responses only. */
    BLOCK_RESPONSES
  }

  public Disturbances {
    check("loss", loss);
    check("duplication", duplication);
    check("reordering", reordering);
  }

  private static void check(String field, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(field + " must be 0..1, was " + probability);
    }
  }

  /** Silent loss of all kinds of frames. */
  public static Disturbances losing(double loss) {
    return new Disturbances(loss, false, LossOf.ALL, 0, 0);
  }
}
