package io.otaupgrade.drivers.internal.lua;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.luaj.vm2.Globals;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.DebugLib;

/**
 * One script with globals of its own, called from outside by one thread at a time. Each call gets
 * {@link Limits}; when one is exhausted the script is stopped, and nothing of it runs again.
 */
public final class Sandbox implements AutoCloseable {

  /** What a script gets from outside besides values. */
  public interface Surroundings {
    /** It prints a line. */
    void print(String line);

    /**
     * The text of another file of the script's, for {@code require}.
     *
     * @return null when there is none
     */
    byte[] file(String path);

    /** Its clock, for {@code os.time}. */
    InstantSource clock();

    /** Nanoseconds since an arbitrary start, by which a call's time is limited. */
    LongSupplier ticks();

    /** Where coroutines run. */
    Coroutine.Threads threads();
  }

  /** Instructions between two looks at the clock. */
  private static final int SLICE = 4096;

  private static final ThreadLocal<Sandbox> CURRENT = new ThreadLocal<>();

  private final Limits limits;
  private final Surroundings surroundings;
  private final Globals globals = new Globals();
  private final LuaTable stringMetatable = new LuaTable();
  private final Frames mainFrames = new Frames();
  private final List<Census.Holder> holders = new ArrayList<>();
  private final Coroutines coroutines;

  private Frames frames = mainFrames;
  private int depth;
  private boolean inside;
  private int slice;
  private long remaining;
  private long deadline;
  private long live;
  private long allocated;
  private Stop stop;
  private volatile String wish;

  /** Makes a script without any code yet. */
  public Sandbox(Limits limits, Surroundings surroundings) {
    SharedStringMetatable.install();
    this.limits = limits;
    this.surroundings = surroundings;
    this.coroutines = new Coroutines(this, limits.coroutines(), surroundings.threads());
    globals.debuglib = new Hook();
    globals.STDOUT = null;
    globals.STDERR = null;
    LuaTable loaded = new ModuleLibrary(this).install();
    new BaseLibrary(this).install();
    loaded.set("_G", globals);
    loaded.set("string", new StringLibrary(this).install());
    loaded.set("table", new TableLibrary(this).install());
    loaded.set("math", new MathLibrary(this).install());
    loaded.set("bit", new BitLibrary(this).install());
    loaded.set("os", new OsLibrary(this).install());
    loaded.set("coroutine", coroutines.install());
    stringMetatable.set("__index", globals.get("string"));
    deadline = surroundings.ticks().getAsLong() + limits.time().toNanos();
    live = census().octets();
  }

  // What the host uses.

  /** The script's globals; they are to be changed by the thread that calls the script only. */
  public Globals globals() {
    return globals;
  }

  /**
   * Makes a function for the script.
   *
   * @param held values of the script's that the body keeps, which count as long as the function
   *     does
   */
  public Fn function(String name, Fn.Body body, LuaValue... held) {
    return new Fn(this, name, body, held);
  }

  /** Adds a {@link #function} to a table. */
  public void define(LuaTable table, String name, Fn.Body body, LuaValue... held) {
    table.rawset(LuaValue.valueOf(name), function(name, body, held));
  }

  /**
   * Lets the host keep values of the script: the visitor is asked for them when memory is counted.
   */
  public void holds(java.util.function.Supplier<? extends Iterable<? extends LuaValue>> values) {
    holders.add(census -> values.get().forEach(census::add));
  }

  /**
   * Runs a chunk of source text.
   *
   * @param name what messages call it, a file name
   */
  public void run(String name, byte[] source) throws ScriptFailed {
    enterFromOutside(
        () -> {
          compile(source, "@" + name, globals).call();
          return LuaValue.NONE;
        });
  }

  /** Calls a function of the script. */
  public Varargs call(LuaValue function, Varargs arguments) throws ScriptFailed {
    return enterFromOutside(() -> function.invoke(arguments));
  }

