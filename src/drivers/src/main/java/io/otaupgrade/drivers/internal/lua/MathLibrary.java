package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JseMathLib;

/** The engine's library {@code math}, with what Lua 5.1 has and 5.2 has not. */
final class MathLibrary {
  private final Sandbox sandbox;

  MathLibrary(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  LuaTable install() {
    LuaTable library =
        new JseMathLib().call(LuaValue.valueOf("math"), sandbox.globals()).checktable();
    library.rawset("mod", library.rawget("fmod"));
    sandbox.define(
        library,
        "log10",
        arguments -> LuaValue.valueOf(Math.log10(Arguments.number(arguments, 1))));
    return library;
  }
}
