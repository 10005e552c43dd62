package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.transport.internal.link.LinkCounters;
import io.otaupgrade.transport.internal.link.RadioFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/**
 * The host's end of ASH (UG101 rev 1.1): resets the co-processor, then carries EZSP frames both
 * ways, each exactly once and in order, over a line that loses and garbles octets.
 *
 * <p>What comes in is acknowledged at once on the line's reader thread, however busy the mesh's
 * loop is: a co-processor whose frames are acknowledged late resets itself
 * (ERROR_EXCEEDED_MAXIMUM_ACK_TIMEOUT_COUNT). The state has one lock, which is held for as long as
 * it takes to look at a frame and to write one.
 *
 * <p>Never says that it is not ready for frames: who reads them puts them aside in bounded memory.
 */
final class AshConnection {

  /** What is above. */
  interface Listener {
    /** The co-processor was reset and is ready. On the reader thread. */
    void connected();

    /**
     * An EZSP frame came in. On the reader thread; must neither block nor throw.
     *
     * @param frame little-endian, from position to limit; valid during the call
     */
    void received(ByteBuffer frame);

    /** The connection is lost for good. From any thread, once. */
    void failed(RadioFault fault);
  }

  /** Where octets go: all from position to limit, within the call. */
  @FunctionalInterface
  interface Output {
    void write(ByteBuffer octets);
  }

  /** One DATA frame unacknowledged at a time, which is all that EZSP's one command needs. */
  static final int DEFAULT_WINDOW = 1;

  /** Numbers have three bits, and both ends must be able to tell the oldest from the next. */
  static final int MAX_WINDOW = 7;

  /** T_RSTACK_MAX: how long a co-processor may take to be ready after a reset. */
  private static final long RESET_NANOS = Duration.ofMillis(2500).toNanos();

  private static final int RESETS = 3;

  private static final long ACK_NANOS_INIT = Duration.ofMillis(1600).toNanos();
  private static final long ACK_NANOS_MIN = Duration.ofMillis(400).toNanos();
  private static final long ACK_NANOS_MAX = Duration.ofMillis(3200).toNanos();

  /** So many time-outs in a row without an acknowledgement end the connection. */
  private static final int ACK_TIMEOUTS = 4;

  /** T_REMOTE_NOTRDY: "not ready" holds so long if nothing more is heard. */
  private static final long NOT_READY_NANOS = Duration.ofSeconds(1).toNanos();

  private static final EventLoop.Timer NO_TIMER = () -> {};

  private enum State {
    CLOSED,
    RESETTING,
    CONNECTED,
    FAILED
  }

  private final EventLoop loop;
  private final LinkCounters counters;
  private final Output output;
  private final Listener listener;
  private final int window;

  /** The reader thread's alone. */
  private final AshDecoder decoder = new AshDecoder();

  private final ByteBuffer handedUp =
      ByteBuffer.wrap(decoder.frame()).order(ByteOrder.LITTLE_ENDIAN);

  private final Object lock = new Object();

  // Guarded by the lock from here on.
  private State state = State.CLOSED;
  private int resets;
  private long heardAt;

  /** The number of the frame that is expected from the co-processor. */
  private int expected;

  /** A frame was missed and NAK sent; no second NAK until what is missing has come. */
  private boolean rejecting;

  private boolean ackIsDue;

  /** What came in is being looked at: what is to go out follows it, and acknowledges all of it. */
  private boolean receiving;

  // Our frames by number, modulo 8: acknowledged <= next <= queued.
  private final byte[][] data = new byte[MAX_WINDOW + 1][AshCodec.MAX_DATA];
  private final int[] lengths = new int[MAX_WINDOW + 1];
  private final long[] sentAt = new long[MAX_WINDOW + 1];
  private int acknowledged;
  private int next;
  private int queued;

  private long ackNanos;
  private int timeouts;

  /** An acknowledgement of a frame that was sent twice says nothing of the line's speed. */
  private boolean resent;

