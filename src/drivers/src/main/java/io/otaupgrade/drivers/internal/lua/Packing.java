package io.otaupgrade.drivers.internal.lua;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code string.pack} and {@code string.unpack} as drivers know them: {@code unpack} gives the
 * position after what it read before the values, and ends early when the string does.
 *
 * <p>Letters: {@code b} unsigned octet, {@code c} signed; {@code h H} 16 bit, {@code i I l L} 32
 * bit, small letters signed; {@code f} float, {@code d n} double; {@code z} string that a zero
 * ends, {@code p P a} string after its length in 8, 16 or 32 bits, {@code A} the string itself.
 * {@code <} {@code >} {@code =} choose the order of octets for what follows. A number repeats what
 * is before it; after {@code A} it is the length.
 */
final class Packing {
  private static final int MOST_VALUES = 7000;

  private final Sandbox sandbox;

  Packing(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  Varargs pack(Varargs arguments) {
    Format format = new Format(Arguments.string(arguments, 1));
    Octets result = new Octets(sandbox);
    int argument = 2;
    while (format.next()) {
      int size = format.size();
      if (size == 0) {
        packString(format, Arguments.string(arguments, argument++), result);
        continue;
      }
      for (int i = 0; i < format.count(1); i++) {
        sandbox.spend(4);
        double value = Arguments.number(arguments, argument++);
        long bits =
            switch (format.letter) {
              case 'f' -> Float.floatToRawIntBits((float) value);
              case 'd', 'n' -> Double.doubleToRawLongBits(value);
              default -> (long) value;
            };
        put(result, bits, size, format.order);
      }
    }
    return result.string();
  }

  private static void packString(Format format, LuaString string, Octets result) {
    switch (format.letter) {
      case 'A' -> result.add(string);
      case 'z' -> {
        result.add(string);
        result.add(0);
      }
      default -> {
        int octets = format.lengthOctets();
        if (octets < 4 && string.m_length >= 1 << (8 * octets)) {
          throw new LuaError("string too long for its length in " + octets + " octets");
        }
        put(result, string.m_length, octets, format.order);
        result.add(string);
      }
    }
  }

  private static void put(Octets result, long bits, int size, ByteOrder order) {
    for (int i = 0; i < size; i++) {
      int shift = 8 * (order == ByteOrder.LITTLE_ENDIAN ? i : size - 1 - i);
      result.add((int) (bits >>> shift) & 0xff);
    }
  }

  Varargs unpack(Varargs arguments) {
    LuaString string = Arguments.string(arguments, 1);
    Format format = new Format(Arguments.string(arguments, 2));
    int at = Math.max(0, Arguments.integer(arguments, 3, 1) - 1);
    List<LuaValue> values = new ArrayList<>();
    values.add(LuaValue.NIL);
    reading:
    while (format.next()) {
      int size = format.size();
      int count = format.letter == 'A' ? 1 : format.count(1);
      for (int i = 0; i < count; i++) {
        sandbox.spend(4);
        if (values.size() > MOST_VALUES) {
          throw new LuaError("too many results to unpack");
        }
        if (size > 0) {
          if (string.m_length - at < size) {
            break reading;
          }
          values.add(number(format, get(string, at, size, format.order)));
          at += size;
          continue;
        }
        int length = length(format, string, at);
        if (length < 0) {
          break reading;
        }
        at += format.lengthOctets();
        sandbox.charge(length + 48L);
        values.add(LuaString.valueOf(string.m_bytes, string.m_offset + at, length));
        at += length + (format.letter == 'z' ? 1 : 0);
      }
    }
    values.set(0, LuaValue.valueOf(at + 1));
    return LuaValue.varargsOf(values.toArray(new LuaValue[0]));
  }

  /** How long the string there is; -1 when it is not all there. */
  private int length(Format format, LuaString string, int at) {
    int rest = string.m_length - at;
    if (format.letter == 'A') {
      return format.count(1) <= rest ? format.count(1) : -1;
    }
    if (format.letter == 'z') {
      for (int i = 0; i < rest; i++) {
        if (string.luaByte(at + i) == 0) {
          sandbox.spend(i / 8);
          return i;
        }
      }
      return -1;
    }
    int octets = format.lengthOctets();
    if (rest < octets) {
      return -1;
    }
    long length = get(string, at, octets, format.order);
    return length <= rest - octets ? (int) length : -1;
  }

  private static long get(LuaString string, int at, int size, ByteOrder order) {
    long bits = 0;
    for (int i = 0; i < size; i++) {
      int from = order == ByteOrder.LITTLE_ENDIAN ? size - 1 - i : i;
      bits = bits << 8 | string.luaByte(at + from);
    }
    return bits;
  }

  private static LuaValue number(Format format, long bits) {
    return switch (format.letter) {
      case 'f' -> LuaValue.valueOf(Float.intBitsToFloat((int) bits));
      case 'd', 'n' -> LuaValue.valueOf(Double.longBitsToDouble(bits));
      case 'c' -> LuaValue.valueOf((byte) bits);
      case 'h' -> LuaValue.valueOf((short) bits);
      case 'i', 'l' -> LuaValue.valueOf((int) bits);
      default -> LuaValue.valueOf((double) bits);
    };
  }

  /** Reads a format, letter by letter. */
  private static final class Format {
    private final LuaString text;
    private int at;
    private int count;
    char letter;
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    Format(LuaString text) {
      this.text = text;
    }

    boolean next() {
      while (at < text.m_length) {
        letter = (char) text.luaByte(at++);
        count = -1;
        while (at < text.m_length && text.luaByte(at) >= '0' && text.luaByte(at) <= '9') {
          count = Math.min(100_000_000, Math.max(0, count) * 10 + text.luaByte(at++) - '0');
        }
        switch (letter) {
          case '<', '=' -> order = ByteOrder.LITTLE_ENDIAN;
          case '>' -> order = ByteOrder.BIG_ENDIAN;
          case ' ', ',', '\t', '\n' -> {}
          default -> {
            return true;
          }
        }
      }
      return false;
    }

    int count(int otherwise) {
      return count < 0 ? otherwise : count;
    }

    /** Octets of a number; 0 for a string. */
    int size() {
      return switch (letter) {
        case 'b', 'c' -> 1;
        case 'h', 'H' -> 2;
        case 'i', 'I', 'l', 'L', 'f' -> 4;
        case 'd', 'n' -> 8;
        case 'z', 'p', 'P', 'a', 'A' -> 0;
        default -> throw new LuaError("bad code '" + letter + "' in format");
      };
    }

    int lengthOctets() {
      return switch (letter) {
        case 'p' -> 1;
        case 'P' -> 2;
        case 'a' -> 4;
        default -> 0;
      };
    }
  }
}
