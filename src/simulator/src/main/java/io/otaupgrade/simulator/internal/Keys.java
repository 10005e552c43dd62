package io.otaupgrade.simulator.internal;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Typed access to a configuration, whose values may be numbers and booleans or, from a file, text.
 * What is wrong is refused with the key, the value and what is allowed.
 */
public final class Keys {

  private final Map<String, ?> values;

  /** The values of a configuration, absent ones left out. */
  public Keys(Map<String, ?> values) {
    this.values = values;
  }

  /** Text without blanks around it. */
  public String text(String key, String fallback) {
    Object value = values.get(key);
    if (value == null || value.toString().isBlank()) {
      return fallback;
    }
    return value.toString().strip();
  }

  /** True or false. */
  public boolean flag(String key, boolean fallback) {
    return switch (text(key, Boolean.toString(fallback)).toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(key, "true or false", values.get(key));
    };
  }

  /** A number as {@link #number} reads it. */
  public int integer(String key, int fallback, int minimum, int maximum) {
    return (int) number(key, fallback, minimum, maximum);
  }

  /** A decimal number, or a hexadecimal one with {@code 0x}. */
  public long number(String key, long fallback, long minimum, long maximum) {
    Object value = values.get(key);
    return value == null || value.toString().isBlank()
        ? fallback
        : number(key, value, minimum, maximum);
  }

  private static long number(String key, Object value, long minimum, long maximum) {
    try {
      long number = Long.decode(value.toString().strip());
      if (number >= minimum && number <= maximum) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw refused(key, "a number " + minimum + ".." + maximum, value, notANumber);
    }
    throw refused(key, minimum + ".." + maximum, value);
  }

  /** Several numbers: an array, a collection, or text with commas. */
  List<Integer> integers(String key, int minimum, int maximum) {
    Object value = values.get(key);
    List<Object> parts = new ArrayList<>();
    if (value instanceof Collection<?> collection) {
      parts.addAll(collection);
    } else if (value != null && value.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(value); i++) {
        parts.add(Array.get(value, i));
      }
    } else {
      Arrays.stream(text(key, "").split(",", -1)).map(String::strip).forEach(parts::add);
    }
    return parts.stream()
        .filter(part -> !part.toString().isBlank())
        .map(part -> (int) number(key, part, minimum, maximum))
        .toList();
  }

  /** A number from 0 to 1. */
  public double fraction(String key, double fallback) {
    String text = text(key, Double.toString(fallback));
    try {
      double number = Double.parseDouble(text);
      if (number >= 0 && number <= 1) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw refused(key, "a number 0..1", text, notANumber);
    }
    throw refused(key, "0..1", text);
  }

  /** A number of milliseconds, to the microsecond. */
  public Duration millis(String key, int fallback, int minimum) {
    String text = text(key, Integer.toString(fallback));
    try {
      BigDecimal millis = new BigDecimal(text);
      if (millis.compareTo(BigDecimal.valueOf(minimum)) >= 0
          && millis.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0) {
        return Duration.of(millis.movePointRight(3).longValue(), ChronoUnit.MICROS);
      }
    } catch (NumberFormatException notANumber) {
      throw refused(key, "a number " + minimum + ".." + Integer.MAX_VALUE, text, notANumber);
    }
    throw refused(key, minimum + ".." + Integer.MAX_VALUE, text);
  }

  /** A number of seconds. */
  public Duration seconds(String key, int fallback, int minimum) {
    return Duration.ofSeconds(integer(key, fallback, minimum, Integer.MAX_VALUE));
  }

  /** One of an enum's constants, in whatever case, with or without underscores. */
  public <E extends Enum<E>> E word(String key, E fallback) {
    String text = text(key, fallback.name());
    List<E> constants = Arrays.asList(fallback.getDeclaringClass().getEnumConstants());
    return constants.stream()
        .filter(constant -> plain(constant.name()).equals(plain(text)))
        .findFirst()
        .orElseThrow(
            () -> refused(key, "one of " + constants.stream().map(Keys::camelCase).toList(), text));
  }

  private static String plain(String word) {
    return word.replace("_", "").toLowerCase(Locale.ROOT);
  }

  static String camelCase(Enum<?> constant) {
    StringBuilder word = new StringBuilder();
    for (char letter : constant.name().toLowerCase(Locale.ROOT).toCharArray()) {
      boolean first = word.length() > 0 && word.charAt(word.length() - 1) == '_';
      if (first) {
        word.setCharAt(word.length() - 1, Character.toUpperCase(letter));
      } else {
        word.append(letter);
      }
    }
    return word.toString();
  }

  /** The refusal of a value. */
  public static IllegalArgumentException refused(String key, String allowed, Object value) {
    return new IllegalArgumentException(key + " must be " + allowed + ", was " + value);
  }

  private static IllegalArgumentException refused(
      String key, String allowed, Object value, Exception cause) {
    return new IllegalArgumentException(key + " must be " + allowed + ", was " + value, cause);
  }
}
