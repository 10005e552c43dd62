package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.RadioCounters;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of one driver, from any thread. */
public final class LinkCounters {
  public final AtomicLong framesReceived = new AtomicLong();
  public final AtomicLong framesSent = new AtomicLong();
  public final AtomicLong otaRequestsDropped = new AtomicLong();
  public final AtomicLong framesDropped = new AtomicLong();
  public final AtomicLong malformedOctets = new AtomicLong();
  public final AtomicLong retransmissions = new AtomicLong();
  public final AtomicLong linkFaults = new AtomicLong();

  /** As they are now. */
  public RadioCounters snapshot() {
    return new RadioCounters(
        framesReceived.get(),
        framesSent.get(),
        otaRequestsDropped.get(),
        framesDropped.get(),
        malformedOctets.get(),
        retransmissions.get(),
        linkFaults.get());
  }
}
