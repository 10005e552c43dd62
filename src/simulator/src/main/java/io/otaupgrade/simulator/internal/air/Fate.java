package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Draws what becomes of each frame. */
final class Fate {

  private static final long DUPLICATE_NANOS = Duration.ofMillis(20).toNanos();
  private static final long OVERTAKEN_NANOS = Duration.ofMillis(50).toNanos();

  /**
   * A broadcast, and the two repetitions that each router makes of one it did not hear passed on.
   */
  private static final int BROADCAST_TRANSMISSIONS = 3;

  private final Disturbances disturbances;
  private final RandomGenerator random;
  private final boolean strays;

  Fate(Disturbances disturbances, RandomGenerator random) {
    this.disturbances = disturbances;
    this.random = random;
    this.strays = disturbances.duplication() > 0 || disturbances.reordering() > 0;
  }

  boolean loses(ApsFrame frame) {
    return disturbances.loss() > 0
        && (disturbances.lossOf() == Disturbances.LossOf.ALL || isBlockResponse(frame))
        && random.nextDouble() < disturbances.loss();
  }

  /** Whether a node misses a broadcast, in all its repetitions. */
  boolean losesBroadcast(ApsFrame frame) {
    for (int i = 0; i < BROADCAST_TRANSMISSIONS; i++) {
      if (!loses(frame)) {
        return false;
      }
    }
    return true;
  }

  boolean losesAcknowledgement() {
    return disturbances.loss() > 0
        && disturbances.lossOf() == Disturbances.LossOf.ALL
        && random.nextDouble() < disturbances.loss();
  }

  boolean lossIsReported() {
    return disturbances.lossReported();
  }

  /** Whether a frame may arrive late or twice at all. */
  boolean strays() {
    return strays;
  }

  boolean duplicates() {
    return random.nextDouble() < disturbances.duplication();
  }

  /** After how many nanoseconds the second of two arrives. */
  long duplicateDelay() {
    return 1 + random.nextLong(DUPLICATE_NANOS);
  }

  /** How many nanoseconds late a frame arrives; 0 for most. */
  long delay() {
    return random.nextDouble() < disturbances.reordering()
        ? 1 + random.nextLong(OVERTAKEN_NANOS)
        : 0;
  }

  private static boolean isBlockResponse(ApsFrame frame) {
    ByteBuffer payload = frame.payload();
    int at = payload.position();
    return frame.cluster() == OtaCluster.ID
        && payload.remaining() >= 3
        && (payload.get(at) & 0b1111) == 0b1001 // cluster specific, server to client
        && payload.get(at + 2) == OtaCluster.IMAGE_BLOCK_RESPONSE;
  }
}
