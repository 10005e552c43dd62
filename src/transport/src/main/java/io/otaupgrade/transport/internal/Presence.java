package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a mesh's service in the registry exactly while it is wanted there. Registering runs other
 * bundles' code, so it is never done on the loop; virtual time waits for it.
 */
final class Presence {

  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
  private static final Runnable NOT_THERE = Presence::nothing;

  private final Executor outside;
  private final EventLoop loop;
  private final Supplier<Runnable> publish;

  /** Takes the service away again. */
  private final AtomicReference<Runnable> withdraw = new AtomicReference<>(NOT_THERE);

  private volatile boolean closed;

  /**
   * @param outside one thread, not the loop's
   * @param publish registers the service and gives back what takes it away
   */
  Presence(Executor outside, EventLoop loop, Supplier<Runnable> publish) {
    this.outside = outside;
    this.loop = loop;
    this.publish = publish;
  }

  /** From now on the service is wanted, or not. Every change is made, in order. */
  void want(boolean there) {
    EventLoop.TimeHold hold = loop.holdTime();
    try {
      outside.execute(
          () -> {
            try {
              change(there);
            } finally {
              hold.close();
            }
          });
    } catch (RejectedExecutionException stopping) {
      hold.close();
    }
  }

  /** Takes the service away, now and for good, on the caller's thread. */
  void close() {
    closed = true;
    takeAway();
  }

  private void change(boolean there) {
    boolean isThere = withdraw.get() != NOT_THERE;
    if (there && !isThere && !closed) {
      try {
        withdraw.set(publish.get());
      } catch (IllegalStateException bundleStopped) {
        LOG.debug("Too late to publish a mesh", bundleStopped);
        return;
      }
      if (closed) {
        takeAway();
      }
    } else if (!there) {
      takeAway();
    }
  }

  private void takeAway() {
    withdraw.getAndSet(NOT_THERE).run();
  }

  private static void nothing() {}
}
