package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a mesh whose co-processor is real, with the system's clock for {@link #instant}, and
 * {@link System#nanoTime} for everything that is a length of time.
 *
 * <p>It has a thread of its own, and a baton: whoever holds that is the loop. The thread holds it
 * while it works, and gives it away while it rests. So a thread that brings work can do that work
 * at once, see {@link #assist}: waking another for each frame costs several times what the frame
 * itself does.
 */
final class RealTimeLoop implements EventLoop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RealTimeLoop.class);

  /** So many tasks run before the timers are looked at again. */
  private static final int TASKS_PER_TURN = 64;

  /** How long tasks that give each other tasks may keep a closed loop alive, nanoseconds. */
  private static final long CLOSING_NANOS = 1_000_000_000L;

  private static final long JOIN_MILLIS = 5_000;

  /** An assistant that is kept for so long by the tasks is told so. */
  private static final long HELD_UP_NANOS = 100_000_000;

  /** So often the resting thread looks whether an assistant is held up. */
  private static final long LOOK_NANOS = 100_000_000;

  private final String mesh;
  private final Thread thread;
  private final long origin = System.nanoTime();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Thread> baton = new AtomicReference<>();

  /** Belongs to the holder of the baton. */
  private final TimerHeap timers = new TimerHeap();

  /** Whose own work is under way, after which it looks for tasks itself. */
  private volatile Thread assistant;

  /** The assistance under way; null while there is none. */
  private volatile Assistance assistance;

  /** Whether anybody has ever assisted, and is to be looked after. */
  private volatile boolean assisted;

  /** The loop's own thread waits for the baton. */
  private volatile boolean wanted;

  /** When the resting thread wakes by itself. */
  private volatile long restsUntil;

  private volatile boolean ended;

  /** When a closed loop gives up what is left; belongs to the holder of the baton. */
  private long endBy = Long.MAX_VALUE;

  private RealTimeLoop(String mesh) {
    this.mesh = mesh;
    thread = new Thread(this::live, "ota-mesh-" + mesh);
    thread.setDaemon(true);
  }

  static RealTimeLoop start(String mesh) {
    RealTimeLoop loop = new RealTimeLoop(mesh);
    loop.thread.start();
    return loop;
  }

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task);
    if (ended && !inLoop()) {
      LOG.debug("{}: the loop has ended, so this does not run: {}", mesh, task);
      return;
    }
    tasks.add(task);
    // Whoever holds the baton looks again after giving it away; and the assistant after its work.
    if (baton.get() == null && Thread.currentThread() != assistant) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void assist(Runnable work, Runnable heldUp) {
    Thread caller = Thread.currentThread();
    if (!assisted) {
      assisted = true;
      // It may rest for as long as it likes until now.
      LockSupport.unpark(thread);
    }
    assistant = caller;
    try {
      work.run();
    } finally {
      assistant = null;
      // Whoever else has the baton, or waits for it, finds the tasks.
      if (!tasks.isEmpty() && !wanted && baton.compareAndSet(null, caller)) {
        runAs(new Assistance(nanos(), heldUp));
      }
    }
  }

  /** With the baton, on the assistant's thread. */
  private void runAs(Assistance own) {
    assistance = own;
    runTasks();
    assistance = null;
    // An interrupt by a task is not meant for the assistant.
    Thread.interrupted();
    boolean sooner = timers.nextDue() < restsUntil;
    baton.set(null);
    if (sooner || wanted || !tasks.isEmpty()) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    TimerHeap.Entry entry = new TimerHeap.Entry(due(delay), Objects.requireNonNull(task));
    if (inLoop()) {
      timers.add(entry);
    } else {
      execute(() -> timers.add(entry));
    }
    return () -> cancel(entry);
  }

  private void cancel(TimerHeap.Entry entry) {
    if (entry.disarm()) {
      if (inLoop()) {
        timers.remove(entry);
      } else {
        execute(() -> timers.remove(entry));
      }
    }
  }

  private long due(Duration delay) {
    long now = nanos();
    if (delay.isNegative()) {
      return now;
    }
    // Far beyond any uptime, and far from overflowing.
    boolean never = delay.toSeconds() > Long.MAX_VALUE / 4_000_000_000L;
    return now + (never ? Long.MAX_VALUE / 4 : delay.toNanos());
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == baton.get();
  }

  @Override
  public long nanos() {
    return System.nanoTime() - origin;
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  /**
   * Ends the loop: tasks given before, and those that they give, still run; timers do not. Waits
   * for that unless the caller is on the loop.
   */
  @Override
  public void close() {
    execute(() -> endBy = nanos() + CLOSING_NANOS);
    if (inLoop()) {
      return;
    }
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("{}: the loop did not end within {} ms", mesh, JOIN_MILLIS);
    }
  }

  private void live() {
    takeBaton();
    while (!isOver()) {
      boolean timersRan = runDueTimers();
      boolean tasksRan = runTasks();
      if (!timersRan && !tasksRan) {
        rest();
      }
    }
    ended = true;
    // Given between the last look and the line above.
    while (runTasks() && nanos() < endBy) {}
  }

  private boolean isOver() {
    return endBy != Long.MAX_VALUE && (tasks.isEmpty() || nanos() >= endBy);
  }

  private boolean runDueTimers() {
    boolean ran = false;
    // One look at the clock, so that timers that set timers do not keep the tasks waiting.
    long now = nanos();
    while (endBy == Long.MAX_VALUE && timers.nextDue() <= now) {
      run(timers.take());
      ran = true;
    }
    return ran;
  }

  private boolean runTasks() {
    for (int done = 0; done < TASKS_PER_TURN; done++) {
      Runnable task = tasks.poll();
      if (task == null) {
        return done > 0;
      }
      run(task);
    }
    return true;
  }

  @SuppressWarnings("CatchingUnchecked") // a mesh outlives whatever its tasks do
  private void run(Runnable task) {
    try {
      task.run();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      LOG.error("{}: a task failed", mesh, e);
    }
  }

  private void rest() {
    long due = timers.nextDue();
    restsUntil = due;
    baton.set(null);
    if (tasks.isEmpty()) {
      long wait = due == TimerHeap.NONE ? Long.MAX_VALUE : due - nanos();
      park(assisted ? Math.min(wait, LOOK_NANOS) : wait);
    }
    takeBaton();
  }

  private void takeBaton() {
    while (!baton.compareAndSet(null, thread)) {
      wanted = true;
      if (baton.get() != null) {
        park(HELD_UP_NANOS);
        Assistance now = assistance;
        if (now != null && nanos() - now.since >= HELD_UP_NANOS) {
          now.tellHeldUp();
        }
      }
    }
    wanted = false;
  }

  private void park(long nanos) {
    if (nanos == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else if (nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
    // An interrupt means nothing here, and would keep the thread from ever parking again.
    Thread.interrupted();
  }

  /** Timers that wait, for tests. */
  int waitingTimers() {
    return timers.size();
  }

  /** Tasks that run on a thread which has other work waiting. */
  private static final class Assistance {
    private final long since;
    private final Runnable heldUp;
    private boolean told;

    Assistance(long since, Runnable heldUp) {
      this.since = since;
      this.heldUp = heldUp;
    }

    /** On the loop's own thread. */
    void tellHeldUp() {
      if (!told) {
        told = true;
        heldUp.run();
      }
    }
  }
}
