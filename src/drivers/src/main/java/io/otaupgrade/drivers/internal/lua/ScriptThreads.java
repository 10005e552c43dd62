package io.otaupgrade.drivers.internal.lua;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that scripts run on: a few for all scripts, which take turns after each call, and
 * others, bounded too, for coroutines.
 */
public final class ScriptThreads implements Coroutine.Threads, AutoCloseable {
  /** Enough for calls nested as deep as {@link Limits} lets them. */
  private static final long STACK = 4L << 20;

  private final Executor scripts;
  private final Runnable end;
  private final ThreadPoolExecutor coroutines;

  /** Makes the pool; threads start when they are needed, and end when they are not. */
  public ScriptThreads(int threads, int coroutines) {
    this(pool(threads), coroutines);
  }

  private ScriptThreads(ThreadPoolExecutor pool, int coroutines) {
    this(pool, pool::shutdown, coroutines);
  }

  /** Scripts on an executor of the caller's. */
  public ScriptThreads(Executor scripts, Runnable end, int coroutines) {
    this.scripts = scripts;
    this.end = end;
    this.coroutines =
        new ThreadPoolExecutor(
            0,
            Math.max(1, coroutines),
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory("lua-coroutine-"));
  }

  private static ThreadPoolExecutor pool(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            factory("lua-driver-"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory factory(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(null, task, prefix + count.incrementAndGet(), STACK);
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public boolean start(Runnable body) {
    try {
      coroutines.execute(body);
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  /** A new thread of control. */
  public Strand strand() {
    return new Strand(scripts);
  }

  @Override
  public void close() {
    end.run();
    coroutines.shutdown();
  }

  /** Does one thing after another, each on some thread; others have their turn in between. */
  public static final class Strand {
    private final Executor executor;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** On any executor; a test's may run at once. */
    public Strand(Executor executor) {
      this.executor = executor;
    }

    /** Does it after all that was given before. */
    public void execute(Runnable task) {
      tasks.add(task);
      if (waiting.getAndIncrement() == 0) {
        schedule();
      }
    }

    /** Tasks that are not done. */
    public int waiting() {
      return waiting.get();
    }

    private void schedule() {
      try {
        executor.execute(this::next);
      } catch (RejectedExecutionException closed) {
        tasks.clear();
      }
    }

    private void next() {
      try {
        tasks.remove().run();
      } finally {
        if (waiting.decrementAndGet() > 0) {
          schedule();
        }
      }
    }
  }
}
