package io.otaupgrade.drivers.internal.lua;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code coroutine} of one script, and its coroutines that have begun. */
final class Coroutines implements AutoCloseable {
  private final Sandbox sandbox;
  private final int most;
  private final Coroutine.Threads threads;
  private final List<Coroutine> begun = new ArrayList<>();
  private final List<Coroutine> running = new ArrayList<>();

  Coroutines(Sandbox sandbox, int most, Coroutine.Threads threads) {
    this.sandbox = sandbox;
    this.most = most;
    this.threads = threads;
  }

  LuaTable install() {
    LuaTable library = new LuaTable();
    sandbox.define(library, "create", arguments -> create(arguments));
    sandbox.define(
        library,
        "resume",
        arguments -> {
          Coroutine coroutine = coroutine(arguments);
          if (coroutine.status() != Coroutine.Status.SUSPENDED) {
            return LuaValue.varargsOf(
                LuaValue.FALSE,
                LuaValue.valueOf("cannot resume " + unresumable(coroutine) + " coroutine"));
          }
          try {
            return LuaValue.varargsOf(LuaValue.TRUE, resume(coroutine, arguments.subargs(2)));
          } catch (RuntimeException error) {
            return LuaValue.varargsOf(LuaValue.FALSE, Sandbox.message(error));
          }
        });
    sandbox.define(
        library,
        "yield",
        arguments -> {
          if (running.isEmpty()) {
            throw new LuaError("attempt to yield from outside a coroutine");
          }
          return running.get(running.size() - 1).suspend(arguments);
        });
    sandbox.define(
        library, "status", arguments -> LuaValue.valueOf(coroutine(arguments).status().word));
    sandbox.define(
        library,
        "running",
        arguments -> running.isEmpty() ? LuaValue.NIL : running.get(running.size() - 1));
    sandbox.define(
        library,
        "wrap",
        arguments -> {
          Coroutine coroutine = create(arguments);
          return new Wrapped(coroutine);
        });
    sandbox.globals().rawset("coroutine", library);
    return library;
  }

  /** Counts the coroutines that are in a call now; the others are found where they are kept. */
  void addRunning(Census census) {
    running.forEach(census::add);
  }

  @Override
  public void close() {
    for (Coroutine coroutine : List.copyOf(begun)) {
      coroutine.end();
    }
    begun.clear();
    running.clear();
  }

  private Coroutine create(Varargs arguments) {
    if (!arguments.isfunction(1)) {
      throw Arguments.wrong(arguments, 1, "function");
    }
    sandbox.charge(256);
    return new Coroutine(sandbox, arguments.arg1());
  }

  private static Coroutine coroutine(Varargs arguments) {
    if (arguments.arg1() instanceof Coroutine coroutine) {
      return coroutine;
    }
    throw Arguments.wrong(arguments, 1, "coroutine");
  }

  private static String unresumable(Coroutine coroutine) {
    return coroutine.status() == Coroutine.Status.DEAD ? "dead" : "non-suspended";
  }

  private Varargs resume(Coroutine coroutine, Varargs arguments) {
    if (coroutine.status() != Coroutine.Status.SUSPENDED) {
      throw new LuaError("cannot resume " + unresumable(coroutine) + " coroutine");
    }
    if (!coroutine.begun()) {
      admit(coroutine);
    }
    sandbox.spend(100);
    Coroutine outer = running.isEmpty() ? null : running.get(running.size() - 1);
    if (outer != null) {
      outer.status(Coroutine.Status.NORMAL);
    }
    running.add(coroutine);
    try {
      return coroutine.resume(arguments, threads);
    } finally {
      running.remove(running.size() - 1);
      if (outer != null) {
        outer.status(Coroutine.Status.RUNNING);
      }
    }
  }

  private void admit(Coroutine coroutine) {
    begun.removeIf(other -> !other.alive());
    if (begun.size() >= most) {
      endTheForgotten();
    }
    if (begun.size() >= most) {
      throw new LuaError("too many coroutines: " + most + " have begun and not ended");
    }
    begun.add(coroutine);
  }

  /** Ends the suspended ones that the script has no way left to resume. */
  private void endTheForgotten() {
    Census census = sandbox.census();
    sandbox.spend(census.size() / 8);
    for (Iterator<Coroutine> each = begun.iterator(); each.hasNext(); ) {
      Coroutine coroutine = each.next();
      if (!census.reached(coroutine)) {
        each.remove();
        coroutine.end();
      }
    }
  }

  /** What {@code coroutine.wrap} gives. */
  private final class Wrapped extends org.luaj.vm2.lib.VarArgFunction implements Census.Holder {
    private final Coroutine coroutine;

    Wrapped(Coroutine coroutine) {
      this.coroutine = coroutine;
    }

    @Override
    public Varargs invoke(Varargs arguments) {
      sandbox.enter();
      try {
        return resume(coroutine, arguments);
      } catch (LuaError error) {
        throw new LuaError(Sandbox.message(error));
      } finally {
        sandbox.leave();
      }
    }

    @Override
    public void visit(Census census) {
      census.add(coroutine);
    }
  }
}
