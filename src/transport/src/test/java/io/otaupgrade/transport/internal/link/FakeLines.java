package io.otaupgrade.transport.internal.link;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Lines in memory; the test is at their other ends. */
final class FakeLines implements Lines {

  /** The lines that were opened, in order. */
  final List<FakeLine> opened = new CopyOnWriteArrayList<>();

  /** What the next attempts to open meet; then they succeed. */
  private final Deque<LineException> refusals = new ArrayDeque<>();

  private Optional<LineException> always = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private int attempts;

  synchronized void refuse(LineException... why) {
    refusals.addAll(List.of(why));
  }

  /** What the next attempt meets is no refusal but a mistake. */
  synchronized void failOnce(RuntimeException mistake) {
    failure = Optional.of(mistake);
  }

  synchronized void alwaysRefuse(LineException why) {
    always = Optional.of(why);
  }

  synchronized void acceptAgain() {
    always = Optional.empty();
  }

  synchronized int attempts() {
    return attempts;
  }

  @Override
  public synchronized Line open(PortAddress port) throws LineException {
    attempts++;
    if (failure.isPresent()) {
      RuntimeException mistake = failure.get();
      failure = Optional.empty();
      throw mistake;
    }
    if (always.isPresent()) {
      throw always.get();
    }
    if (!refusals.isEmpty()) {
      throw refusals.poll();
    }
    FakeLine line = new FakeLine();
    opened.add(line);
    return line;
  }

  /** One line. */
  static final class FakeLine implements Line {
    private static final byte[] NOTHING = {};

    final List<String> written = new CopyOnWriteArrayList<>();
    volatile boolean closed;

    /** How often it was read, the read under way included; only ever by one thread at a time. */
    volatile int reads;

    /** Makes writes wait for the line's end. */
    volatile boolean stuck;

    final CountDownLatch isWriting = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final LinkedBlockingQueue<Object> incoming = new LinkedBlockingQueue<>();

    /** The co-processor says something. */
    void say(String hex) {
      incoming.add(HexFormat.of().parseHex(hex));
    }

    void breaks(String why) {
      incoming.add(new LineException(why));
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // there is one reader at a time
    public int read(ByteBuffer into) throws LineException {
      reads++;
      try {
        Object next = incoming.poll(1, TimeUnit.MILLISECONDS);
        if (closed) {
          throw new LineException("closed");
        }
        if (next instanceof LineException broken) {
          throw broken;
        }
        byte[] octets = next == null ? NOTHING : (byte[]) next;
        into.put(octets);
        return octets.length;
      } catch (InterruptedException e) {
        throw new LineException("interrupted", e);
      }
    }

    @Override
    public void write(ByteBuffer octets) throws LineException {
      isWriting.countDown();
      try {
        if (stuck && !end.await(20, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody freed the writer");
        }
      } catch (InterruptedException e) {
        throw new LineException("interrupted", e);
      }
      if (closed) {
        throw new LineException("closed while writing");
      }
      byte[] copy = new byte[octets.remaining()];
      octets.duplicate().get(copy);
      written.add(HexFormat.of().formatHex(copy));
    }

    @Override
    public void close() {
      closed = true;
      end.countDown();
    }

    List<String> written() {
      return new ArrayList<>(written);
    }
  }
}
