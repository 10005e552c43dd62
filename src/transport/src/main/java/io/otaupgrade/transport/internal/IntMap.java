package io.otaupgrade.transport.internal;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * From small numbers (network addresses, clusters) to objects: open addressing, so that a look-up
 * boxes nothing and allocates nothing. Not safe for threads while it changes; one that changes no
 * more may be published to any.
 */
final class IntMap<V> {

  private static final int SMALLEST = 16;

  private int[] keys;
  private Object[] values;
  private int size;

  IntMap() {
    clear();
  }

  /** A copy that may change without changing this one. */
  IntMap<V> copy() {
    IntMap<V> copy = new IntMap<>();
    copy.keys = keys.clone();
    copy.values = values.clone();
    copy.size = size;
    return copy;
  }

  V getOr(int key, V absent) {
    int place = place(key);
    return values[place] == null ? absent : value(place);
  }

  void put(int key, V value) {
    if (2 * (size + 1) > values.length) {
      resize(2 * values.length);
    }
    int place = place(key);
    if (values[place] == null) {
      size++;
    }
    keys[place] = key;
    values[place] = value;
  }

  void remove(int key) {
    int place = place(key);
    if (values[place] != null) {
      removeAt(place);
    }
  }

  /** Removes the values for which this is so. */
  void removeIf(Predicate<V> condition) {
    int[] oldKeys = keys;
    Object[] oldValues = values;
    keys = new int[oldKeys.length];
    values = new Object[oldValues.length];
    size = 0;
    for (int place = 0; place < oldValues.length; place++) {
      if (oldValues[place] != null && !condition.test(cast(oldValues[place]))) {
        put(oldKeys[place], cast(oldValues[place]));
      }
    }
  }

  void forEach(Consumer<V> action) {
    for (Object value : values) {
      if (value != null) {
        action.accept(cast(value));
      }
    }
  }

  int size() {
    return size;
  }

  void clear() {
    keys = new int[SMALLEST];
    values = new Object[SMALLEST];
    size = 0;
  }

  /** Where the key is, or where it would go. */
  private int place(int key) {
    int mask = values.length - 1;
    int place = spread(key) & mask;
    while (values[place] != null && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  /** Closes the gap, so that no key behind it is cut off from its first place. */
  private void removeAt(int removed) {
    int mask = values.length - 1;
    int gap = removed;
    int place = (gap + 1) & mask;
    while (values[place] != null) {
      int first = spread(keys[place]) & mask;
      if (((place - first) & mask) >= ((place - gap) & mask)) {
        keys[gap] = keys[place];
        values[gap] = values[place];
        gap = place;
      }
      place = (place + 1) & mask;
    }
    values[gap] = null;
    size--;
  }

  private void resize(int length) {
    int[] oldKeys = keys;
    Object[] oldValues = values;
    keys = Arrays.copyOf(keys, length);
    values = new Object[length];
    for (int old = 0; old < oldValues.length; old++) {
      if (oldValues[old] != null) {
        int place = place(oldKeys[old]);
        keys[place] = oldKeys[old];
        values[place] = oldValues[old];
      }
    }
  }

  /** Network addresses are random, clusters are not: Fibonacci hashing does for both. */
  private static int spread(int key) {
    int product = key * 0x9E3779B9;
    return product >>> 16;
  }

  private V value(int place) {
    return cast(values[place]);
  }

  @SuppressWarnings("unchecked") // only values of this type were put in
  private V cast(Object value) {
    return (V) value;
  }
}
