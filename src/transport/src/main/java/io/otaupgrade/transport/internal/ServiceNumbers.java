package io.otaupgrade.transport.internal;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what whiteboard services say of themselves in their properties. */
final class ServiceNumbers {

  private ServiceNumbers() {}

  /**
   * The numbers in a property: one of any numeric type or text ({@code 25}, {@code 0x0019}), or an
   * array or collection of them. A {@code byte} or {@code short} counts as unsigned.
   *
   * @return empty when there is no such property, which means any number
   * @throws IllegalArgumentException naming the property and what is wrong with it
   */
  static Optional<int[]> read(Map<String, ?> properties, String key, int maximum) {
    Object value = properties.get(key);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(
        elements(value).stream().mapToInt(element -> number(key, element, maximum)).toArray());
  }

  /**
   * The texts in a property, one or an array or collection.
   *
   * @return empty when there is no such property, which means any text
   */
  static Optional<List<String>> readTexts(Map<String, ?> properties, String key) {
    Object value = properties.get(key);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(elements(value).stream().map(String::valueOf).toList());
  }

  private static List<Object> elements(Object value) {
    if (value instanceof Collection<?> collection) {
      return new ArrayList<>(collection);
    }
    if (!value.getClass().isArray()) {
      return List.of(value);
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      elements.add(Array.get(value, i));
    }
    return elements;
  }

  private static int number(String key, Object element, int maximum) {
    try {
      long number = number(element);
      if (number >= 0 && number <= maximum) {
        return (int) number;
      }
    } catch (NumberFormatException notANumber) {
      // the message below says it
    }
    throw new IllegalArgumentException(
        "service property " + key + " must be 0.." + maximum + ", was '" + element + "'");
  }

  private static long number(Object element) {
    if (element instanceof Byte octet) {
      return Byte.toUnsignedLong(octet);
    }
    if (element instanceof Short unsigned) {
      return Short.toUnsignedLong(unsigned);
    }
    return element instanceof Number number
        ? number.longValue()
        : Long.decode(String.valueOf(element).strip());
  }
}
