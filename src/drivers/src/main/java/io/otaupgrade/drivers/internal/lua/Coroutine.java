package io.otaupgrade.drivers.internal.lua;

import java.util.concurrent.Semaphore;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * A coroutine, on a thread of its own from its first resume to its end; of the two threads one
 * always waits for the other.
 */
public final class Coroutine extends LuaValue implements Census.Holder {

  /** Threads for coroutines. */
  @FunctionalInterface
  public interface Threads {
    /**
     * Runs it on a thread that it does not share.
     *
     * @return false when there are too many already
     */
    boolean start(Runnable body);
  }

  enum Status {
    SUSPENDED("suspended"),
    RUNNING("running"),
    NORMAL("normal"),
    DEAD("dead");

    final String word;

    Status(String word) {
      this.word = word;
    }
  }

  private final Sandbox sandbox;
  private final LuaValue function;
  private final Frames frames = new Frames();
  private final Semaphore resumed = new Semaphore(0);
  private final Semaphore left = new Semaphore(0);
  private Status status = Status.SUSPENDED;
  private boolean begun;
  private boolean ending;
  private Varargs passed = NONE;
  private Throwable thrown;
  private int depth;

  Coroutine(Sandbox sandbox, LuaValue function) {
    this.sandbox = sandbox;
    this.function = function;
  }

  Status status() {
    return status;
  }

  void status(Status now) {
    status = now;
  }

  boolean alive() {
    return begun && status != Status.DEAD;
  }

  boolean begun() {
    return begun;
  }

  /** On the resumer's thread: returns what it yielded or returned. */
  Varargs resume(Varargs arguments, Threads threads) {
    passed = arguments;
    Frames outer = sandbox.frames();
    int outerDepth = sandbox.depth();
    status = Status.RUNNING;
    sandbox.frames(frames);
    sandbox.depth(outerDepth + depth);
    if (begun) {
      resumed.release();
    } else if (threads.start(this::body)) {
      begun = true;
    } else {
      status = Status.SUSPENDED;
      sandbox.frames(outer);
      sandbox.depth(outerDepth);
      throw new LuaError("too many coroutines in this host");
    }
    left.acquireUninterruptibly();
    depth = sandbox.depth() - outerDepth;
    sandbox.frames(outer);
    sandbox.depth(outerDepth);
    Throwable error = thrown;
    thrown = null;
    if (error instanceof Error fatal) {
      throw fatal;
    }
    if (error instanceof RuntimeException failed) {
      throw failed;
    }
    Varargs result = passed;
    passed = NONE;
    return result;
  }

  /** On its own thread: hands the values to the resumer and waits for the next resume. */
  Varargs suspend(Varargs values) {
    passed = values;
    status = Status.SUSPENDED;
    left.release();
    resumed.acquireUninterruptibly();
    if (ending) {
      throw new Stop("closed");
    }
    Varargs arguments = passed;
    passed = NONE;
    return arguments;
  }

  /** Ends it where it waits, from the thread that resumes; returns when its thread is free. */
  void end() {
    if (status == Status.SUSPENDED && begun) {
      Frames outer = sandbox.frames();
      int outerDepth = sandbox.depth();
      sandbox.frames(frames);
      ending = true;
      resumed.release();
      left.acquireUninterruptibly();
      sandbox.frames(outer);
      sandbox.depth(outerDepth);
    }
    status = Status.DEAD;
  }

  private void body() {
    Sandbox.current(sandbox);
    try {
      Varargs arguments = passed;
      passed = NONE;
      passed = function.invoke(arguments);
    } catch (Stop stop) {
      thrown = ending ? null : sandbox.stop(stop);
    } catch (StackOverflowError deep) {
      thrown = sandbox.stop(new Stop("calls nested too deep"));
    } catch (OutOfMemoryError full) {
      thrown = sandbox.stop(new Stop("no memory left"));
    } catch (RuntimeException | Error error) {
      thrown = error;
    } finally {
      Sandbox.current(null);
      status = Status.DEAD;
      frames.clear();
      left.release();
    }
  }

  @Override
  public void visit(Census census) {
    census.add(function);
    census.add(passed);
    census.add(frames);
    census.add(begun ? 512 : 0);
  }

  @Override
  public int type() {
    return TTHREAD;
  }

  @Override
  public String typename() {
    return "thread";
  }

  @Override
  public boolean isthread() {
    return true;
  }

  @Override
  public String tojstring() {
    return "thread: " + Integer.toHexString(hashCode());
  }
}
