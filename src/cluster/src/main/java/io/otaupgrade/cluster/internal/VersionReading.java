package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.radio.EventLoop;

/** A Read Attributes command on its way; belongs to the loop. */
record VersionReading(Session session, int sequenceNumber, int attempt, EventLoop.Timer timeout) {

  void cancel() {
    timeout.cancel();
  }

  /** Whether a response with this number, from this endpoint, answers it. */
  boolean isAnsweredBy(int endpoint, int otherSequenceNumber) {
    return session.endpoint() == endpoint && sequenceNumber == otherSequenceNumber;
  }
}
