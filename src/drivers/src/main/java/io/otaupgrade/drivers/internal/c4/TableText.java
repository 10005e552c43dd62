package io.otaupgrade.drivers.internal.c4;

import io.otaupgrade.drivers.internal.lua.Numbers;
import io.otaupgrade.drivers.internal.lua.Sandbox;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Values of a script as JSON. A table whose keys are 1 to n is an array, and an empty one too;
 * another one is an object. Octets pass as they are, so that text in UTF-8 stays what it is.
 */
final class TableText {
  private static final int DEEPEST = 100;
  private static final LuaString PAIRS = LuaValue.valueOf("\u0001pairs");

  private final Sandbox sandbox;

  /** Whether it is for our own eyes: octets above 0x7F are escaped, and keys of any type kept. */
  private final boolean exact;

  TableText(Sandbox sandbox, boolean exact) {
    this.sandbox = sandbox;
    this.exact = exact;
  }

  // To text.

  byte[] encode(LuaValue value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(value, out, 0);
    return out.toByteArray();
  }

  private void write(LuaValue value, ByteArrayOutputStream out, int depth) {
    sandbox.spend(5);
    sandbox.charge(8);
    switch (value.type()) {
      case LuaValue.TNIL -> ascii(out, "null");
      case LuaValue.TBOOLEAN -> ascii(out, value.toboolean() ? "true" : "false");
      case LuaValue.TNUMBER -> {
        double number = value.todouble();
        if (Double.isNaN(number) || Double.isInfinite(number)) {
          throw new LuaError("JSON has no number " + number);
        }
        ascii(
            out,
            exact && number != Math.rint(number)
                ? Double.toString(number)
                : number == Math.rint(number) && Math.abs(number) < 1e15
                    ? Long.toString((long) number)
                    : exact ? Double.toString(number) : Numbers.text(number));
      }
      case LuaValue.TSTRING -> string(value.checkstring(), out);
      case LuaValue.TTABLE -> {
        if (depth >= DEEPEST) {
          throw new LuaError("tables nested more than " + DEEPEST + " deep");
        }
        table(value.checktable(), out, depth + 1);
      }
      default -> {
        if (!exact) {
          throw new LuaError("a " + value.typename() + " has no JSON");
        }
        ascii(out, "null");
      }
    }
  }

  private void table(LuaTable table, ByteArrayOutputStream out, int depth) {
    int length = table.rawlen();
    int count = 0;
    boolean strings = true;
    for (LuaValue key = table.next(LuaValue.NIL).arg1();
        !key.isnil();
        key = table.next(key).arg1()) {
      sandbox.spend(1);
      count++;
      strings &= key.type() == LuaValue.TSTRING;
    }
    if (count == length) {
      out.write('[');
      for (int i = 1; i <= length; i++) {
        if (i > 1) {
          out.write(',');
        }
        write(table.rawget(i), out, depth);
      }
      out.write(']');
    } else if (exact && !strings) {
      pairs(table, out, depth);
    } else {
      object(table, out, depth);
    }
  }

  private void object(LuaTable table, ByteArrayOutputStream out, int depth) {
    out.write('{');
    entries(
        table,
        out,
        (key, value) -> {
          if (!key.isstring()) {
            throw new LuaError("a key that is a " + key.typename() + " has no JSON");
          }
          string(Numbers.string(key), out);
          out.write(':');
          write(value, out, depth);
        });
    out.write('}');
  }

  /** What JSON has no object for. */
  private void pairs(LuaTable table, ByteArrayOutputStream out, int depth) {
    out.write('{');
    string(PAIRS, out);
    ascii(out, ":[");
    entries(
        table,
        out,
        (key, value) -> {
          out.write('[');
          write(key, out, depth);
          out.write(',');
          write(value, out, depth);
          out.write(']');
        });
    ascii(out, "]}");
  }

  /** All entries of a table, with commas between them. */
  private static void entries(
      LuaTable table, ByteArrayOutputStream out, BiConsumer<LuaValue, LuaValue> entry) {
    boolean first = true;
    Varargs next = table.next(LuaValue.NIL);
    while (!next.arg1().isnil()) {
      if (!first) {
        out.write(',');
      }
      first = false;
      entry.accept(next.arg1(), next.arg(2));
      next = table.next(next.arg1());
    }
  }

