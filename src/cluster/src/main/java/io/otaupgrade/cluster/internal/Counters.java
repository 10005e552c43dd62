package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.server.ServerStatistics;
import java.util.concurrent.atomic.AtomicLong;

/** Counts that the loop alone raises, without the price of an atomic step, and anyone may read. */
final class Counters {
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();
  private final AtomicLong blocks = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();
  private final AtomicLong undelivered = new AtomicLong();

  /** A request has been dealt with, well or not. */
  void request() {
    raise(requests);
  }

  void answered() {
    raise(answered);
  }

  void malformed() {
    raise(malformed);
  }

  void block(boolean isNew) {
    raise(isNew ? blocks : repeats);
  }

  void undelivered() {
    raise(undelivered);
  }

  /**
   * A request that is being answered right now counts as answered, not as left without: requests
   * are counted after their answers and read before them.
   */
  ServerStatistics snapshot() {
    long finished = requests.getAcquire();
    long answers = answered.getAcquire();
    return new ServerStatistics(
        Math.max(finished, answers),
        answers,
        malformed.getAcquire(),
        blocks.getAcquire(),
        repeats.getAcquire(),
        undelivered.getAcquire());
  }

  private static void raise(AtomicLong count) {
    count.setRelease(count.getPlain() + 1);
  }
}
