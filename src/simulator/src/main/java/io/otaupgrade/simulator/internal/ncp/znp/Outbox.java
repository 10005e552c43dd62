package io.otaupgrade.simulator.internal.ncp.znp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.simulator.internal.ncp.Radio;

/**
 * The messages that the co-processor has under way, and what to tell of them: the host's, of which
 * there is room for so many, and the stack's own.
 */
final class Outbox {

  /** What {@link #settle} answers for a message of the host's that is not confirmed to it. */
  static final int UNREPORTED = Integer.MAX_VALUE;

  /** What it answers for one of the stack's own. */
  static final int NOBODY = -1;

  private static final int TAGS = 256;

  private final Radio radio;
  private final int buffers;
  private final int[] freeTags = new int[TAGS];
  private final int[] context = new int[TAGS];
  private int free;
  private int ofTheHost;

  Outbox(Radio radio, int buffers) {
    this.radio = radio;
    this.buffers = buffers;
    clear();
  }

  /** Everything under way is forgotten; the radio will not confirm it. */
  void clear() {
    ofTheHost = 0;
    free = TAGS;
    for (int i = 0; i < TAGS; i++) {
      freeTags[i] = i;
    }
  }

  /** Whether another message of the host's fits. */
  boolean hasRoom() {
    return ofTheHost < buffers && free > 0;
  }

  /**
   * Sends a message of the host's, for which there is room.
   *
   * @param asked what {@link #settle} is to answer, 0 or more
   */
  void send(ApsFrame frame, TxOptions options, int asked) {
    ofTheHost++;
    put(frame, options, asked);
  }

  /** Sends a message of the stack's own; one too many is dropped. */
  void sendOwn(ApsFrame frame) {
    if (free > 0) {
      put(frame, TxOptions.UNACKNOWLEDGED, NOBODY);
    }
  }

  private void put(ApsFrame frame, TxOptions options, int asked) {
    int tag = freeTags[--free];
    context[tag] = asked;
    radio.send(tag, frame, options);
  }

  /** The radio is done with a message: what was asked about it. */
  int settle(int tag) {
    int asked = context[tag];
    freeTags[free++] = tag;
    if (asked != NOBODY) {
      ofTheHost--;
    }
    return asked;
  }
}