  private boolean peerNotReady;
  private long peerReadyAt;

  /** One timer that finds out what is due when it runs, rather than one for each frame. */
  private boolean timerIsSet;

  private long timerDue;

  private EventLoop.Timer timer = NO_TIMER;
  private long deadline;

  private final ByteBuffer out = ByteBuffer.allocate(AshCodec.MAX_ENCODED);

  AshConnection(
      EventLoop loop, LinkCounters counters, Output output, Listener listener, int window) {
    if (window < 1 || window > MAX_WINDOW) {
      throw new IllegalArgumentException("window must be 1.." + MAX_WINDOW + ", was " + window);
    }
    this.loop = loop;
    this.counters = counters;
    this.output = output;
    this.listener = listener;
    this.window = window;
  }

  /** Resets the co-processor; {@link Listener#connected} follows, or failed. */
  void connect() {
    synchronized (lock) {
      resets = 0;
      reset();
    }
  }

  /** Ends it; no frame is sent or handed on any more. */
  void close() {
    synchronized (lock) {
      state = State.CLOSED;
      timer.cancel();
    }
  }

  /** When the last valid frame came in, by the loop's clock. */
  long heardAt() {
    synchronized (lock) {
      return heardAt;
    }
  }

  /**
   * Sends an EZSP frame, at once or when the window has room.
   *
   * @param frame from position to limit, at most 220 octets; it is copied
   * @return false when there is no connection, or seven frames are unacknowledged
   */
  boolean send(ByteBuffer frame) {
    synchronized (lock) {
      if (state != State.CONNECTED || distance(acknowledged, queued) == MAX_WINDOW) {
        return false;
      }
      int length = frame.remaining();
      frame.get(data[queued], 0, length);
      AshCodec.randomise(data[queued], 0, length);
      lengths[queued] = length;
      queued = following(queued);
      transmitQueued(loop.nanos());
      return true;
    }
  }

  /** Octets came in; on the reader thread. */
  void received(ByteBuffer octets) {
    synchronized (lock) {
      receiving = true;
    }
    AshDecoder.Found found = decoder.next(octets);
    while (found != AshDecoder.Found.NOTHING) {
      if (found == AshDecoder.Found.FRAME) {
        handle();
      } else {
        malformed();
      }
      found = decoder.next(octets);
    }
    synchronized (lock) {
      receiving = false;
      if (state == State.CONNECTED) {
        transmitQueued(loop.nanos());
        // One for all frames that came together, unless a frame of ours has told it.
        if (ackIsDue) {
          writeShort(AshCodec.ACK | expected);
        }
      }
    }
  }

  private void handle() {
    int control = decoder.control();
    boolean isData = (control & AshCodec.DATA_MASK) == 0;
    boolean deliver = false;
    Optional<RadioFault> fault = Optional.empty();
    boolean connected = false;
    synchronized (lock) {
      if (state == State.CONNECTED) {
        heardAt = loop.nanos();
        if (control == AshCodec.ERROR || control == AshCodec.RSTACK) {
          fault = fail(lostMessage(control));
        } else if (!isAcceptable(control)) {
          counters.malformedOctets.addAndGet(decoder.octets());
          reject();
        } else if (isData) {
          deliver = isNext(control);
        } else if ((control & AshCodec.SHORT_MASK) == AshCodec.NAK) {
          resend();
        }
      } else if (state == State.RESETTING && control == AshCodec.RSTACK) {
        if (decoder.dataLength() != 2) {
          counters.malformedOctets.addAndGet(decoder.octets());
        } else if (version() != AshCodec.VERSION) {
          state = State.FAILED;
          fault =
              Optional.of(
                  RadioFault.lasting(
                      "the co-processor speaks ASH version %d; version %d is supported"
                          .formatted(version(), AshCodec.VERSION)));
        } else {
          connected = isOurReset();
        }
      }
    }
    if (fault.isPresent()) {
      listener.failed(fault.get());
    } else if (connected) {
      listener.connected();
    } else if (deliver) {
      AshCodec.randomise(decoder.frame(), 1, decoder.dataLength());
      listener.received(handedUp.limit(1 + decoder.dataLength()).position(1));
    }
  }

