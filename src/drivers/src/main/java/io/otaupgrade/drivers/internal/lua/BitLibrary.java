package io.otaupgrade.drivers.internal.lua;

import java.util.function.IntBinaryOperator;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code bit}: 32-bit operations with signed results. */
final class BitLibrary {
  private final Sandbox sandbox;

  BitLibrary(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  LuaTable install() {
    LuaTable library = new LuaTable();
    sandbox.define(library, "tobit", arguments -> LuaValue.valueOf(bits(arguments, 1)));
    sandbox.define(library, "bnot", arguments -> LuaValue.valueOf(~bits(arguments, 1)));
    fold(library, "band", (a, b) -> a & b);
    fold(library, "bor", (a, b) -> a | b);
    fold(library, "bxor", (a, b) -> a ^ b);
    shift(library, "lshift", (a, n) -> a << n);
    shift(library, "rshift", (a, n) -> a >>> n);
    shift(library, "arshift", (a, n) -> a >> n);
    shift(library, "rol", Integer::rotateLeft);
    shift(library, "ror", Integer::rotateRight);
    sandbox.define(
        library, "bswap", arguments -> LuaValue.valueOf(Integer.reverseBytes(bits(arguments, 1))));
    sandbox.define(library, "tohex", BitLibrary::tohex);
    sandbox.globals().rawset("bit", library);
    return library;
  }

  /** The low 32 bits of a number of any size that doubles hold exactly. */
  static int bits(Varargs arguments, int i) {
    return (int) (long) Math.rint(Arguments.number(arguments, i));
  }

  private void fold(LuaTable library, String name, IntBinaryOperator operator) {
    sandbox.define(
        library,
        name,
        arguments -> {
          int result = bits(arguments, 1);
          for (int i = 2; i <= arguments.narg(); i++) {
            result = operator.applyAsInt(result, bits(arguments, i));
          }
          return LuaValue.valueOf(result);
        });
  }

  private void shift(LuaTable library, String name, IntBinaryOperator operator) {
    sandbox.define(
        library,
        name,
        arguments ->
            LuaValue.valueOf(operator.applyAsInt(bits(arguments, 1), bits(arguments, 2) & 31)));
  }

  private static Varargs tohex(Varargs arguments) {
    String digits = "%08x".formatted(bits(arguments, 1));
    int count = Arguments.integer(arguments, 2, 8);
    if (count < 0) {
      digits = digits.toUpperCase(java.util.Locale.ROOT);
    }
    return LuaValue.valueOf(digits.substring(8 - Math.min(8, Math.abs(count))));
  }
}
