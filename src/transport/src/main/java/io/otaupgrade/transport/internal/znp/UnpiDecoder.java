package io.otaupgrade.transport.internal.znp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds the frames in what comes from the co-processor, wherever it is cut. What is no frame is
 * skipped octet by octet and counted, so that a frame behind garbage is found whatever the garbage
 * looks like. Belongs to the line's reader thread; takes any octets without ever throwing or
 * growing.
 */
final class UnpiDecoder {

  /** Who gets the frames. */
  @FunctionalInterface
  interface Sink {
    /**
     * An intact frame.
     *
     * @param data from position to limit, little-endian; the decoder's own again afterwards
     */
    void frame(int cmd0, int cmd1, ByteBuffer data);
  }

  /** Room for a few frames, so that what is cut need not be moved for each one. */
  private static final int ROOM = 8 * Unpi.LONGEST_FRAME;

  private final AtomicLong malformedOctets;
  private final Sink sink;
  private final byte[] held = new byte[ROOM];
  private final ByteBuffer view = ByteBuffer.wrap(held).order(ByteOrder.LITTLE_ENDIAN);
  private int size;

  UnpiDecoder(AtomicLong malformedOctets, Sink sink) {
    this.malformedOctets = malformedOctets;
    this.sink = sink;
  }

  /** Takes all octets of this buffer. */
  void decode(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      int taken = Math.min(octets.remaining(), ROOM - size);
      octets.get(held, size, taken);
      size += taken;
      int begun = takeFrames();
      size -= begun;
      System.arraycopy(held, begun, held, 0, size);
    }
  }

  /** Hands over all whole frames; gives back where the one begins that is not whole yet. */
  private int takeFrames() {
    int at = 0;
    int malformed = 0;
    while (at < size) {
      if (!isPossibleStart(at)) {
        at++;
        malformed++;
        continue;
      }
      int end = at + Unpi.OVERHEAD + length(at);
      if (end > size) {
        break;
      }
      if (isIntact(at, end)) {
        view.limit(end - 1).position(at + Unpi.AT_DATA);
        sink.frame(octet(at + Unpi.AT_CMD0), octet(at + Unpi.AT_CMD1), view);
        at = end;
      } else {
        // Not the whole of it: a frame may begin within what only looked like one.
        at++;
        malformed++;
      }
    }
    if (malformed > 0) {
      malformedOctets.addAndGet(malformed);
    }
    return at;
  }

  /** Whether a frame may begin here, by as much of it as is there. */
  private boolean isPossibleStart(int at) {
    int there = size - at;
    return octet(at) == Unpi.START
        && (there <= Unpi.AT_LENGTH || octet(at + Unpi.AT_LENGTH) <= Unpi.LONGEST_DATA)
        && (there <= Unpi.AT_CMD0 || comesFromCoProcessor(octet(at + Unpi.AT_CMD0)));
  }

  private static boolean comesFromCoProcessor(int cmd0) {
    return MtCommand.isAnswer(cmd0) || MtCommand.isIndication(cmd0);
  }

  /** Of the data; 0 while that is not known yet. */
  private int length(int at) {
    return size - at > Unpi.AT_LENGTH ? octet(at + Unpi.AT_LENGTH) : 0;
  }

  private boolean isIntact(int at, int end) {
    int check = 0;
    for (int i = at + Unpi.AT_LENGTH; i < end; i++) {
      check ^= held[i];
    }
    return check == 0;
  }

  private int octet(int at) {
    return held[at] & 0xFF;
  }
}