  /** Whether the control octet, its length and its acknowledgement make sense; notes the last. */
  private boolean isAcceptable(int control) {
    boolean isData = (control & AshCodec.DATA_MASK) == 0;
    int kind = control & AshCodec.SHORT_MASK;
    boolean isShort = kind == AshCodec.ACK || kind == AshCodec.NAK;
    int length = decoder.dataLength();
    if (isData ? length == 0 : !isShort || length != 0) {
      return false;
    }
    int number = control & AshCodec.NUMBER_MASK;
    if (distance(acknowledged, number) > distance(acknowledged, next)) {
      return false;
    }
    if (isShort) {
      peerNotReady = (control & AshCodec.NOT_READY) != 0;
      peerReadyAt = heardAt + NOT_READY_NANOS;
    }
    acknowledge(number);
    transmitQueued(heardAt);
    return true;
  }

  /** Whether this DATA frame is the expected one. */
  private boolean isNext(int control) {
    boolean again = (control & AshCodec.RETRANSMITTED) != 0;
    if (again) {
      counters.retransmissions.incrementAndGet();
    }
    if ((control >> AshCodec.FRAME_NUMBER_SHIFT & AshCodec.NUMBER_MASK) == expected) {
      expected = following(expected);
      rejecting = false;
      ackIsDue = true;
      return true;
    }
    if (again) {
      // It was received before, and what acknowledged it was lost.
      ackIsDue = true;
    } else {
      reject();
    }
    return false;
  }

  private void malformed() {
    counters.malformedOctets.addAndGet(decoder.octets());
    synchronized (lock) {
      if (state == State.CONNECTED) {
        reject();
      }
    }
  }

  private void reject() {
    if (!rejecting) {
      rejecting = true;
      writeShort(AshCodec.NAK | expected);
    }
  }

  private void acknowledge(int number) {
    int count = distance(acknowledged, number);
    if (count == 0) {
      return;
    }
    if (!resent) {
      long took = heardAt - sentAt[(number - 1) & AshCodec.NUMBER_MASK];
      ackNanos = within(ackNanos * 7 / 8 + took / 2);
    }
    acknowledged = number;
    timeouts = 0;
    resent = resent && acknowledged != next;
    deadline = heardAt + ackNanos;
  }

  private void transmitQueued(long now) {
    if (receiving) {
      return;
    }
    if (peerNotReady && now - peerReadyAt < 0) {
      setTimer(now, peerReadyAt - now);
      return;
    }
    peerNotReady = false;
    while (next != queued && distance(acknowledged, next) < window) {
      if (next == acknowledged) {
        deadline = now + ackNanos;
      }
      sentAt[next] = now;
      transmit(next, false);
      next = following(next);
    }
    if (next != acknowledged) {
      setTimer(now, deadline - now);
    }
  }

  /** Sends everything again that is not acknowledged. */
  private void resend() {
    if (acknowledged == next) {
      return;
    }
    long now = loop.nanos();
    resent = true;
    deadline = now + ackNanos;
    for (int number = acknowledged; number != next; number = following(number)) {
      counters.retransmissions.incrementAndGet();
      transmit(number, true);
    }
    setTimer(now, ackNanos);
  }

  private void transmit(int number, boolean again) {
    ackIsDue = false;
    out.clear();
    int control = number << AshCodec.FRAME_NUMBER_SHIFT | expected;
    if (again) {
      // Whatever the co-processor has of a frame that was cut short is not to spoil this one.
      out.put(AshCodec.CANCEL);
      control |= AshCodec.RETRANSMITTED;
    }
    AshCodec.encode(out, control, data[number], lengths[number]);
    output.write(out.flip());
  }

