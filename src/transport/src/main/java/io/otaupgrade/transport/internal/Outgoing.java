package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.TxOptions;
import java.nio.ByteBuffer;

/**
 * A frame on its way to the co-processor, waiting or in flight. These are used again and again, so
 * that sending leaves no garbage; {@link SendScheduler} alone knows them.
 */
final class Outgoing {

  private static final ApsFrame NO_FRAME = ApsFrame.to(0, 0, 0, 0, 0, ByteBuffer.allocate(0));

  /** The end of a queue, and of the pool. */
  static final Outgoing NONE = new Outgoing();

  ApsFrame frame = NO_FRAME;
  TxOptions options = TxOptions.ACKNOWLEDGED;
  DeliveryListener listener = DeliveryListener.NONE;
  Destination destination = Destination.NONE;
  boolean control;

  /** Until when it may wait, in the loop's nanoseconds. */
  long deadline;

  /** When it was given to the co-processor last. */
  long sentAt;

  /** Whether it is in flight and counts in the {@link OtaWindow}. */
  boolean counts;

  /** Whether no other one counted when it was given to the co-processor. */
  boolean alone;

  int tag;

  /** Behind it in its queue, or in the pool. */
  Outgoing next = NONE;

  /** Lets go of all that it refers to. */
  void forget() {
    frame = NO_FRAME;
    listener = DeliveryListener.NONE;
    destination = Destination.NONE;
    next = NONE;
  }

  /** What became of a frame, for a listener that cannot be told right now. */
  record Outcome(DeliveryListener listener, Delivery delivery) {}

  /** First in, first out. */
  static final class Queue {
    private Outgoing first = NONE;
    private Outgoing last = NONE;

    boolean isEmpty() {
      return first == NONE;
    }

    Outgoing first() {
      return first;
    }

    void add(Outgoing frame) {
      if (first == NONE) {
        first = frame;
      } else {
        last.next = frame;
      }
      last = frame;
    }

    void addFirst(Outgoing frame) {
      frame.next = first;
      first = frame;
      if (last == NONE) {
        last = frame;
      }
    }

    /** The first one, or {@link #NONE}. */
    Outgoing take() {
      Outgoing taken = first;
      if (taken != NONE) {
        first = taken.next;
        taken.next = NONE;
        if (first == NONE) {
          last = NONE;
        }
      }
      return taken;
    }
  }
}
