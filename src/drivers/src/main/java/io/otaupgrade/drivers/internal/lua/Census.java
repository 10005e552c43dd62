package io.otaupgrade.drivers.internal.lua;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Varargs;

/**
 * Adds up what a script holds: every string, table, function and boxed number that can be reached,
 * once. The sizes are those of a 64-bit JVM with compressed references, rounded up.
 */
final class Census {

  /** A value of ours that holds values of the script. */
  interface Holder {
    void visit(Census census);
  }

  private static final VarHandle TABLE_ARRAY = field("array");
  private static final VarHandle TABLE_HASH = field("hash");

  private static final int TABLE = 56;
  private static final int ARRAY_SLOT = 4;
  private static final int HASH_SLOT = 36;
  private static final int STRING = 48;
  private static final int CLOSURE = 40;
  private static final int UPVALUE = 48;
  private static final int NUMBER = 24;
  private static final int OTHER = 64;

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ArrayDeque<LuaValue> todo = new ArrayDeque<>();
  private long octets;

  /** Adds a value and all that it leads to. */
  void add(LuaValue value) {
    push(value);
    LuaValue next;
    while ((next = todo.poll()) != null) {
      expand(next);
    }
  }

  void add(Varargs values) {
    for (int i = 1, n = values == null ? 0 : values.narg(); i <= n; i++) {
      add(values.arg(i));
    }
  }

  void add(Frames frames) {
    for (int i = 1; i <= frames.size(); i++) {
      Frames.Frame frame = frames.level(i);
      add((LuaValue) frame.closure);
      add(frame.varargs);
      for (LuaValue value : frame.stack) {
        if (value != null) {
          add(value);
        }
      }
      octets += 64 + 4L * frame.stack.length;
    }
  }

  /** Adds octets that are held elsewhere on the script's behalf. */
  void add(long count) {
    octets += count;
  }

  long octets() {
    return octets;
  }

  /** How many things were counted. */
  int size() {
    return seen.size();
  }

  boolean reached(LuaValue value) {
    return seen.contains(value);
  }

  private void push(LuaValue value) {
    if (value == null) {
      return;
    }
    if (value instanceof LuaString string) {
      if (seen.add(string)) {
        octets += STRING;
        if (seen.add(string.m_bytes)) {
          octets += string.m_bytes.length;
        }
      }
    } else if (value instanceof LuaDouble
        || (value instanceof LuaInteger integer && integer.v >= 256)
        || (value instanceof LuaInteger small && small.v < -256)) {
      octets += NUMBER;
    } else if (value instanceof LuaTable
        || value instanceof LuaClosure
        || value instanceof Holder
        || value instanceof Fn) {
      if (seen.add(value)) {
        todo.add(value);
      }
    }
  }

  private void expand(LuaValue value) {
    if (value instanceof SharedStringMetatable) {
      return;
    }
    if (value instanceof LuaTable table) {
      expand(table);
    } else if (value instanceof LuaClosure closure) {
      octets += CLOSURE + 8L * closure.upValues.length;
      count(closure.p);
      for (UpValue up : closure.upValues) {
        if (up != null && seen.add(up)) {
          octets += UPVALUE;
          push(up.getValue());
        }
      }
    } else {
      octets += OTHER;
    }
    if (value instanceof Fn function) {
      function.held().forEach(this::push);
    }
    if (value instanceof Holder holder) {
      holder.visit(this);
    }
  }

  private void expand(LuaTable table) {
    octets += TABLE;
    push(table.getmetatable());
    // what is reserved counts, used or not
    octets +=
        (long) ARRAY_SLOT * length(TABLE_ARRAY, table)
            + (long) HASH_SLOT * length(TABLE_HASH, table);
    LuaValue key = LuaValue.NIL;
    while (true) {
      Varargs entry = table.next(key);
      key = entry.arg1();
      if (key.isnil()) {
        return;
      }
      push(key);
      push(entry.arg(2));
    }
  }

  private static int length(VarHandle field, LuaTable table) {
    Object array = field.get(table);
    return array == null ? 0 : Array.getLength(array);
  }

  private static VarHandle field(String name) {
    try {
      return MethodHandles.privateLookupIn(LuaTable.class, MethodHandles.lookup())
          .unreflectVarHandle(LuaTable.class.getDeclaredField(name));
    } catch (ReflectiveOperationException wrongEngine) {
      throw new IllegalStateException("the Lua engine is another one", wrongEngine);
    }
  }

  private void count(Prototype p) {
    if (!seen.add(p)) {
      return;
    }
    octets += 96 + 8L * (p.code == null ? 0 : p.code.length);
    if (p.locvars != null) {
      octets += 40L * p.locvars.length;
    }
    if (p.k != null) {
      for (LuaValue constant : p.k) {
        octets += 4;
        push(constant);
      }
    }
    for (Prototype inner : p.p) {
      count(inner);
    }
  }
}