  private void string(LuaString string, ByteArrayOutputStream out) {
    sandbox.spend(string.m_length / 4);
    sandbox.charge(string.m_length * 2L);
    out.write('"');
    for (int i = 0; i < string.m_length; i++) {
      int c = string.luaByte(i);
      switch (c) {
        case '"', '\\' -> {
          out.write('\\');
          out.write(c);
        }
        case '\n' -> ascii(out, "\\n");
        case '\r' -> ascii(out, "\\r");
        case '\t' -> ascii(out, "\\t");
        default -> {
          if (c < ' ' || c == 127 || (exact && c > 127)) {
            ascii(out, "\\u00" + Character.forDigit(c >> 4, 16) + Character.forDigit(c & 15, 16));
          } else {
            out.write(c);
          }
        }
      }
    }
    out.write('"');
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  // From text.

  /** Reads a value; throws a {@link LuaError} that says where it is wrong. */
  LuaValue decode(byte[] text) {
    Reader reader = new Reader(text);
    LuaValue value = reader.value(0);
    reader.space();
    if (reader.at < text.length) {
      throw reader.wrong("more than one value");
    }
    return value;
  }

  private final class Reader {
    private final byte[] text;
    private int at;

    Reader(byte[] text) {
      this.text = text;
    }

    LuaError wrong(String what) {
      return new LuaError("JSON: " + what + " at octet " + (at + 1));
    }

    void space() {
      while (at < text.length
          && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
        at++;
      }
    }

    LuaValue value(int depth) {
      sandbox.spend(5);
      if (depth > DEEPEST) {
        throw wrong("nested more than " + DEEPEST + " deep");
      }
      space();
      if (at >= text.length) {
        throw wrong("ends too early");
      }
      return switch (text[at]) {
        case '{' -> object(depth);
        case '[' -> array(depth);
        case '"' -> string();
        case 't' -> word("true", LuaValue.TRUE);
        case 'f' -> word("false", LuaValue.FALSE);
        case 'n' -> word("null", LuaValue.NIL);
        default -> number();
      };
    }

    private LuaValue word(String word, LuaValue value) {
      for (int i = 0; i < word.length(); i++) {
        if (at >= text.length || text[at] != word.charAt(i)) {
          throw wrong("unknown word");
        }
        at++;
      }
      return value;
    }

    private LuaValue number() {
      int from = at;
      while (at < text.length
          && (isDigit(text[at])
              || text[at] == '-'
              || text[at] == '+'
              || text[at] == '.'
              || text[at] == 'e'
              || text[at] == 'E')) {
        at++;
      }
      String digits = new String(text, from, at - from, StandardCharsets.ISO_8859_1);
      if (!digits.matches("-?[0-9]{1,400}(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?")) {
        throw wrong("no value");
      }
      return LuaValue.valueOf(Double.parseDouble(digits));
    }

    private boolean isDigit(int c) {
      return c >= '0' && c <= '9';
    }

    private LuaValue array(int depth) {
      at++;
      sandbox.charge(64);
      LuaTable table = new LuaTable();
      int i = 0;
      space();
      if (take(']')) {
        return table;
      }
      while (true) {
        sandbox.charge(24);
        table.rawset(++i, value(depth + 1));
        space();
        if (take(']')) {
          return table;
        }
        if (!take(',')) {
          throw wrong("',' or ']' expected");
        }
      }
    }

    private LuaValue object(int depth) {
      at++;
      sandbox.charge(64);
      LuaTable table = new LuaTable();
      space();
      if (take('}')) {
        return table;
      }
      while (true) {
        space();
        if (at >= text.length || text[at] != '"') {
          throw wrong("a key expected");
        }
        LuaValue key = string();
        space();
        if (!take(':')) {
          throw wrong("':' expected");
        }
        LuaValue value = value(depth + 1);
        if (exact && key.eq_b(PAIRS) && value.istable()) {
          fromPairs(table, value.checktable());
        } else {
          sandbox.charge(48);
          table.rawset(key, value);
        }
        space();
        if (take('}')) {
          return table;
        }
        if (!take(',')) {
          throw wrong("',' or '}' expected");
        }
      }
    }

    private void fromPairs(LuaTable table, LuaTable pairs) {
      for (int i = 1; i <= pairs.rawlen(); i++) {
        LuaValue pair = pairs.rawget(i);
        if (pair.istable() && !pair.checktable().rawget(1).isnil()) {
          table.rawset(pair.checktable().rawget(1), pair.checktable().rawget(2));
        }
      }
    }

    private boolean take(int c) {
      if (at < text.length && text[at] == c) {
        at++;
        return true;
      }
      return false;
    }

    private LuaValue string() {
      at++;
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      while (at < text.length && text[at] != '"') {
        int c = text[at++] & 0xff;
        if (c != '\\') {
          octets.write(c);
          continue;
        }
        if (at >= text.length) {
          break;
        }
        int escaped = text[at++];
        switch (escaped) {
          case 'n' -> octets.write('\n');
          case 'r' -> octets.write('\r');
          case 't' -> octets.write('\t');
          case 'b' -> octets.write('\b');
          case 'f' -> octets.write('\f');
          case 'u' -> unicode(octets);
          default -> octets.write(escaped);
        }
      }
      if (at >= text.length) {
        throw wrong("a string without an end");
      }
      at++;
      sandbox.spend(octets.size() / 4);
      return sandbox.string(octets.toByteArray());
    }

    private void unicode(ByteArrayOutputStream octets) {
      int c = four();
      if (exact) {
        octets.write(c);
        return;
      }
      if (Character.isHighSurrogate((char) c)
          && at + 1 < text.length
          && text[at] == '\\'
          && text[at + 1] == 'u') {
        at += 2;
        int low = four();
        if (Character.isLowSurrogate((char) low)) {
          c = Character.toCodePoint((char) c, (char) low);
        }
      }
      octets.writeBytes(new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8));
    }

    private int four() {
      int value = 0;
      for (int i = 0; i < 4; i++) {
        int digit = at < text.length ? Character.digit(text[at++], 16) : -1;
        if (digit < 0) {
          throw wrong("four hexadecimal digits expected");
        }
        value = value << 4 | digit;
      }
      return value;
    }
  }
}
