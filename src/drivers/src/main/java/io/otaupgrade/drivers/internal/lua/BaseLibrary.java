package io.otaupgrade.drivers.internal.lua;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Varargs;

/** The functions of Lua 5.1 that are globals, without those that read files. */
final class BaseLibrary {
  /** As in the C implementation, where they go through a stack of this size. */
  private static final int MOST_VALUES = 7000;

  private static final LuaString METATABLE = LuaValue.valueOf("__metatable");
  private static final LuaString TOSTRING = LuaValue.valueOf("__tostring");
  private static final LuaString ENV = LuaValue.valueOf("_ENV");

  private final Sandbox sandbox;

  BaseLibrary(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  void install() {
    Globals globals = sandbox.globals();
    globals.rawset("_G", globals);
    globals.rawset("_VERSION", LuaValue.valueOf("Lua 5.1"));
    define("assert", BaseLibrary::assertion);
    define("collectgarbage", this::collectgarbage);
    define("gcinfo", arguments -> LuaValue.valueOf(sandbox.estimate() / 1024.0));
    define("error", this::error);
    define("getfenv", this::getfenv);
    define("setfenv", this::setfenv);
    define("getmetatable", this::getmetatable);
    define("setmetatable", this::setmetatable);
    Fn inext = sandbox.function("inext", BaseLibrary::inext);
    Fn next = sandbox.function("next", arguments -> table(arguments, 1).next(arguments.arg(2)));
    globals.rawset("next", next);
    define(
        "ipairs", arguments -> LuaValue.varargsOf(inext, table(arguments, 1), LuaValue.valueOf(0)));
    define("pairs", arguments -> LuaValue.varargsOf(next, table(arguments, 1), LuaValue.NIL));
    define("load", this::load);
    define(
        "loadstring",
        arguments -> {
          LuaString text = Arguments.string(arguments, 1);
          return loaded(
              bytes(text), Arguments.string(arguments, 2, text).tojstring(), sandbox.globals());
        });
    define("pcall", this::pcall);
    define("xpcall", this::xpcall);
    define("print", this::print);
    define("rawequal", arguments -> LuaValue.valueOf(arguments.arg(1).raweq(arguments.arg(2))));
    define("rawget", arguments -> table(arguments, 1).rawget(arguments.arg(2)));
    define("rawset", this::rawset);
    define("select", BaseLibrary::select);
    define("tonumber", BaseLibrary::tonumber);
    define("tostring", arguments -> tostring(arguments.checkvalue(1)));
    define("type", arguments -> LuaValue.valueOf(arguments.checkvalue(1).typename()));
    define("unpack", this::unpack);
  }

  static LuaTable table(Varargs arguments, int i) {
    if (arguments.arg(i) instanceof LuaTable table) {
      return table;
    }
    throw Arguments.wrong(arguments, i, "table");
  }

  static byte[] bytes(LuaString string) {
    return Arrays.copyOfRange(string.m_bytes, string.m_offset, string.m_offset + string.m_length);
  }

  LuaString tostring(LuaValue value) {
    LuaValue meta = value.metatag(TOSTRING);
    if (!meta.isnil()) {
      LuaString text = Numbers.string(meta.call(value));
      if (text == null) {
        throw new LuaError("'tostring' must return a string");
      }
      return text;
    }
    return value instanceof LuaString string ? string : sandbox.string(Numbers.text(value));
  }

  Varargs unpack(Varargs arguments) {
    LuaTable table = table(arguments, 1);
    int from = Arguments.integer(arguments, 2, 1);
    int to = arguments.isnoneornil(3) ? table.rawlen() : Arguments.integer(arguments, 3);
    if (from > to) {
      return LuaValue.NONE;
    }
    if ((long) to - from >= MOST_VALUES) {
      throw new LuaError("too many results to unpack");
    }
    LuaValue[] values = new LuaValue[to - from + 1];
    sandbox.spend(values.length);
    for (int i = from; i <= to; i++) {
      values[i - from] = table.rawget(i);
    }
    return LuaValue.varargsOf(values);
  }

  private void define(String name, Fn.Body body) {
    sandbox.define(sandbox.globals(), name, body);
  }

  private static Varargs assertion(Varargs arguments) {
    if (arguments.checkvalue(1).toboolean()) {
      return arguments;
    }
    throw new LuaError(
        arguments.narg() > 1 ? arguments.arg(2) : LuaValue.valueOf("assertion failed!"));
  }

  private Varargs collectgarbage(Varargs arguments) {
    String what = Arguments.string(arguments, 1, LuaValue.valueOf("collect")).tojstring();
    if (what.equals("count")) {
      return LuaValue.valueOf(sandbox.estimate() / 1024.0);
    }
    // the host's collector is not the script's to start
    return LuaValue.valueOf(0);
  }

  private Varargs error(Varargs arguments) {
    LuaValue message = arguments.arg1();
    int level = Arguments.integer(arguments, 2, 1);
    if (message.isstring() && level > 0) {
      Frames.Frame frame = sandbox.frames().level(level);
      if (frame != null) {
        byte[] text = bytes(Numbers.string(message));
        byte[] place = (frame.position() + ": ").getBytes(StandardCharsets.UTF_8);
        byte[] both = Arrays.copyOf(place, place.length + text.length);
        System.arraycopy(text, 0, both, place.length, text.length);
        message = sandbox.string(both);
      }
    }
    throw new LuaError(message);
  }

  private Varargs getmetatable(Varargs arguments) {
    LuaValue value = arguments.checkvalue(1);
    LuaValue metatable =
        value.type() == LuaValue.TSTRING ? sandbox.stringMetatable() : value.getmetatable();
    if (metatable == null) {
      return LuaValue.NIL;
    }
    LuaValue instead = metatable.rawget(METATABLE);
    return instead.isnil() ? metatable : instead;
  }

  private Varargs setmetatable(Varargs arguments) {
    LuaTable table = table(arguments, 1);
    LuaValue metatable = arguments.arg(2);
    if (!metatable.isnil() && !metatable.istable()) {
      throw Arguments.wrong(arguments, 2, "nil or table");
    }
    LuaValue before = table.getmetatable();
    if (before != null && !before.rawget(METATABLE).isnil()) {
      throw new LuaError("cannot change a protected metatable");
    }
    sandbox.charge(48);
    table.setmetatable(metatable.isnil() ? null : metatable);
    return table;
  }

  private static Varargs inext(Varargs arguments) {
    int i = arguments.checkint(2) + 1;
    LuaValue value = table(arguments, 1).rawget(i);
    return value.isnil() ? LuaValue.NIL : LuaValue.varargsOf(LuaValue.valueOf(i), value);
  }

  private Varargs load(Varargs arguments) {
    LuaValue reader = arguments.arg1();
    String name = Arguments.string(arguments, 2, LuaValue.valueOf("=(load)")).tojstring();
    LuaValue environment = arguments.isnoneornil(4) ? sandbox.globals() : arguments.arg(4);
    if (reader instanceof LuaString text) {
      return loaded(bytes(text), arguments.isnoneornil(2) ? text.tojstring() : name, environment);
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (true) {
      LuaValue piece = reader.call();
      if (piece.isnil() || (piece instanceof LuaString end && end.m_length == 0)) {
        return loaded(text.toByteArray(), name, environment);
      }
      LuaString string = Numbers.string(piece);
      if (string == null) {
        throw new LuaError("reader function must return a string");
      }
      sandbox.charge(string.m_length * 2L);
      sandbox.spend(string.m_length / 8);
      text.write(string.m_bytes, string.m_offset, string.m_length);
    }
  }

  private Varargs loaded(byte[] source, String name, LuaValue environment) {
    try {
      return sandbox.compile(source, name, environment);
    } catch (LuaError error) {
      return LuaValue.varargsOf(LuaValue.NIL, Sandbox.message(error));
    }
  }

  private Varargs pcall(Varargs arguments) {
    LuaValue function = arguments.checkvalue(1);
    try {
      return LuaValue.varargsOf(LuaValue.TRUE, function.invoke(arguments.subargs(2)));
    } catch (RuntimeException error) {
      return LuaValue.varargsOf(LuaValue.FALSE, Sandbox.message(error));
    }
  }

  private Varargs xpcall(Varargs arguments) {
    LuaValue function = arguments.checkvalue(1);
    LuaValue handler = arguments.arg(2);
    try {
      return LuaValue.varargsOf(LuaValue.TRUE, function.invoke(arguments.subargs(3)));
    } catch (RuntimeException error) {
      LuaValue message = Sandbox.message(error);
      try {
        return LuaValue.varargsOf(LuaValue.FALSE, handler.invoke(message));
      } catch (RuntimeException second) {
        return LuaValue.varargsOf(LuaValue.FALSE, Sandbox.message(second));
      }
    }
  }

  private Varargs print(Varargs arguments) {
    StringBuilder line = new StringBuilder();
    LuaValue tostring = sandbox.globals().get("tostring");
    for (int i = 1; i <= arguments.narg(); i++) {
      LuaString text = Numbers.string(tostring.call(arguments.arg(i)));
      if (text == null) {
        throw new LuaError("'tostring' must return a string to 'print'");
      }
      sandbox.charge(text.m_length * 2L);
      line.append(i > 1 ? "\t" : "").append(Numbers.text(text));
    }
    sandbox.spend(100 + line.length());
    sandbox.surroundings().print(line.toString());
    return LuaValue.NONE;
  }

  private Varargs rawset(Varargs arguments) {
    sandbox.charge(48);
    LuaTable table = table(arguments, 1);
    table.rawset(arguments.arg(2).checknotnil(), arguments.arg(3));
    return table;
  }

  private static Varargs select(Varargs arguments) {
    int count = arguments.narg() - 1;
    if (arguments.arg1() instanceof LuaString string && string.tojstring().equals("#")) {
      return LuaValue.valueOf(count);
    }
    int from = Arguments.integer(arguments, 1);
    if (from < 0) {
      from = count + from + 1;
    }
    if (from < 1) {
      throw new LuaError("bad argument #1 to 'select' (index out of range)");
    }
    return from > count ? LuaValue.NONE : arguments.subargs(from + 1);
  }

  private static Varargs tonumber(Varargs arguments) {
    LuaValue value = arguments.checkvalue(1);
    int base = Arguments.integer(arguments, 2, 10);
    if (base == 10) {
      return value.tonumber();
    }
    if (base < 2 || base > 36) {
      throw new LuaError("bad argument #2 to 'tonumber' (base out of range)");
    }
    String digits = Arguments.string(arguments, 1).tojstring().strip();
    if (base == 16 && (digits.startsWith("0x") || digits.startsWith("0X"))) {
      digits = digits.substring(2);
    }
    double number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(i), base);
      if (digit < 0) {
        return LuaValue.NIL;
      }
      number = number * base + digit;
    }
    return digits.isEmpty() ? LuaValue.NIL : LuaValue.valueOf(number);
  }

