package io.otaupgrade.transport.internal;

/**
 * The tags 0..255 that frames in flight bear. A tag comes back into use as late as can be; one
 * whose frame was never confirmed only when its confirmation comes late after all, or when tags run
 * short, since a confirmation for the old frame would be taken for the new one's.
 */
final class TagPool {

  static final int TAGS = 256;

  /** Below so many free tags, those set aside are used again. */
  private static final int SHORT = 16;

  private final Ring free = new Ring();
  private final Ring aside = new Ring();

  TagPool() {
    reset();
  }

  /** All tags are free again. */
  void reset() {
    free.size = 0;
    aside.size = 0;
    for (int tag = 0; tag < TAGS; tag++) {
      free.add(tag);
    }
  }

  /** A tag that no frame in flight bears; at most 255 of them may be in flight before. */
  int take() {
    while (free.size < SHORT && aside.size > 0) {
      free.add(aside.take());
    }
    return free.take();
  }

  /** Its frame was confirmed. */
  void give(int tag) {
    free.add(tag);
  }

  /** Its frame was given up. */
  void setAside(int tag) {
    aside.add(tag);
  }

  /** The confirmation of a frame that was given up; nothing for a tag that was not set aside. */
  void lateConfirmation(int tag) {
    if (aside.remove(tag)) {
      free.add(tag);
    }
  }

  /** First in, first out; no tag is in it twice. */
  private static final class Ring {
    private final int[] tags = new int[TAGS];
    private int first;
    private int size;

    void add(int tag) {
      tags[(first + size++) & (TAGS - 1)] = tag;
    }

    int take() {
      int tag = tags[first];
      first = (first + 1) & (TAGS - 1);
      size--;
      return tag;
    }

    boolean remove(int tag) {
      boolean found = false;
      for (int i = 0; i < size; i++) {
        int other = tags[(first + i) & (TAGS - 1)];
        if (found) {
          tags[(first + i - 1) & (TAGS - 1)] = other;
        }
        found |= other == tag;
      }
      size -= found ? 1 : 0;
      return found;
    }
  }
}
