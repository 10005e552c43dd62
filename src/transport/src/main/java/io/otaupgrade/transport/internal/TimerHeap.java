package io.otaupgrade.transport.internal;

import java.util.Arrays;

/**
 * Timers, earliest first, those due together in the order they were added. A binary heap whose
 * entries know their place, so that a cancelled one is gone at once. All but {@link Entry#disarm}
 * belongs to one thread.
 */
final class TimerHeap {

  /** What {@link #nextDue} answers when nothing waits. */
  static final long NONE = Long.MAX_VALUE;

  private Entry[] heap = new Entry[32];
  private int size;
  private long added;

  void add(Entry entry) {
    if (entry.task == Entry.DISARMED) {
      return;
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    entry.sequence = added++;
    siftUp(size++, entry);
  }

  void remove(Entry entry) {
    int place = entry.place;
    if (place < 0) {
      return;
    }
    entry.place = -1;
    Entry last = heap[--size];
    heap[size] = null;
    if (last != entry) {
      siftUp(place, last);
      if (heap[place] == last) {
        siftDown(place, last);
      }
    }
  }

  long nextDue() {
    return size == 0 ? NONE : heap[0].due;
  }

  /** Takes out the next one, which {@link #nextDue} has shown to be there. */
  Runnable take() {
    Entry first = heap[0];
    remove(first);
    Runnable task = first.task;
    first.task = Entry.DISARMED;
    return task;
  }

  int size() {
    return size;
  }

  private void siftUp(int from, Entry entry) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      if (!entry.isBefore(heap[parent])) {
        break;
      }
      put(place, heap[parent]);
      place = parent;
    }
    put(place, entry);
  }

  private void siftDown(int from, Entry entry) {
    int place = from;
    int child = 2 * place + 1;
    while (child < size) {
      if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(entry)) {
        break;
      }
      put(place, heap[child]);
      place = child;
      child = 2 * place + 1;
    }
    put(place, entry);
  }

  private void put(int place, Entry entry) {
    heap[place] = entry;
    entry.place = place;
  }

  /** One timer; it belongs to no heap until it is added. */
  static final class Entry {
    private static final Runnable DISARMED = Entry::nothing;

    private final long due;
    private volatile Runnable task;
    private long sequence;
    private int place = -1;

    Entry(long due, Runnable task) {
      this.due = due;
      this.task = task;
    }

    /**
     * Keeps the task from running, from any thread.
     *
     * @return false when it has begun, or was disarmed before
     */
    boolean disarm() {
      boolean armed = task != DISARMED;
      task = DISARMED;
      return armed;
    }

    private static void nothing() {}

    private boolean isBefore(Entry other) {
      return due < other.due || (due == other.due && sequence < other.sequence);
    }
  }
}