  private Varargs getfenv(Varargs arguments) {
    LuaClosure closure = closure(arguments, 1);
    int env = closure == null ? -1 : environment(closure.p);
    return env < 0 ? sandbox.globals() : closure.upValues[env].getValue();
  }

  private Varargs setfenv(Varargs arguments) {
    LuaTable environment = table(arguments, 2);
    LuaClosure closure = closure(arguments, 1);
    if (closure == null) {
      throw new LuaError("'setfenv' cannot change environment of given object");
    }
    setEnvironment(closure, environment);
    return closure;
  }

  /** Gives a closure, and those that it makes from now on, another environment. */
  static void setEnvironment(LuaClosure closure, LuaTable environment) {
    int env = environment(closure.p);
    if (env >= 0) {
      closure.upValues[env] = new UpValue(new LuaValue[] {environment}, 0);
    }
  }

  /** The closure that an argument names, itself or by its level of call; null for none. */
  private LuaClosure closure(Varargs arguments, int i) {
    LuaValue which = arguments.arg(i);
    if (which instanceof LuaClosure closure) {
      return closure;
    }
    if (which.isfunction()) {
      return null;
    }
    int level = Arguments.integer(arguments, i, 1);
    if (level == 0) {
      return null;
    }
    Frames.Frame frame = sandbox.frames().level(level);
    if (frame == null) {
      throw new LuaError("bad argument #1 (invalid level)");
    }
    return frame.closure;
  }

  private static int environment(Prototype prototype) {
    for (int i = 0; i < prototype.upvalues.length; i++) {
      if (ENV.equals(prototype.upvalues[i].name)) {
        return i;
      }
    }
    return -1;
  }
}
