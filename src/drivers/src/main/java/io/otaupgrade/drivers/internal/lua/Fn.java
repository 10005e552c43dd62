package io.otaupgrade.drivers.internal.lua;

import java.util.List;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/** A function of Java that scripts call. What it allocates and how long it works, it charges. */
public final class Fn extends VarArgFunction {

  /** What it does. */
  @FunctionalInterface
  public interface Body {
    /** Works on arguments that the script chose. */
    Varargs call(Varargs arguments);
  }

  private final Sandbox sandbox;
  private final Body body;
  private final List<LuaValue> held;

  Fn(Sandbox sandbox, String name, Body body, LuaValue... held) {
    this.sandbox = sandbox;
    this.body = body;
    this.name = name;
    this.held = List.of(held);
  }

  /** What the body keeps of the script's values. */
  List<LuaValue> held() {
    return held;
  }

  @Override
  public Varargs invoke(Varargs arguments) {
    sandbox.enter();
    try {
      return body.call(arguments);
    } finally {
      sandbox.leave();
    }
  }

  @Override
  public String tojstring() {
    return "function: builtin: " + name;
  }
}
