package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The Lua functions being called, of the main script or of a coroutine. */
final class Frames {

  /** One call. */
  static final class Frame {
    LuaClosure closure;
    int[] code;
    LuaValue[] stack;
    Varargs varargs;
    int pc;

    /** {@code file:line}. */
    String position() {
      int[] lines = closure.p.lineinfo;
      String line =
          lines != null && pc >= 0 && pc < lines.length ? Integer.toString(lines[pc]) : "?";
      return closure.p.shortsource() + ":" + line;
    }

    /** What the present instruction indexes or calls, as messages name it; empty if unknown. */
    String operand() {
      int i = code[pc];
      return switch (Lua.GET_OPCODE(i)) {
        case Lua.OP_GETTABUP -> upvalue(Lua.GETARG_B(i));
        case Lua.OP_SETTABUP -> upvalue(Lua.GETARG_A(i));
        case Lua.OP_GETTABLE, Lua.OP_SELF -> register(Lua.GETARG_B(i), pc);
        case Lua.OP_SETTABLE, Lua.OP_CALL, Lua.OP_TAILCALL -> register(Lua.GETARG_A(i), pc);
        default -> "";
      };
    }

    private String upvalue(int index) {
      return "upvalue '" + closure.p.upvalues[index].name + "'";
    }

    private String register(int register, int now) {
      LuaString local = closure.p.getlocalname(register + 1, now);
      if (local != null) {
        return "local '" + Numbers.text(local) + "'";
      }
      // what was put there last, going by the text and not by the jumps in it
      for (int at = now - 1; at >= 0; at--) {
        int i = code[at];
        if (Lua.GETARG_A(i) != register) {
          continue;
        }
        switch (Lua.GET_OPCODE(i)) {
          case Lua.OP_GETTABUP -> {
            boolean global =
                "_ENV".equals(String.valueOf(closure.p.upvalues[Lua.GETARG_B(i)].name));
            return named(global ? "global" : "field", Lua.GETARG_C(i));
          }
          case Lua.OP_GETTABLE -> {
            return named("field", Lua.GETARG_C(i));
          }
          case Lua.OP_MOVE -> {
            int from = Lua.GETARG_B(i);
            return from < register ? register(from, at) : "";
          }
          case Lua.OP_SELF -> {
            return named("method", Lua.GETARG_C(i));
          }
          case Lua.OP_GETUPVAL -> {
            return upvalue(Lua.GETARG_B(i));
          }
          case Lua.OP_JMP,
              Lua.OP_EQ,
              Lua.OP_LT,
              Lua.OP_LE,
              Lua.OP_TEST,
              Lua.OP_SETTABUP,
              Lua.OP_SETTABLE,
              Lua.OP_SETUPVAL,
              Lua.OP_RETURN -> {}
          default -> {
            return "";
          }
        }
      }
      return "";
    }

    private String named(String kind, int constant) {
      boolean known = constant > 0xff && closure.p.k[constant & 0xff].isstring();
      return known ? kind + " '" + Numbers.text(closure.p.k[constant & 0xff]) + "'" : "";
    }
  }

  private Frame[] frames = new Frame[8];
  private int size;
  private Frame top;

  void push(LuaClosure closure, Varargs varargs, LuaValue[] stack) {
    if (size == frames.length) {
      frames = java.util.Arrays.copyOf(frames, size * 2);
    }
    Frame frame = frames[size];
    if (frame == null) {
      frame = new Frame();
      frames[size] = frame;
    }
    size++;
    frame.closure = closure;
    frame.code = closure.p.code;
    frame.stack = stack;
    frame.varargs = varargs;
    frame.pc = 0;
    top = frame;
  }

  void pop() {
    Frame frame = frames[--size];
    frame.closure = null;
    frame.code = null;
    frame.stack = null;
    frame.varargs = null;
    top = size == 0 ? null : frames[size - 1];
  }

  int size() {
    return size;
  }

  /** The innermost; null when none is called. */
  Frame top() {
    return top;
  }

  /** The {@code level}th from the innermost, which is 1; null when there are not so many. */
  Frame level(int level) {
    return level >= 1 && level <= size ? frames[size - level] : null;
  }

  void clear() {
    while (size > 0) {
      pop();
    }
  }
}
