package io.otaupgrade.drivers.internal.lua;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Numbers as Lua 5.1 writes them, with {@code %.14g}. */
public final class Numbers {

  /** The text of a string or number, or what stands for another value. */
  public static String text(LuaValue value) {
    if (value instanceof LuaString string) {
      // the engine's own conversion knows no characters beyond the first plane
      return new String(string.m_bytes, string.m_offset, string.m_length, StandardCharsets.UTF_8);
    }
    return value instanceof LuaDouble number ? text(number.todouble()) : value.tojstring();
  }

  /** A string argument: a string, or a number as text. Null when it is neither. */
  public static LuaString string(LuaValue value) {
    if (value instanceof LuaString string) {
      return string;
    }
    if (value.type() == LuaValue.TNUMBER) {
      return LuaValue.valueOf(text(value));
    }
    return null;
  }

  public static String text(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e14) {
      long whole = (long) value;
      return whole == 0 && 1 / value < 0 ? "-0" : Long.toString(whole);
    }
    return general(value, 14, false, false);
  }

  /** {@code %e} of C. */
  static String scientific(double value, int precision) {
    if (special(value) != null) {
      return special(value);
    }
    BigDecimal decimal = new BigDecimal(Math.abs(value));
    int exponent = 0;
    if (decimal.signum() != 0) {
      decimal = decimal.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
      exponent = decimal.precision() - decimal.scale() - 1;
    }
    String digits =
        decimal.movePointLeft(exponent).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    return sign(value) + digits + exponent(exponent);
  }

  /** {@code %f} of C. */
  static String fixed(double value, int precision) {
    if (special(value) != null) {
      return special(value);
    }
    return sign(value)
        + new BigDecimal(Math.abs(value))
            .setScale(precision, RoundingMode.HALF_EVEN)
            .toPlainString();
  }

  /**
   * {@code %g} of C.
   *
   * @param alternative whether trailing zeros stay
   */
  static String general(double value, int significant, boolean alternative, boolean upper) {
    if (special(value) != null) {
      return special(value);
    }
    int precision = Math.max(1, significant);
    if (value == 0) {
      return sign(value) + "0";
    }
    BigDecimal decimal =
        new BigDecimal(Math.abs(value)).round(new MathContext(precision, RoundingMode.HALF_EVEN));
    int exponent = decimal.precision() - decimal.scale() - 1;
    String text;
    if (exponent < -4 || exponent >= precision) {
      String digits =
          decimal
              .movePointLeft(exponent)
              .setScale(precision - 1, RoundingMode.HALF_EVEN)
              .toPlainString();
      text = (alternative ? digits : trimmed(digits)) + exponent(exponent);
    } else {
      String digits =
          decimal.setScale(precision - 1 - exponent, RoundingMode.HALF_EVEN).toPlainString();
      text = alternative ? digits : trimmed(digits);
    }
    return sign(value) + (upper ? text.toUpperCase(Locale.ROOT) : text);
  }

  private static String trimmed(String digits) {
    if (digits.indexOf('.') < 0) {
      return digits;
    }
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private static String exponent(int exponent) {
    int size = Math.abs(exponent);
    return (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
  }

  private static String sign(double value) {
    return value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
  }

  private static String special(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value < 0 ? "-inf" : "inf";
    }
    return null;
  }

  private Numbers() {}
}
