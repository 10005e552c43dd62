package io.otaupgrade.drivers.internal.lua;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code table} of Lua 5.1. */
final class TableLibrary {
  private final Sandbox sandbox;

  TableLibrary(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  LuaTable install() {
    LuaTable library = new LuaTable();
    sandbox.define(library, "concat", this::concat);
    sandbox.define(library, "insert", this::insert);
    sandbox.define(library, "remove", this::remove);
    sandbox.define(library, "sort", this::sort);
    sandbox.define(
        library, "getn", arguments -> LuaValue.valueOf(BaseLibrary.table(arguments, 1).rawlen()));
    sandbox.define(library, "setn", arguments -> LuaValue.NONE);
    sandbox.define(library, "maxn", this::maxn);
    sandbox.define(library, "foreach", this::foreach);
    sandbox.define(library, "foreachi", this::foreachi);
    library.rawset("unpack", sandbox.globals().rawget("unpack"));
    sandbox.globals().rawset("table", library);
    return library;
  }

  private Varargs concat(Varargs arguments) {
    LuaTable table = BaseLibrary.table(arguments, 1);
    LuaString separator = Arguments.string(arguments, 2, LuaValue.EMPTYSTRING);
    int from = Arguments.integer(arguments, 3, 1);
    int to = arguments.isnoneornil(4) ? table.rawlen() : Arguments.integer(arguments, 4);
    Octets text = new Octets(sandbox);
    for (long i = from; i <= to; i++) {
      sandbox.spend(2);
      LuaString piece = Numbers.string(table.rawget((int) i));
      if (piece == null) {
        throw new LuaError(
            "invalid value (%s) at index %d in table for 'concat'"
                .formatted(table.rawget((int) i).typename(), i));
      }
      text.add(piece);
      if (i < to) {
        text.add(separator);
      }
    }
    return text.string();
  }

  private Varargs insert(Varargs arguments) {
    LuaTable table = BaseLibrary.table(arguments, 1);
    int size = table.rawlen();
    sandbox.charge(48);
    if (arguments.narg() == 2) {
      table.rawset(size + 1, arguments.arg(2));
      return LuaValue.NONE;
    }
    if (arguments.narg() != 3) {
      throw new LuaError("wrong number of arguments to 'insert'");
    }
    int at = Arguments.integer(arguments, 2);
    if (at > size) {
      table.rawset(at, arguments.arg(3));
      return LuaValue.NONE;
    }
    sandbox.spend(Math.max(0L, (long) size - at));
    for (int i = size; i >= at; i--) {
      table.rawset(i + 1, table.rawget(i));
    }
    table.rawset(at, arguments.arg(3));
    return LuaValue.NONE;
  }

  private Varargs remove(Varargs arguments) {
    LuaTable table = BaseLibrary.table(arguments, 1);
    int size = table.rawlen();
    int at = Arguments.integer(arguments, 2, size);
    if (size == 0 || at < 1 || at > size) {
      return LuaValue.NIL;
    }
    LuaValue removed = table.rawget(at);
    sandbox.spend((long) size - at);
    for (int i = at; i < size; i++) {
      table.rawset(i, table.rawget(i + 1));
    }
    table.rawset(size, LuaValue.NIL);
    return removed;
  }

  private Varargs maxn(Varargs arguments) {
    LuaTable table = BaseLibrary.table(arguments, 1);
    double most = 0;
    for (LuaValue key = table.next(LuaValue.NIL).arg1();
        !key.isnil();
        key = table.next(key).arg1()) {
      sandbox.spend(1);
      if (key.type() == LuaValue.TNUMBER) {
        most = Math.max(most, key.todouble());
      }
    }
    return LuaValue.valueOf(most);
  }

  private Varargs foreach(Varargs arguments) {
    LuaTable table = BaseLibrary.table(arguments, 1);
    LuaValue key = LuaValue.NIL;
    while (true) {
      Varargs entry = table.next(key);
      key = entry.arg1();
      if (key.isnil()) {
        return LuaValue.NONE;
      }
      sandbox.spend(1);
      LuaValue result = arguments.arg(2).call(key, entry.arg(2));
      if (!result.isnil()) {
        return result;
      }
    }
  }

  private Varargs foreachi(Varargs arguments) {
    LuaTable table = BaseLibrary.table(arguments, 1);
    for (int i = 1, n = table.rawlen(); i <= n; i++) {
      sandbox.spend(1);
      LuaValue result = arguments.arg(2).call(LuaValue.valueOf(i), table.rawget(i));
      if (!result.isnil()) {
        return result;
      }
    }
    return LuaValue.NONE;
  }

  /** By merging, so that an order that is none ends as soon as one that is. */
  private Varargs sort(Varargs arguments) {
    LuaTable table = BaseLibrary.table(arguments, 1);
    LuaValue order = arguments.arg(2);
    int size = table.rawlen();
    sandbox.charge(16L * size);
    LuaValue[] values = new LuaValue[size];
    for (int i = 0; i < size; i++) {
      values[i] = table.rawget(i + 1);
    }
    LuaValue[] other = values.clone();
    for (int width = 1; width > 0 && width < size; width *= 2) {
      for (int from = 0; from < size; from += 2 * width) {
        merge(values, other, from, Math.min(from + width, size), width, order);
      }
      LuaValue[] swap = values;
      values = other;
      other = swap;
    }
    for (int i = 0; i < size; i++) {
      table.rawset(i + 1, values[i]);
    }
    return LuaValue.NONE;
  }

  private void merge(
      LuaValue[] from, LuaValue[] to, int start, int middle, int width, LuaValue order) {
    int end = (int) Math.min((long) middle + width, from.length);
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      sandbox.spend(2);
      boolean takeRight = left >= middle || (right < end && before(order, from[right], from[left]));
      to[i] = takeRight ? from[right++] : from[left++];
    }
  }

  private static boolean before(LuaValue order, LuaValue a, LuaValue b) {
    return order.isnil() ? a.lt_b(b) : order.call(a, b).toboolean();
  }
}
