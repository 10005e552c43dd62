package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.simulator.internal.ncp.LineFaults;
import io.otaupgrade.simulator.internal.ncp.Wire;
import io.otaupgrade.simulator.internal.time.Alarm;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The co-processor's end of ASH (UG101 §5 and §6). Belongs to the mesh's loop.
 *
 * <table>
 * <caption>What is received, by state</caption>
 * <tr><td>booting<td>anything<td>lost
 * <tr><td>any other<td>RST<td>resets; RSTACK once booted: connected
 * <tr><td>connected<td>the DATA frame expected<td>taken; acknowledged by the next DATA frame, or by
 *     an ACK 20 ms later
 * <tr><td>connected<td>another DATA frame, sent before<td>acknowledged again, dropped
 * <tr><td>connected<td>another DATA frame; a damaged frame; one with a control octet, length or
 *     acknowledgement that cannot be<td>NAK, once until the DATA frame expected has come
 * <tr><td>connected<td>NAK<td>sends again what was not acknowledged
 * <tr><td>connected<td>no acknowledgement in time<td>sends again; the fifth time in a row: failed
 * <tr><td>failed<td>any frame but RST<td>ERROR
 * </table>
 */
final class AshLink implements AshDecoder.Sink {

  private static final Logger LOG = LoggerFactory.getLogger(AshLink.class);

  // UG101 §7
  private static final long ACK_WAIT_INITIAL = Duration.ofMillis(1_600).toNanos();
  private static final long ACK_WAIT_MINIMUM = Duration.ofMillis(400).toNanos();
  private static final long ACK_WAIT_MAXIMUM = Duration.ofMillis(3_200).toNanos();
  private static final Duration ACK_DELAY = Duration.ofMillis(20);
  private static final Duration NOT_READY_LASTS = Duration.ofSeconds(1);
  static final int WINDOW = 5;
  static final int ACK_TIMEOUTS = 4;

  /** From a reset to the first octet; what an EFR32 takes, about. */
  static final Duration BOOT_TIME = Duration.ofMillis(100);

  private static final int NUMBERS = 8;

