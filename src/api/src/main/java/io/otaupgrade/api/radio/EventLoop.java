package io.otaupgrade.api.radio;

import java.time.Duration;
import java.time.InstantSource;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The one thread of control of a mesh and its clock. All work of the mesh runs here, one task after
 * another, so that what belongs to the mesh needs no locks. Time is real, scaled or virtual, as the
 * radio driver chose; nothing of a mesh uses another clock.
 *
 * <p>Every method may be called from any thread. A task that throws is logged and the loop goes on.
 */
@ConsumerType
public interface EventLoop extends InstantSource {

  /** Runs the task on the loop, after those that were given before. */
  void execute(Runnable task);

  /** Runs the task on the loop, not before this much of the loop's time has passed. */
  Timer after(Duration delay, Runnable task);

  /** Whether the caller is on the loop. */
  boolean inLoop();

  /** Nanoseconds of the loop's time since an arbitrary start; never runs backwards. */
  long nanos();

  /**
   * Keeps virtual time from advancing until the result is closed, so that work outside the loop (a
   * fetch, for example) takes none of it. Tasks that are due still run. Real and scaled time cannot
   * wait: there it does nothing.
   */
  default TimeHold holdTime() {
    return () -> {};
  }

  /**
   * Runs work that brings the loop tasks, of the thread that reads a line for example; then, if the
   * loop rests, its tasks on the caller's thread too, which spares waking another. Then, but not
   * for its own work, the caller is on the loop.
   *
   * @param heldUp called on some thread, at most once, when tasks have kept the caller for long;
   *     that it has work of its own to do is nothing that tasks know of
   */
  default void assist(Runnable work, Runnable heldUp) {
    work.run();
  }

  /** A task that waits for its time. */
  interface Timer {
    /** Keeps the task from running; no effect once it has begun. */
    void cancel();
  }

  /** See {@link #holdTime}. */
  interface TimeHold extends AutoCloseable {
    /** Lets time advance again; no effect the second time. */
    @Override
    void close();
  }
}