  /**
   * Does something of the host's that charges the script, with limits of its own; works when the
   * script is stopped, too. No call may be under way on another thread.
   *
   * @throws LuaError when a limit is exceeded, which does not stop the script
   */
  public <T> T outside(java.util.function.Supplier<T> work) {
    Stop before = stop;
    String wished = wish;
    long heldRemaining = remaining;
    int heldSlice = slice;
    long heldDeadline = deadline;
    Sandbox outer = current();
    boolean nested = inside;
    current(this);
    try {
      inside = true;
      stop = null;
      wish = null;
      remaining = limits.instructions();
      slice = 0;
      deadline = surroundings.ticks().getAsLong() + limits.time().toNanos();
      return work.get();
    } catch (Stop exhausted) {
      throw new LuaError(exhausted.getMessage());
    } finally {
      inside = nested;
      stop = before;
      wish = wish == null ? wished : wish;
      remaining = heldRemaining;
      slice = heldSlice;
      deadline = heldDeadline;
      current(outer);
    }
  }

  /**
   * Stops the script as soon as it looks, or before it runs again. The only method, besides {@link
   * #stopped}, that any thread may call.
   */
  public void stop(String reason) {
    wish = reason;
  }

  /** Why nothing of the script will run any more; empty while it may. */
  public Optional<String> reason() {
    return Optional.ofNullable(stop != null ? stop.getMessage() : wish);
  }

  /** Whether nothing of the script will run any more. */
  public boolean stopped() {
    return wish != null || stop != null;
  }

  /** Ends its coroutines. No call may be under way. */
  @Override
  public void close() {
    if (stop == null) {
      stop = new Stop("closed");
    }
    slice = -1;
    remaining = 0;
    coroutines.close();
    mainFrames.clear();
  }

  /** Octets that the script holds, counted now. */
  public long memory() {
    live = census().octets();
    allocated = 0;
    return live;
  }

  /** What a script sees of an error: the value that it threw, or a message with its place. */
  public static LuaValue message(RuntimeException error) {
    if (error instanceof LuaError thrown) {
      LuaValue value = thrown.getMessageObject();
      if (value == null) {
        return LuaValue.NIL;
      }
      return value.type() == LuaValue.TSTRING ? Hook.placed(value) : value;
    }
    return LuaValue.valueOf(String.valueOf(error));
  }

  // What libraries use.

  /** The script that runs on this thread; null when none does. */
  static Sandbox current() {
    return CURRENT.get();
  }

  static void current(Sandbox sandbox) {
    if (sandbox == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(sandbox);
    }
  }

  Surroundings surroundings() {
    return surroundings;
  }

  LuaTable stringMetatable() {
    return stringMetatable;
  }

  Frames frames() {
    return frames;
  }

  Frames mainFrames() {
    return mainFrames;
  }

  void frames(Frames now) {
    frames = now;
  }

  /** Calls nested within each other now; a coroutine begins where its resumer is. */
  int depth() {
    return depth;
  }

  void depth(int now) {
    depth = now;
  }

  void enter() {
    spend(4);
    if (depth >= limits.depth()) {
      throw exhausted("calls nested more than " + limits.depth() + " deep");
    }
    depth++;
  }

  void leave() {
    depth--;
  }

  /** Charges work as if it were instructions. */
  public void spend(long steps) {
    if (!inside) {
      return; // the host's own work for the script
    }
    if (steps >= slice) {
      spendSlices(steps);
    } else {
      slice -= (int) steps;
    }
  }

  private void spendSlices(long steps) {
    remaining -= steps - Math.max(0, slice);
    slice = 0;
    refill();
  }

  /**
   * Charges memory before it is allocated, and makes sure that it may be.
   *
   * @param octets at least 0
   */
  public void charge(long octets) {
    allocated += octets;
    if (allocated > Math.max(limits.memory() - live, limits.memory() / 4)
        || (octets > 4096 && live + allocated > limits.memory())) {
      count(octets);
    }
  }