  private final EventLoop loop;
  private final Upper upper;
  private final Wire wire;
  private final LineFaults faults;
  private final AshDecoder decoder = new AshDecoder(this);
  private final ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);

  private State state = State.CONNECTED;
  private int failure;
  private int resetReason;

  private final ArrayDeque<AshFrame> unused = new ArrayDeque<>();
  private final ArrayDeque<AshFrame> responses = new ArrayDeque<>();
  private final ArrayDeque<AshFrame> callbacks = new ArrayDeque<>();
  private final AshFrame[] window = new AshFrame[NUMBERS];
  private int callbackOctets;
  private int nextToSend;
  private int oldestUnacknowledged;
  private long ackWait = ACK_WAIT_INITIAL;
  private int timeouts;
  private boolean hostIsReady = true;
  private int expected;
  private boolean rejecting;

  private final Alarm boot;
  private final Alarm ackOverdue;
  private final Alarm ackOwed;
  private final Alarm hostNotReady;

  private enum State {
    BOOTING,
    CONNECTED,
    FAILED
  }

  /** What stands on the link. */
  interface Upper {
    /** The co-processor was reset: everything but the non-volatile memory is lost. */
    void restarted();

    /**
     * An EZSP frame from the host, each one once and in order.
     *
     * @param command from position to limit; only good until this returns
     */
    void receivedFrame(ByteBuffer command);
  }

  /** A co-processor that was switched on a while ago. */
  AshLink(EventLoop loop, Wire wire, Upper upper, LineFaults faults) {
    this.loop = loop;
    this.wire = wire;
    this.upper = upper;
    this.faults = faults;
    boot = new Alarm(loop, this::booted);
    ackOverdue = new Alarm(loop, this::ackOverdue);
    ackOwed = new Alarm(loop, () -> sendControl(Ash.ACK));
    hostNotReady = new Alarm(loop, this::hostIsReadyAgain);
  }

  // ---- reset

  /** Resets the co-processor; the link comes up connected, or failed if a fault was the reason. */
  void restart(int reason) {
    state = State.BOOTING;
    resetReason = reason;
    forgetFrames();
    decoder.clear();
    nextToSend = 0;
    oldestUnacknowledged = 0;
    ackWait = ACK_WAIT_INITIAL;
    timeouts = 0;
    hostIsReady = true;
    hostNotReady.clear();
    expected = 0;
    rejecting = false;
    upper.restarted();
    boot.set(BOOT_TIME);
  }

  private void booted() {
    if (resetReason == Ash.RESET_WATCHDOG) {
      fail(resetReason);
    } else {
      state = State.CONNECTED;
      AshEncoder.encode(line, Ash.RSTACK, Ash.VERSION, resetReason);
      write();
    }
  }

  private void fail(int reason) {
    LOG.debug("ASH failed with code 0x{}", Integer.toHexString(reason));
    state = State.FAILED;
    failure = reason;
    forgetFrames();
    sendError();
  }

  private void sendError() {
    AshEncoder.encode(line, Ash.ERROR, Ash.VERSION, failure);
    write();
  }

  private void forgetFrames() {
    unused.addAll(responses);
    responses.clear();
    unused.addAll(callbacks);
    callbacks.clear();
    callbackOctets = 0;
    while (outstanding() > 0) {
      takeBackOldest();
    }
    ackOverdue.clear();
    ackOwed.clear();
  }

  // ---- what goes out

  /** An empty frame, for {@link #respond} or {@link #callBack}. */
  AshFrame frame() {
    AshFrame frame = unused.poll();
    if (frame == null) {
      frame = new AshFrame();
    }
    frame.begin();
    return frame;
  }

  /** Takes back a frame that is not to be sent. */
  void giveBack(AshFrame frame) {
    unused.add(frame);
  }

  /** Sends the answer to a command, before any callback that waits. */
  void respond(AshFrame frame) {
    enqueue(responses, frame);
  }

  /** Sends a callback, once the host is ready for it. */
  void callBack(AshFrame frame) {
    callbackOctets += frame.length();
    enqueue(callbacks, frame);
  }

  /** Octets of callbacks that wait for a place in the window. */
  int waitingCallbackOctets() {
    return callbackOctets;
  }

  private void enqueue(ArrayDeque<AshFrame> queue, AshFrame frame) {
    if (state != State.CONNECTED) {
      callbackOctets = 0;
      unused.add(frame);
      return;
    }
    queue.add(frame);
    pump();
  }

  private void pump() {
    while (state == State.CONNECTED && outstanding() < WINDOW) {
      AshFrame frame = responses.poll();
      if (frame == null && hostIsReady) {
        frame = callbacks.poll();
        if (frame != null) {
          callbackOctets -= frame.length();
        }
      }
      if (frame == null) {
        return;
      }
      long now = loop.nanos();
      if (outstanding() == 0) {
        ackOverdue.setNanos(ackWait);
      }
      frame.sent(now);
      window[nextToSend] = frame;
      sendData(nextToSend, /* again= */ false);
      nextToSend = next(nextToSend);
    }
  }

  private void sendData(int number, boolean again) {
    AshFrame frame = window[number];
    ackOwed.clear(); // this acknowledges too
    AshEncoder.encode(
        line,
        number << Ash.FRAME_NUMBER_SHIFT | (again ? Ash.RETRANSMITTED : 0) | expected,
        frame.octets(),
        frame.length());
    write();
  }

  private void sendAgain() {
    for (int number = oldestUnacknowledged; number != nextToSend; number = next(number)) {
      window[number].markRepeated();
      sendData(number, /* again= */ true);
    }
    ackOverdue.setNanos(ackWait);
  }

  private void sendControl(int control) {
    ackOwed.clear();
    AshEncoder.encode(line, control | expected);
    write();
  }

  private void write() {
    wire.write(line.flip());
    line.clear();
  }

  // ---- acknowledgements awaited

  private void ackOverdue() {
    timeouts++;
    if (timeouts > ACK_TIMEOUTS) {
      fail(Ash.ERROR_ACK_TIMEOUTS);
    } else {
      ackWait = Math.min(2 * ackWait, ACK_WAIT_MAXIMUM);
      sendAgain();
    }
  }

  private boolean canAcknowledge(int number) {
    return (number - oldestUnacknowledged & Ash.NUMBER_MASK) <= outstanding();
  }

  /** The host has everything before this number. */
  private void acknowledged(int number) {
    if (number == oldestUnacknowledged) {
      return;
    }
    long now = loop.nanos();
    while (oldestUnacknowledged != number) {
      AshFrame frame = takeBackOldest();
      if (oldestUnacknowledged == number && !frame.isRepeated()) {
        learn(now - frame.sentAt());
      }
    }
    timeouts = 0;
    if (outstanding() > 0) {
      ackOverdue.setNanos(ackWait);
    } else {
      ackOverdue.clear();
    }
    pump();
  }

  private AshFrame takeBackOldest() {
    AshFrame frame = window[oldestUnacknowledged];
    window[oldestUnacknowledged] = null;
    oldestUnacknowledged = next(oldestUnacknowledged);
    unused.add(frame);
    return frame;
  }

  /** UG101 §5.6: seven eighths of what it was, half of what it took. */
  private void learn(long nanos) {
    ackWait = Math.max(ACK_WAIT_MINIMUM, Math.min(ACK_WAIT_MAXIMUM, ackWait * 7 / 8 + nanos / 2));
  }

  // ---- what comes in

  /** Octets from the line. */
  void accept(ByteBuffer octets) {
    if (state == State.BOOTING) {
      octets.position(octets.limit());
      return;
    }
    decoder.accept(octets);
  }

  @Override
  public void frame(byte[] octets, int length) {
    if (faults.losesFrame()) {
      return;
    }
    take(octets, length);
    if (faults.repeatsFrame()) {
      take(octets, length);
    }
  }

  private void take(byte[] octets, int length) {
    int control = octets[0] & 0xFF;
    if (state == State.BOOTING) {
      return; // what came in one piece with the RST
    }
    if (control == Ash.RST && length == 1) {
      restart(Ash.RESET_SOFTWARE);
    } else if (state == State.FAILED) {
      sendError();
    } else if ((control & Ash.DATA_MASK) == 0) {
      data(control, octets, length);
    } else if ((control & Ash.ACK_NAK_MASK) == Ash.ACK && length == 1) {
      acknowledgement(control, /* again= */ false);
    } else if ((control & Ash.ACK_NAK_MASK) == Ash.NAK && length == 1) {
      acknowledgement(control, /* again= */ true);
    } else {
      reject();
    }
  }

  @Override
  public void damaged() {
    if (state == State.CONNECTED) {
      reject();
    }
  }

  private void reject() {
    if (!rejecting) {
      rejecting = true;
      sendControl(Ash.NAK);
    }
  }

  private void acknowledgement(int control, boolean again) {
    int number = control & Ash.NUMBER_MASK;
    if (!canAcknowledge(number)) {
      reject();
      return;
    }
    hostReady((control & Ash.NOT_READY) == 0);
    acknowledged(number);
    if (again && outstanding() > 0) {
      sendAgain();
    }
    pump();
  }

  private void hostReady(boolean ready) {
    hostIsReady = ready;
    if (ready) {
      hostNotReady.clear();
    } else {
      hostNotReady.set(NOT_READY_LASTS);
    }
  }

  private void hostIsReadyAgain() {
    hostIsReady = true;
    pump();
  }

  private void data(int control, byte[] octets, int length) {
    int number = control >> Ash.FRAME_NUMBER_SHIFT & Ash.NUMBER_MASK;
    int acknowledges = control & Ash.NUMBER_MASK;
    int data = length - 1;
    if (data < Ash.MINIMUM_DATA || !canAcknowledge(acknowledges)) {
      reject();
      return;
    }
    boolean isNew = number == expected;
    if (isNew) {
      expected = next(expected);
      rejecting = false;
      ackOwed.set(ACK_DELAY);
    }
    acknowledged(acknowledges);
    if (isNew) {
      upper.receivedFrame(ByteBuffer.wrap(octets, 1, data).slice());
    } else if ((control & Ash.RETRANSMITTED) != 0) {
      sendControl(Ash.ACK); // ours was lost
    } else {
      reject();
    }
  }

  private int outstanding() {
    return nextToSend - oldestUnacknowledged & Ash.NUMBER_MASK;
  }

  private static int next(int number) {
    return number + 1 & Ash.NUMBER_MASK;
  }
}
