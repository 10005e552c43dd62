package io.otaupgrade.drivers.internal.lua;

import java.util.Locale;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/**
 * The library {@code string} of Lua 5.1; {@code pack} and {@code unpack} are in {@link Packing}.
 */
final class StringLibrary {
  private static final int MOST_VALUES = 7000;

  private final Sandbox sandbox;

  StringLibrary(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  LuaTable install() {
    LuaTable library = new LuaTable();
    sandbox.define(library, "byte", this::octets);
    sandbox.define(library, "char", this::fromOctets);
    sandbox.define(library, "find", arguments -> find(arguments, true));
    sandbox.define(library, "match", arguments -> find(arguments, false));
    sandbox.define(library, "gmatch", this::gmatch);
    sandbox.define(library, "gfind", this::gmatch);
    sandbox.define(library, "gsub", this::gsub);
    sandbox.define(library, "format", this::format);
    sandbox.define(
        library, "len", arguments -> LuaValue.valueOf(Arguments.string(arguments, 1).m_length));
    sandbox.define(library, "lower", arguments -> cased(arguments, 'A', 'Z'));
    sandbox.define(library, "upper", arguments -> cased(arguments, 'a', 'z'));
    sandbox.define(library, "rep", this::rep);
    sandbox.define(library, "reverse", this::reverse);
    sandbox.define(library, "sub", this::sub);
    Packing packing = new Packing(sandbox);
    sandbox.define(library, "pack", packing::pack);
    sandbox.define(library, "unpack", packing::unpack);
    sandbox.globals().rawset("string", library);
    return library;
  }

  private static int offset(int position, int length) {
    return position >= 0 ? position : Math.max(0, length + position + 1);
  }

  private Varargs octets(Varargs arguments) {
    LuaString string = Arguments.string(arguments, 1);
    int first = offset(Arguments.integer(arguments, 2, 1), string.m_length);
    int last = offset(Arguments.integer(arguments, 3, first), string.m_length);
    first = Math.max(1, first);
    last = Math.min(last, string.m_length);
    if (first > last) {
      return LuaValue.NONE;
    }
    if (last - first >= MOST_VALUES) {
      throw new LuaError("string slice too long");
    }
    sandbox.spend(last - first);
    LuaValue[] values = new LuaValue[last - first + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = LuaValue.valueOf(string.luaByte(first - 1 + i));
    }
    return LuaValue.varargsOf(values);
  }

  private Varargs fromOctets(Varargs arguments) {
    byte[] octets = new byte[arguments.narg()];
    for (int i = 0; i < octets.length; i++) {
      int octet = Arguments.integer(arguments, i + 1);
      if (octet < 0 || octet > 255) {
        throw new LuaError("bad argument #" + (i + 1) + " to 'char' (invalid value)");
      }
      octets[i] = (byte) octet;
    }
    sandbox.spend(octets.length);
    return sandbox.string(octets);
  }

  private Varargs cased(Varargs arguments, int from, int to) {
    byte[] octets = copy(Arguments.string(arguments, 1));
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] >= from && octets[i] <= to) {
        octets[i] = (byte) (octets[i] ^ 0x20);
      }
    }
    return LuaString.valueUsing(octets);
  }

  /** Its octets, charged. */
  private byte[] copy(LuaString string) {
    sandbox.spend(string.m_length / 8);
    sandbox.charge(string.m_length + 48L);
    return BaseLibrary.bytes(string);
  }

  private Varargs rep(Varargs arguments) {
    LuaString string = Arguments.string(arguments, 1);
    int times = Arguments.integer(arguments, 2);
    if (times <= 0 || string.m_length == 0) {
      return LuaValue.EMPTYSTRING;
    }
    long length = (long) times * string.m_length;
    sandbox.charge(length + 48);
    sandbox.spend(length / 16);
    byte[] octets = new byte[Math.toIntExact(length)];
    System.arraycopy(string.m_bytes, string.m_offset, octets, 0, string.m_length);
    for (int filled = string.m_length; filled < octets.length; filled *= 2) {
      System.arraycopy(octets, 0, octets, filled, Math.min(filled, octets.length - filled));
    }
    return LuaString.valueUsing(octets);
  }

  private Varargs reverse(Varargs arguments) {
    byte[] octets = copy(Arguments.string(arguments, 1));
    for (int i = 0, k = octets.length - 1; i < k; i++, k--) {
      byte swap = octets[i];
      octets[i] = octets[k];
      octets[k] = swap;
    }
    return LuaString.valueUsing(octets);
  }

  private Varargs sub(Varargs arguments) {
    LuaString string = Arguments.string(arguments, 1);
    int first = Math.max(1, offset(Arguments.integer(arguments, 2, 1), string.m_length));
    int last =
        Math.min(string.m_length, offset(Arguments.integer(arguments, 3, -1), string.m_length));
    if (first > last) {
      return LuaValue.EMPTYSTRING;
    }
    if (first == 1 && last == string.m_length) {
      return string;
    }
    sandbox.spend((last - first) / 16);
    sandbox.charge(last - first + 49L);
    return LuaString.valueOf(string.m_bytes, string.m_offset + first - 1, last - first + 1);
  }

  private Varargs find(Varargs arguments, boolean positions) {
    LuaString string = Arguments.string(arguments, 1);
    LuaString pattern = Arguments.string(arguments, 2);
    int from = offset(Arguments.integer(arguments, 3, 1), string.m_length) - 1;
    from = Math.max(0, Math.min(from, string.m_length));
    if (positions && (arguments.arg(4).toboolean() || plain(pattern))) {
      int at = indexOf(string, pattern, from);
      return at < 0
          ? LuaValue.NIL
          : LuaValue.varargsOf(LuaValue.valueOf(at + 1), LuaValue.valueOf(at + pattern.m_length));
    }
    PatternMatch match = new PatternMatch(sandbox, string, pattern);
    boolean anchored = anchored(pattern);
    int begin = pattern.m_offset + (anchored ? 1 : 0);
    for (int at = from; at <= string.m_length; at++) {
      int after = match.at(at, begin);
      if (after >= 0) {
        return positions
            ? LuaValue.varargsOf(
                LuaValue.valueOf(at + 1), LuaValue.valueOf(after), match.captures(at, after, false))
            : match.captures(at, after, true);
      }
      if (anchored) {
        break;
      }
    }
    return LuaValue.NIL;
  }

  private static boolean anchored(LuaString pattern) {
    return pattern.m_length > 0 && pattern.m_bytes[pattern.m_offset] == '^';
  }

  private static boolean plain(LuaString pattern) {
    for (int i = 0; i < pattern.m_length; i++) {
      if ("^$*+?.([%-".indexOf(pattern.luaByte(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private int indexOf(LuaString string, LuaString wanted, int from) {
    for (int at = from; at + wanted.m_length <= string.m_length; at++) {
      int same = 0;
      while (same < wanted.m_length
          && string.m_bytes[string.m_offset + at + same]
              == wanted.m_bytes[wanted.m_offset + same]) {
        same++;
      }
      sandbox.spend(1 + same / 8);
      if (same == wanted.m_length) {
        return at;
      }
    }
    return -1;
  }

  private Varargs gmatch(Varargs arguments) {
    LuaString string = Arguments.string(arguments, 1);
    LuaString pattern = Arguments.string(arguments, 2);
    sandbox.charge(400);
    return new Matches(string, pattern);
  }

  private Varargs gsub(Varargs arguments) {
    LuaString string = Arguments.string(arguments, 1);
    LuaString pattern = Arguments.string(arguments, 2);
    LuaValue by = arguments.arg(3);
    LuaString text = Numbers.string(by);
    if (text == null && !by.istable() && !by.isfunction()) {
      throw Arguments.wrong(arguments, 3, "string/function/table");
    }
    int most = Arguments.integer(arguments, 4, Integer.MAX_VALUE);
    boolean anchored = anchored(pattern);
    int begin = pattern.m_offset + (anchored ? 1 : 0);
    PatternMatch match = new PatternMatch(sandbox, string, pattern);
    Octets result = new Octets(sandbox);
    int at = 0;
    int count = 0;
    while (count < most) {
      int after = match.at(at, begin);
      if (after >= 0) {
        count++;
        if (text != null) {
          replace(result, match, at, after, text);
        } else {
          LuaValue value =
              by.istable()
                  ? by.get(match.capture(0, at, after))
                  : by.invoke(match.captures(at, after, true)).arg1();
          if (!value.toboolean()) {
            result.add(string.m_bytes, string.m_offset + at, after - at);
          } else {
            LuaString replacement = Numbers.string(value);
            if (replacement == null) {
              throw new LuaError("invalid replacement value (a " + value.typename() + ")");
            }
            result.add(replacement);
          }
        }
      }
      if (after > at) {
        at = after;
      } else if (at < string.m_length) {
        result.add(string.luaByte(at++));
      } else {
        break;
      }
      if (anchored) {
        break;
      }
    }
    if (at < string.m_length) {
      result.add(string.m_bytes, string.m_offset + at, string.m_length - at);
    }
    return LuaValue.varargsOf(result.string(), LuaValue.valueOf(count));
  }

  private static void replace(
      Octets result, PatternMatch match, int at, int after, LuaString text) {
    for (int i = 0; i < text.m_length; i++) {
      int c = text.luaByte(i);
      if (c != '%' || i + 1 >= text.m_length) {
        result.add(c);
        continue;
      }
      c = text.luaByte(++i);
      if (c < '0' || c > '9') {
        result.add(c);
      } else {
        // %0 and, without captures, %1 are all of the match
        LuaValue capture = c == '0' ? match.whole(at, after) : match.capture(c - '1', at, after);
        result.add(Numbers.string(capture));
      }
    }
  }

  private Varargs format(Varargs arguments) {
    LuaString format = Arguments.string(arguments, 1);
    Octets result = new Octets(sandbox);
    int argument = 1;
    for (int i = 0; i < format.m_length; i++) {
      int c = format.luaByte(i);
      if (c != '%') {
        result.add(c);
        continue;
      }
      if (++i >= format.m_length) {
        throw new LuaError("invalid option '%' to 'format'");
      }
      if (format.luaByte(i) == '%') {
        result.add('%');
        continue;
      }
      Conversion conversion = new Conversion(format, i);
      i = conversion.end;
      conversion.apply(arguments, ++argument, result);
    }
    return result.string();
  }

  /** One conversion of {@code format}. */
  private final class Conversion {
    final int end;
    private final char letter;
    private final String flags;
    private final int width;
    private final int precision;

    Conversion(LuaString format, int from) {
      int i = from;
      StringBuilder seen = new StringBuilder();
      while (i < format.m_length && "-+ #0".indexOf(format.luaByte(i)) >= 0) {
        seen.append((char) format.luaByte(i++));
      }
      flags = seen.toString();
      int[] number = new int[1];
      i = number(format, i, number);
      width = Math.max(0, number[0]);
      if (i < format.m_length && format.luaByte(i) == '.') {
        i = number(format, i + 1, number);
        precision = Math.max(0, number[0]);
      } else {
        precision = -1;
      }
      if (i >= format.m_length || flags.length() > 5) {
        throw new LuaError("invalid format (repeated flags or too long)");
      }
      letter = (char) format.luaByte(i);
      end = i;
    }

    private int number(LuaString format, int from, int[] number) {
      int i = from;
      number[0] = -1;
      while (i < format.m_length && format.luaByte(i) >= '0' && format.luaByte(i) <= '9') {
        if (i - from >= 2) {
          throw new LuaError("invalid format (width or precision too long)");
        }
        number[0] = Math.max(0, number[0]) * 10 + format.luaByte(i++) - '0';
      }
      return i;
    }

    void apply(Varargs arguments, int n, Octets result) {
      switch (letter) {
        case 'c' -> pad(result, String.valueOf((char) (Arguments.integer(arguments, n) & 0xff)));
        case 'd', 'i' -> {
          long value = (long) Arguments.number(arguments, n);
          String digits = digits(Long.toString(value).replace("-", ""));
          padNumber(result, value < 0 ? "-" : plus(), digits, precision < 0);
        }
        case 'u', 'x', 'X', 'o' -> unsigned((long) Arguments.number(arguments, n), result);
        case 'e', 'E', 'f', 'g', 'G' -> real(Arguments.number(arguments, n), result);
        case 'q' -> quoted(Arguments.string(arguments, n), result);
        case 's' -> {
          LuaString string = new BaseLibrary(sandbox).tostring(arguments.checkvalue(n));
          int length = precision < 0 ? string.m_length : Math.min(precision, string.m_length);
          int fill = Math.max(0, width - length);
          if (flags.indexOf('-') < 0) {
            result.add(" ".repeat(fill));
          }
          result.add(string.m_bytes, string.m_offset, length);
          if (flags.indexOf('-') >= 0) {
            result.add(" ".repeat(fill));
          }
        }
        default -> throw new LuaError("invalid option '%" + letter + "' to 'format'");
      }
    }

    private String plus() {
      return flags.indexOf('+') >= 0 ? "+" : flags.indexOf(' ') >= 0 ? " " : "";
    }

    private String digits(String digits) {
      return precision > digits.length()
          ? "0".repeat(precision - digits.length()) + digits
          : digits;
    }

    private void unsigned(long value, Octets result) {
      boolean alternative = flags.indexOf('#') >= 0 && value != 0;
      String digits =
          switch (letter) {
            case 'u' -> Long.toUnsignedString(value);
            case 'o' -> (alternative ? "0" : "") + Long.toOctalString(value);
            case 'x' -> Long.toHexString(value);
            default -> Long.toHexString(value).toUpperCase(Locale.ROOT);
          };
      String prefix = alternative && letter != 'o' && letter != 'u' ? "0" + letter : "";
      padNumber(result, prefix, digits(digits), precision < 0);
    }

    private void real(double value, Octets result) {
      int digits = precision < 0 ? 6 : precision;
      String text =
          switch (letter) {
            case 'e' -> Numbers.scientific(value, digits);
            case 'E' -> Numbers.scientific(value, digits).toUpperCase(Locale.ROOT);
            case 'f' -> Numbers.fixed(value, digits);
            default -> Numbers.general(value, digits, flags.indexOf('#') >= 0, letter == 'G');
          };
      boolean negative = text.startsWith("-");
      boolean finite = Double.isFinite(value);
      padNumber(result, negative ? "-" : plus(), negative ? text.substring(1) : text, finite);
    }

    private void padNumber(Octets result, String sign, String digits, boolean zeros) {
      int fill = width - sign.length() - digits.length();
      if (fill > 0 && zeros && flags.indexOf('0') >= 0 && flags.indexOf('-') < 0) {
        result.add(sign + "0".repeat(fill) + digits);
      } else {
        pad(result, sign + digits);
      }
    }

    private void pad(Octets result, String text) {
      String fill = " ".repeat(Math.max(0, width - text.length()));
      result.add(flags.indexOf('-') >= 0 ? text + fill : fill + text);
    }
  }

  private static void quoted(LuaString string, Octets result) {
    result.add('"');
    for (int i = 0; i < string.m_length; i++) {
      int c = string.luaByte(i);
      switch (c) {
        case '"', '\\', '\n' -> {
          result.add('\\');
          result.add(c);
        }
        case '\r' -> result.add("\\r");
        case 0 -> result.add("\\000");
        default -> result.add(c);
      }
    }
    result.add('"');
  }

  /** What {@code gmatch} gives. */
  private final class Matches extends VarArgFunction implements Census.Holder {
    private final LuaString string;
    private final LuaString pattern;
    private final PatternMatch match;
    private int at;

    Matches(LuaString string, LuaString pattern) {
      this.string = string;
      this.pattern = pattern;
      this.match = new PatternMatch(sandbox, string, pattern);
    }

    @Override
    public Varargs invoke(Varargs ignored) {
      sandbox.spend(4);
      for (; at <= string.m_length; at++) {
        int after = match.at(at, pattern.m_offset);
        if (after >= 0) {
          int from = at;
          at = after == at ? after + 1 : after;
          return match.captures(from, after, true);
        }
      }
      return LuaValue.NIL;
    }

    @Override
    public void visit(Census census) {
      census.add(string);
      census.add(pattern);
      census.add(320);
    }
  }
}
