package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * The engine has one metatable for all strings of the process. This one holds nothing itself: it
 * stands for the metatable of whichever script runs on the calling thread.
 */
final class SharedStringMetatable extends LuaTable {

  /** Makes it the engine's. */
  static void install() {
    if (!(LuaString.s_metatable instanceof SharedStringMetatable)) {
      LuaString.s_metatable = new SharedStringMetatable();
    }
  }

  @Override
  public LuaValue rawget(LuaValue key) {
    Sandbox sandbox = Sandbox.current();
    return sandbox == null ? NIL : sandbox.stringMetatable().rawget(key);
  }

  @Override
  public LuaValue rawget(int key) {
    return NIL;
  }

  @Override
  public LuaValue get(LuaValue key) {
    return rawget(key);
  }
}
