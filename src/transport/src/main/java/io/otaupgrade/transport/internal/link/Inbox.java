package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * The way from a line's reader thread to the mesh's loop. Everything keeps its order.
 *
 * <p>The reader never waits for the loop, so what waits here is bounded: at most {@link #BOUND} APS
 * frames. One more, and the oldest OTA request is dropped, whose device asks again by itself; where
 * there is none, the oldest frame. Answers to our own commands and delivery confirmations are never
 * dropped.
 */
public final class Inbox {

  /** So many APS frames wait for the loop at most. */
  public static final int BOUND = 4096;

  /**
   * There are never nearly as many answers and confirmations as this under way; a co-processor that
   * tells so many has lost its mind.
   */
  static final int OTHERS_BOUND = 16 * BOUND;

  /** So many are handled before the loop's timers and other tasks have their turn. */
  private static final int PER_TURN = 64;

  private final EventLoop loop;
  private final int bound;
  private final LinkCounters counters;
  private final Consumer<ApsFrame> frames;
  private final Consumer<RadioFault> flooded;
  private final Runnable turn = this::handleSome;

  // Guarded by this. An entry is an ApsFrame or a Runnable, so that neither needs a wrapper.
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();
  private int framesWaiting;
  private boolean turnIsDue;
  private boolean closed;

  /** For a co-processor's protocol; frames go to the host's {@link CoProcessorHost#events}. */
  public Inbox(CoProcessorHost host) {
    this(host.loop(), BOUND, host.counters(), host.events()::received, host::failed);
  }

  Inbox(
      EventLoop loop,
      int bound,
      LinkCounters counters,
      Consumer<ApsFrame> frames,
      Consumer<RadioFault> flooded) {
    this.loop = loop;
    this.bound = bound;
    this.counters = counters;
    this.frames = frames;
    this.flooded = flooded;
  }

  /** A frame came in: it is counted, and reported to the mesh on the loop. From any thread. */
  public void frame(ApsFrame frame) {
    counters.framesReceived.incrementAndGet();
    synchronized (this) {
      if (closed) {
        return;
      }
      waiting.add(frame);
      if (++framesWaiting > bound) {
        dropOne();
      }
      if (turnIsDue) {
        return;
      }
      turnIsDue = true;
    }
    loop.execute(turn);
  }

  /** Something that must not be lost is to be done on the loop. From any thread. */
  public void task(Runnable task) {
    boolean flood;
    synchronized (this) {
      if (closed) {
        return;
      }
      flood = waiting.size() - framesWaiting >= OTHERS_BOUND;
      if (!flood) {
        waiting.add(task);
        if (turnIsDue) {
          return;
        }
        turnIsDue = true;
      }
    }
    if (flood) {
      flooded.accept(
          RadioFault.passing(
              "the co-processor told " + OTHERS_BOUND + " things while the mesh was busy"));
      close();
    } else {
      loop.execute(turn);
    }
  }

  /** What waits is dropped, and so is what comes yet. From any thread. */
  public synchronized void close() {
    closed = true;
    waiting.clear();
    framesWaiting = 0;
  }

  private void handleSome() {
    try {
      Object next;
      for (int done = 0; done < PER_TURN && (next = take()) != null; done++) {
        if (next instanceof ApsFrame frame) {
          frames.accept(frame);
        } else {
          ((Runnable) next).run();
        }
      }
    } finally {
      // Also when one of them threw: the loop logs it, and the others have their turn.
      if (isAnyLeft()) {
        loop.execute(turn);
      }
    }
  }

  private synchronized Object take() {
    Object next = waiting.poll();
    if (next instanceof ApsFrame) {
      framesWaiting--;
    }
    return next;
  }

  private synchronized boolean isAnyLeft() {
    turnIsDue = !waiting.isEmpty();
    return turnIsDue;
  }

  private void dropOne() {
    if (dropOldest(true)) {
      counters.otaRequestsDropped.incrementAndGet();
    } else {
      dropOldest(false);
      counters.framesDropped.incrementAndGet();
    }
    framesWaiting--;
  }

  private boolean dropOldest(boolean otaRequest) {
    for (Iterator<Object> each = waiting.iterator(); each.hasNext(); ) {
      if (each.next() instanceof ApsFrame frame && (!otaRequest || isOtaRequest(frame))) {
        each.remove();
        return true;
      }
    }
    return false;
  }

  private static boolean isOtaRequest(ApsFrame frame) {
    return frame.cluster() == OtaCluster.ID && frame.profile() != 0;
  }
}