  private void writeShort(int control) {
    ackIsDue = false;
    out.clear();
    AshCodec.encode(out, control, data[0], 0);
    output.write(out.flip());
  }

  private void reset() {
    resets++;
    state = State.RESETTING;
    expected = 0;
    rejecting = false;
    ackIsDue = false;
    acknowledged = 0;
    next = 0;
    queued = 0;
    ackNanos = ACK_NANOS_INIT;
    timeouts = 0;
    resent = false;
    peerNotReady = false;
    out.clear().put(AshCodec.CANCEL);
    AshCodec.encode(out, AshCodec.RST, data[0], 0);
    output.write(out.flip());
    long now = loop.nanos();
    deadline = now + RESET_NANOS;
    setTimer(now, RESET_NANOS);
  }

  /**
   * A co-processor that opening the port has reset tells so, and then answers our own reset; the
   * first must not be taken for the second, or the second is taken for a failure. One that never
   * tells of a software reset is believed after our second try.
   */
  private boolean isOurReset() {
    if (resetCode() != NcpReset.RESET_SOFTWARE.code() && resets == 1) {
      return false;
    }
    state = State.CONNECTED;
    heardAt = loop.nanos();
    return true;
  }

  private void setTimer(long now, long nanos) {
    if (timerIsSet && now + nanos - timerDue >= 0) {
      return;
    }
    timer.cancel();
    timerIsSet = true;
    timerDue = now + nanos;
    timer = loop.after(Duration.ofNanos(Math.max(0, nanos)), this::timerRan);
  }

  private void timerRan() {
    Optional<RadioFault> fault = Optional.empty();
    synchronized (lock) {
      timerIsSet = false;
      long now = loop.nanos();
      if (state == State.RESETTING || (state == State.CONNECTED && acknowledged != next)) {
        if (now - deadline < 0) {
          setTimer(now, deadline - now);
        } else {
          fault = state == State.RESETTING ? resetTimedOut() : ackTimedOut();
        }
      } else if (state == State.CONNECTED) {
        transmitQueued(now);
      }
    }
    fault.ifPresent(listener::failed);
  }

  private Optional<RadioFault> resetTimedOut() {
    if (resets < RESETS) {
      reset();
      return Optional.empty();
    }
    return fail(
        "nothing answers as an EZSP co-processor does (%d resets in %.1f s);"
                .formatted(RESETS, RESETS * RESET_NANOS / 1e9)
            + " check port, baud rate, flow control and that its firmware is EmberZNet NCP");
  }

  private Optional<RadioFault> ackTimedOut() {
    if (++timeouts >= ACK_TIMEOUTS) {
      return fail("the co-processor did not acknowledge a frame sent " + timeouts + " times");
    }
    ackNanos = within(2 * ackNanos);
    resend();
    return Optional.empty();
  }

  private Optional<RadioFault> fail(String message) {
    state = State.FAILED;
    return Optional.of(RadioFault.passing(message));
  }

  private String lostMessage(int control) {
    String code = decoder.dataLength() == 2 ? NcpReset.describe(resetCode()) : "no code";
    return control == AshCodec.ERROR
        ? "the co-processor failed: " + code
        : "the co-processor restarted by itself: " + code;
  }

  private int version() {
    return decoder.frame()[1] & 0xFF;
  }

  private int resetCode() {
    return decoder.frame()[2] & 0xFF;
  }

  private static long within(long nanos) {
    return Math.max(ACK_NANOS_MIN, Math.min(ACK_NANOS_MAX, nanos));
  }

  /** How many numbers after {@code from} this one comes, modulo 8. */
  private static int distance(int from, int to) {
    return (to - from) & AshCodec.NUMBER_MASK;
  }

  private static int following(int number) {
    return (number + 1) & AshCodec.NUMBER_MASK;
  }
}
