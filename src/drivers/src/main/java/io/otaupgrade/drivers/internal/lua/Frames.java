package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.LuaClosure;
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
