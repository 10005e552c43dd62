package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.EventLoop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that somebody waits for the outcome of. Each is made on the loop, or refused elsewhere when
 * the loop has ended: a loop that has ended takes tasks without a word and does not run them.
 */
final class LoopCalls {

  private static final Logger LOG = LoggerFactory.getLogger(LoopCalls.class);

  private final EventLoop loop;
  private final Executor elsewhere;

  /** From other threads, not made yet. Who takes one out, the loop or its end, sees to it. */
  private final Set<Call> waiting = ConcurrentHashMap.newKeySet();

  private volatile boolean loopHasEnded;

  LoopCalls(EventLoop loop, Executor elsewhere) {
    this.loop = loop;
    this.elsewhere = elsewhere;
  }

  /**
   * Makes a call, now if the caller is on the loop.
   *
   * @param refusal tells that it is not made; never within this method, if it can be helped
   */
  void make(Runnable call, Runnable refusal) {
    if (loop.inLoop()) {
      call.run();
      return;
    }
    Call waits = new Call(call, refusal);
    waiting.add(waits);
    loop.execute(() -> make(waits));
    // It may have ended since: then nobody else looks at what waits.
    if (loopHasEnded) {
      refuse(waits);
    }
  }

  /** The loop runs nothing any more. */
  void loopEnded() {
    loopHasEnded = true;
    waiting.forEach(this::refuse);
  }

  private void make(Call call) {
    if (waiting.remove(call)) {
      call.call.run();
    }
  }

  private void refuse(Call call) {
    if (waiting.remove(call)) {
      try {
        elsewhere.execute(() -> tell(call));
      } catch (RejectedExecutionException stopped) {
        tell(call);
      }
    }
  }

  private static void tell(Call call) {
    try {
      call.refusal.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Somebody failed on hearing that a mesh has gone", e);
    }
  }

  /** Not a record: two calls are never the same. */
  private static final class Call {
    private final Runnable call;
    private final Runnable refusal;

    Call(Runnable call, Runnable refusal) {
      this.call = call;
      this.refusal = refusal;
    }
  }
}
