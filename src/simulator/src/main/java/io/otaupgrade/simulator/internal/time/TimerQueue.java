package io.otaupgrade.simulator.internal.time;

import io.otaupgrade.api.radio.EventLoop;
import java.util.Arrays;

/**
 * Timers of one loop, earliest first, those for the same time in the order they were added: a
 * binary heap. All but {@link Entry#cancel} belongs to the loop's thread.
 *
 * <p>Cancelling only marks the entry, since to look for it in the heap would cost more than to skip
 * it later; when more than half of a large heap is marked, it is swept.
 */
final class TimerQueue {

  /** What {@link #nextAt} answers when no timer waits. */
  static final long NONE = Long.MAX_VALUE;

  private static final int SWEEP_FROM = 256;

  private Entry[] heap = new Entry[64];
  private int size;
  private long sequence;

  /** A hint only: cancelling from another thread may miss a count. */
  private int cancelled;

  /** An entry that is not in the queue yet, so that any thread may make it. */
  Entry entry(long at, Runnable task) {
    return new Entry(this, at, task);
  }

  void add(Entry entry) {
    if (cancelled > SWEEP_FROM && cancelled > size / 2) {
      sweep();
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    entry.sequence = sequence++;
    siftUp(size++, entry);
  }

  /** When the next timer is due, in the loop's nanoseconds, or {@link #NONE}. */
  long nextAt() {
    while (size > 0 && heap[0].over) {
      cancelled--;
      removeFirst();
    }
    return size == 0 ? NONE : heap[0].at;
  }

  /** Takes out the next timer, which {@link #nextAt} has shown to be there. */
  Runnable take() {
    Entry first = heap[0];
    removeFirst();
    first.over = true;
    return first.task;
  }

  /** Timers that wait, cancelled ones that were not swept yet included. */
  int size() {
    return size;
  }

  private void removeFirst() {
    Entry last = heap[--size];
    heap[size] = null;
    if (size > 0) {
      siftDown(0, last);
    }
  }

  private void sweep() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!heap[i].over) {
        heap[kept++] = heap[i];
      }
    }
    Arrays.fill(heap, kept, size, null);
    size = kept;
    cancelled = 0;
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i, heap[i]);
    }
  }

  private void siftUp(int from, Entry entry) {
    int i = from;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!entry.isBefore(heap[parent])) {
        break;
      }
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = entry;
  }

  private void siftDown(int from, Entry entry) {
    int i = from;
    int child = 2 * i + 1;
    while (child < size) {
      if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(entry)) {
        break;
      }
      heap[i] = heap[child];
      i = child;
      child = 2 * i + 1;
    }
    heap[i] = entry;
  }

  /** One timer. */
  static final class Entry implements EventLoop.Timer {
    private final TimerQueue queue;
    private final long at;
    private final Runnable task;
    private long sequence;

    /** Cancelled, or taken out to run. */
    private volatile boolean over;

    private Entry(TimerQueue queue, long at, Runnable task) {
      this.queue = queue;
      this.at = at;
      this.task = task;
    }

    private boolean isBefore(Entry other) {
      return at < other.at || (at == other.at && sequence < other.sequence);
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        queue.cancelled++;
      }
    }
  }
}