  /** An octet string of the script, charged. */
  public LuaString string(byte[] octets) {
    charge(octets.length + 48L);
    return LuaString.valueUsing(octets);
  }

  /** Text of the host's for the script. */
  public LuaString string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Octets that the script holds, about. */
  long estimate() {
    return live + allocated;
  }

  /** Counts, and tells which coroutines nobody can resume any more. */
  Census census() {
    Census census = new Census();
    census.add((LuaValue) globals);
    census.add((LuaValue) stringMetatable);
    census.add(mainFrames);
    coroutines.addRunning(census);
    for (Census.Holder holder : holders) {
      holder.visit(census);
    }
    return census;
  }

  /** Stops the script; the result is to be thrown. */
  Stop stop(Stop why) {
    if (stop == null) {
      stop = why;
    }
    slice = 0;
    remaining = 0;
    return stop;
  }

  private Stop exhausted(String reason) {
    return stop(new Stop(reason));
  }

  @SuppressWarnings("ReferenceEquality") // tables have no other
  LuaFunction compile(byte[] source, String name, LuaValue environment) {
    charge(source.length * 4L);
    spend(source.length / 2 + 100L);
    if (source.length > 0 && source[0] == 0x1B) {
      throw new LuaError("compiled chunks are not loaded");
    }
    Prototype prototype;
    try {
      prototype = LuaC.instance.compile(new ByteArrayInputStream(Dialect.translate(source)), name);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    // with any other environment than the globals a closure would run without the hook
    LuaClosure closure = new LuaClosure(prototype, globals);
    if (environment != globals && closure.upValues.length > 0) {
      closure.upValues[0] = new UpValue(new LuaValue[] {environment}, 0);
    }
    return closure;
  }

  private interface Work {
    Varargs run();
  }

  private Varargs enterFromOutside(Work work) throws ScriptFailed {
    if (stopped()) {
      throw new ScriptFailed(stop != null ? stop.getMessage() : wish, true);
    }
    Sandbox outer = current();
    current(this);
    remaining = limits.instructions();
    slice = 0;
    deadline = surroundings.ticks().getAsLong() + limits.time().toNanos();
    depth = 0;
    mainFrames.clear();
    frames = mainFrames;
    inside = true;
    try {
      Varargs result = work.run();
      if (stop != null) {
        // whatever swallowed it
        throw new ScriptFailed(stop.getMessage(), true);
      }
      return result;
    } catch (Stop stopped) {
      throw new ScriptFailed(stop(stopped).getMessage(), true);
    } catch (StackOverflowError deep) {
      throw new ScriptFailed(exhausted("calls nested too deep").getMessage(), true);
    } catch (OutOfMemoryError full) {
      throw new ScriptFailed(exhausted("no memory left").getMessage(), true);
    } catch (RuntimeException error) {
      if (stop != null) {
        throw new ScriptFailed(stop.getMessage(), true);
      }
      throw new ScriptFailed(text(message(error)), false);
    } finally {
      inside = false;
      current(outer);
    }
  }

  /** One line for people. */
  private static String text(LuaValue message) {
    String text = message.isnil() ? "error without a message" : Numbers.text(message);
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > 500 ? line.substring(0, 500) + "…" : line;
  }

  private void refill() {
    if (stop != null) {
      slice = 0;
      throw stop;
    }
    String reason = wish;
    if (reason != null) {
      throw exhausted(reason);
    }
    if (remaining <= 0) {
      throw exhausted("more than " + limits.instructions() + " instructions in one call");
    }
    if (surroundings.ticks().getAsLong() - deadline > 0) {
      throw exhausted("more than " + limits.time().toSeconds() + " s in one call");
    }
    slice = (int) Math.min(SLICE, remaining);
    remaining -= slice;
  }

  private void count(long wanted) {
    Census census = census();
    live = census.octets();
    allocated = wanted;
    spend(census.size() / 8);
    if (live + wanted > limits.memory()) {
      throw exhausted("more than " + limits.memory() / 1024 + " KiB of memory");
    }
  }

  /** Sees each call and each instruction before it is done. */
  private final class Hook extends DebugLib {

    private static final char MARK = '\u0001';

    @Override
    public void onCall(LuaFunction function) {}

    @Override
    public void onCall(LuaClosure closure, Varargs varargs, LuaValue[] stack) {
      enter();
      frames.push(closure, varargs, stack);
    }

    @Override
    public void onReturn() {
      frames.pop();
      leave();
    }

    @Override
    public void onInstruction(int pc, Varargs values, int top) {
      if (--slice < 0) {
        refill();
      }
      Frames.Frame frame = frames.top();
      frame.pc = pc;
      int i = frame.code[pc];
      switch (i & 0x3f) {
        case Lua.OP_NEWTABLE -> charge(64 + 4L * (i >>> 23) + 36L * ((i >> 14) & 0x1ff));
        case Lua.OP_SETTABLE, Lua.OP_SETTABUP -> charge(48);
        case Lua.OP_CLOSURE -> charge(80);
        case Lua.OP_SETLIST, Lua.OP_VARARG -> {
          int count = i >>> 23;
          charge(16L * (count == 0 ? Math.max(0, top) : count));
        }
        case Lua.OP_CONCAT -> concatenation(frame.stack, i >>> 23, (i >> 14) & 0x1ff);
        default -> {}
      }
    }

    /** Charges the result, and writes numbers as Lua 5.1 does and the engine does not. */
    private void concatenation(LuaValue[] stack, int from, int to) {
      long length = 0;
      for (int r = from; r <= to; r++) {
        LuaValue value = stack[r];
        if (value instanceof LuaString string) {
          length += string.m_length;
        } else if (value instanceof LuaNumber) {
          length += 24;
        } else {
          return; // an error, or a metamethod's affair
        }
      }
      for (int r = from; r <= to; r++) {
        if (stack[r] instanceof LuaDouble number) {
          stack[r] = LuaValue.valueOf(Numbers.text(number.todouble()));
        }
      }
      spend(length / 16);
      charge(length + 48);
    }

    /** Told of an error where it happens: leaves the place in the message, for {@link #placed}. */
    @Override
    public String traceback(int level) {
      Frames.Frame frame = frames.top();
      if (frame == null) {
        return "";
      }
      String place = frame.position();
      int engines = String.valueOf(frame.closure.p.source).length() + 1 + line(place).length();
      return MARK + Integer.toString(engines) + MARK + frame.operand() + MARK + place;
    }

    private static String line(String place) {
      return place.substring(place.lastIndexOf(':') + 1);
    }

    /** The engine's {@code @file:line message} as {@code file:line: message}. */
    static LuaValue placed(LuaValue value) {
      String text = value.tojstring();
      int last = text.lastIndexOf(MARK);
      int middle = last < 1 ? -1 : text.lastIndexOf(MARK, last - 1);
      int first = middle < 1 ? -1 : text.lastIndexOf(MARK, middle - 1);
      if (first < 1) {
        return value;
      }
      int engines = Integer.parseInt(text, first + 1, middle, 10);
      String operand = text.substring(middle + 1, last);
      String place = text.substring(last + 1);
      String message = text.substring(Math.min(engines + 1, first), first - 1);
      return LuaValue.valueOf(place + ": " + named(message, operand));
    }

    /** The engine's messages tell types; those of Lua tell names, too. */
    private static String named(String message, String operand) {
      if (operand.isEmpty()) {
        return message;
      }
      if (message.startsWith("attempt to index ? (")) {
        return message.replace("index ?", "index " + operand);
      }
      if (message.startsWith("index expected, got ")) {
        return "attempt to index " + operand + " (a " + message.substring(20) + " value)";
      }
      if (message.startsWith("attempt to call ")) {
        return "attempt to call " + operand + " (a " + message.substring(16) + " value)";
      }
      return message;
    }
  }
}
