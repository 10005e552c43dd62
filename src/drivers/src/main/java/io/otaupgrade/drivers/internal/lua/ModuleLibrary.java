package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code require}, {@code module} and {@code package}, over the files of the script's surroundings.
 */
final class ModuleLibrary {
  private final Sandbox sandbox;
  private final LuaTable loaded = new LuaTable();
  private final LuaTable preload = new LuaTable();

  ModuleLibrary(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Returns {@code package.loaded}. */
  LuaTable install() {
    LuaTable library = new LuaTable();
    library.rawset("loaded", loaded);
    library.rawset("preload", preload);
    library.rawset("path", LuaValue.valueOf("?.lua;?/init.lua"));
    library.rawset("cpath", LuaValue.valueOf(""));
    library.rawset("config", LuaValue.valueOf("/\n;\n?\n!\n-\n"));
    sandbox.define(library, "seeall", this::seeall);
    loaded.rawset("package", library);
    sandbox.globals().rawset("package", library);
    sandbox.define(sandbox.globals(), "require", this::require);
    sandbox.define(sandbox.globals(), "module", this::module);
    return loaded;
  }

  private Varargs seeall(Varargs arguments) {
    LuaTable module = BaseLibrary.table(arguments, 1);
    LuaTable metatable = module.getmetatable() instanceof LuaTable old ? old : new LuaTable();
    metatable.rawset("__index", sandbox.globals());
    module.setmetatable(metatable);
    return LuaValue.NONE;
  }

  private Varargs require(Varargs arguments) {
    LuaString name = Arguments.string(arguments, 1);
    LuaValue present = loaded.rawget(name);
    if (present.toboolean()) {
      return present;
    }
    LuaValue loader = loader(name);
    // a module that requires itself, through others, gets this
    loaded.rawset(name, LuaValue.TRUE);
    LuaValue result;
    try {
      result = loader.call(name);
    } catch (LuaError error) {
      loaded.rawset(name, LuaValue.NIL);
      throw error;
    }
    if (!result.isnil()) {
      loaded.rawset(name, result);
    }
    return loaded.rawget(name);
  }

  private LuaValue loader(LuaString name) {
    LuaValue preloaded = preload.rawget(name);
    if (!preloaded.isnil()) {
      return preloaded;
    }
    String text = name.tojstring();
    String path = text.replace('.', '/');
    for (String file : new String[] {path + ".lua", path + "/init.lua", text}) {
      sandbox.spend(1000);
      byte[] source = sandbox.surroundings().file(file);
      if (source != null) {
        return sandbox.compile(source, "@" + file, sandbox.globals());
      }
    }
    throw new LuaError(
        "module '%s' not found: no field package.preload['%s'], no file '%s.lua'"
            .formatted(text, text, path));
  }

  private Varargs module(Varargs arguments) {
    LuaString name = Arguments.string(arguments, 1);
    LuaValue module = loaded.rawget(name);
    if (!module.istable()) {
      module = nested(name.tojstring());
      loaded.rawset(name, module);
    }
    LuaTable table = module.checktable();
    if (table.rawget("_NAME").isnil()) {
      String text = name.tojstring();
      table.rawset("_M", table);
      table.rawset("_NAME", name);
      table.rawset("_PACKAGE", LuaValue.valueOf(text.substring(0, text.lastIndexOf('.') + 1)));
    }
    Frames.Frame caller = sandbox.frames().level(1);
    if (caller == null) {
      throw new LuaError("'module' not called from a Lua function");
    }
    BaseLibrary.setEnvironment(caller.closure, table);
    for (int i = 2; i <= arguments.narg(); i++) {
      arguments.arg(i).call(table);
    }
    return LuaValue.NONE;
  }

  /** The table that a dotted name means among the globals, made as far as it is not there. */
  private LuaValue nested(String name) {
    LuaTable table = sandbox.globals();
    int from = 0;
    while (from <= name.length()) {
      int dot = name.indexOf('.', from);
      int end = dot < 0 ? name.length() : dot;
      LuaString key = LuaValue.valueOf(name.substring(from, end));
      LuaValue inner = table.rawget(key);
      if (inner.isnil()) {
        sandbox.charge(120);
        inner = new LuaTable();
        table.rawset(key, inner);
      } else if (!inner.istable()) {
        throw new LuaError("name conflict for module '" + name + "'");
      }
      table = inner.checktable();
      from = end + 1;
    }
    return table;
  }
}
