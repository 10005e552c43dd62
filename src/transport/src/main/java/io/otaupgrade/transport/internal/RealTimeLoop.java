package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a mesh whose co-processor is real: one thread, the system's clock for {@link
 * #instant}, and {@link System#nanoTime} for everything that is a length of time.
 */
final class RealTimeLoop implements EventLoop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RealTimeLoop.class);

  /** So many tasks run before the timers are looked at again. */
  private static final int TASKS_PER_TURN = 64;

  /** How long tasks that give each other tasks may keep a closed loop alive, nanoseconds. */
  private static final long CLOSING_NANOS = 1_000_000_000L;

  private static final long JOIN_MILLIS = 5_000;

  private final String mesh;
  private final Thread thread;
  private final long origin = System.nanoTime();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final TimerHeap timers = new TimerHeap();

  /** The thread is about to park, or parked: whoever gives it work wakes it. */
  private volatile boolean parked;

  private volatile boolean ended;

  /** When a closed loop gives up what is left; belongs to the loop. */
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
    if (ended) {
      LOG.debug("{}: the loop has ended, so this does not run: {}", mesh, task);
      return;
    }
    tasks.add(task);
    if (parked) {
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
    return Thread.currentThread() == thread;
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
    while (!isOver()) {
      boolean timersRan = runDueTimers();
      boolean tasksRan = runTasks();
      if (!timersRan && !tasksRan) {
        park();
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

  private void park() {
    parked = true;
    if (tasks.isEmpty()) {
      long due = timers.nextDue();
      if (due == TimerHeap.NONE) {
        LockSupport.park(this);
      } else {
        long wait = due - nanos();
        if (wait > 0) {
          LockSupport.parkNanos(this, wait);
        }
      }
    }
    parked = false;
    // An interrupt means nothing here, and would keep the thread from ever parking again.
    Thread.interrupted();
  }

  /** Timers that wait, for tests. */
  int waitingTimers() {
    return timers.size();
  }
}
