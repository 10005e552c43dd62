package io.otaupgrade.transport.internal.ember;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.Inbox;
import io.otaupgrade.transport.internal.link.RadioFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands to the co-processor, one outstanding at a time as EZSP demands (UG100 §3), and its
 * responses. Commands that manage the network go before messages. Belongs to the loop, but for
 * {@link #received}.
 *
 * <p>The command that comes next is encoded while the one before is with the co-processor, and goes
 * as soon as its response is there, on the line's reader thread: the co-processor, which has
 * nothing to do until then, waits neither for the loop nor for the acknowledgement to be written.
 *
 * <p>Asks a co-processor that has not been heard of for a while whether it is there, and gives it
 * up when a command stays without a response: together within five seconds.
 */
final class EzspClient {

  private static final Logger LOG = LoggerFactory.getLogger(EzspClient.class);

  /** How long a response may take: the line's own repetitions are within it. */
  private static final long RESPONSE_NANOS = Duration.ofSeconds(3).toNanos();

  /** After so long without a word the co-processor is asked for one. */
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

  private static final Duration WATCH = Duration.ofMillis(250);

  private static final EventLoop.Timer NO_TIMER = () -> {};

  private static final EzspCommand NOP = new Nop();

  private final CoProcessorHost host;
  private final AshConnection ash;
  private final Inbox inbox;
  private final EzspCallbacks callbacks;
  private final ArrayDeque<EzspCommand> management = new ArrayDeque<>();
  private final ArrayDeque<EzspCommand> messages = new ArrayDeque<>();

  /** Exchanges that are free: of two, one is with the co-processor and one comes next. */
  private final ArrayDeque<Exchange> free = new ArrayDeque<>();

  private final Exchange none = new Exchange();

  private int sequence;
  private boolean filling;
  private boolean closed;
  private EventLoop.Timer watch = NO_TIMER;

  /** Until the version is agreed on, headers are the short ones. */
  private boolean legacy = true;

  private final Object lock = new Object();

  // Guarded by the lock; none if there is none.
  private Exchange outstanding = none;
  private Exchange comesNext = none;
  private long sentAt;

  EzspClient(CoProcessorHost host, AshConnection ash, Inbox inbox, EzspCallbacks callbacks) {
    this.host = host;
    this.ash = ash;
    this.inbox = inbox;
    this.callbacks = callbacks;
    free.add(new Exchange());
    free.add(new Exchange());
  }

  /** The connection stands: commands may go. */
  void start() {
    watchLater();
  }

  void close() {
    closed = true;
    watch.cancel();
    management.clear();
    messages.clear();
  }

  /** From now on headers are the long ones. */
  void useExtendedHeaders() {
    legacy = false;
  }

  /** Sends a command that manages the network, before all messages that are not encoded yet. */
  void manage(EzspCommand command) {
    management.add(command);
    fill();
  }

  /** Sends a command that sends a message. */
  void message(EzspCommand command) {
    messages.add(command);
    fill();
  }

  /** An EZSP frame came in; on the reader thread. */
  void received(ByteBuffer frame) {
    if (!EzspFrame.hasHeader(frame)) {
      host.counters().malformedOctets.addAndGet(frame.remaining());
      return;
    }
    if (EzspFrame.hasOverflow(frame)) {
      LOG.debug("{}: the co-processor ran out of memory and dropped something", host.mesh());
    }
    int frameId = EzspFrame.frameId(frame);
    int of = EzspFrame.sequence(frame);
    boolean isCallback = EzspFrame.isCallback(frame);
    boolean isTruncated = EzspFrame.isTruncated(frame);
    frame.position(frame.position() + EzspFrame.headerLength(frame));
    if (!isCallback) {
      responded(of, frameId, frame);
    } else if (!isTruncated) {
      callbacks.received(frameId, frame);
    }
  }

  private void responded(int of, int frameId, ByteBuffer parameters) {
    Exchange ended;
    synchronized (lock) {
      ended = outstanding;
      if (ended == none || !ended.isAnsweredBy(of, frameId)) {
        LOG.debug("{}: nobody waits for response {} to frame {}", host.mesh(), of, frameId);
        return;
      }
      outstanding = comesNext;
      comesNext = none;
      if (outstanding != none) {
        send(outstanding);
      }
    }
    ended.refused = frameId != ended.frameId;
    ended.response.clear().put(parameters).flip();
    inbox.task(ended);
  }

  /** Encodes commands, and sends the first of them, as far as there are exchanges. */
  private void fill() {
    // A command that is being encoded or answered may lead to others, which wait their turn.
    if (filling) {
      return;
    }
    filling = true;
    while (!closed && !free.isEmpty() && !(management.isEmpty() && messages.isEmpty())) {
      Exchange exchange = free.pop();
      exchange.encode(management.isEmpty() ? messages.poll() : management.poll());
      synchronized (lock) {
        if (outstanding == none) {
          outstanding = exchange;
          send(exchange);
        } else {
          comesNext = exchange;
        }
      }
    }
    filling = false;
  }

  private void send(Exchange exchange) {
    sentAt = host.loop().nanos();
    if (!ash.send(exchange.out)) {
      // The connection is lost, of which it tells itself.
      LOG.debug("{}: no connection for frame {}", host.mesh(), exchange.frameId);
    }
  }

  private void watchLater() {
    watch = host.loop().after(WATCH, this::watch);
  }

  private void watch() {
    if (closed) {
      return;
    }
    long now = host.loop().nanos();
    int overdue = overdueFrame(now);
    if (overdue >= 0) {
      host.failed(
          RadioFault.passing(
              "the co-processor did not answer frame 0x%04X within %.1f s"
                  .formatted(overdue, RESPONSE_NANOS / 1e9)));
      return;
    }
    if (free.size() == 2 && now - ash.heardAt() >= QUIET_NANOS) {
      manage(NOP);
    }
    watchLater();
  }

  /** The frame that should have been answered by now, or -1. */
  private int overdueFrame(long now) {
    synchronized (lock) {
      return outstanding != none && now - sentAt >= RESPONSE_NANOS ? outstanding.frameId : -1;
    }
  }

  /**
   * A command and its response. The loop's until it is sent or comes next, then the reader
   * thread's, and the loop's again when it runs there.
   */
  private final class Exchange implements Runnable {
    private final ByteBuffer out =
        ByteBuffer.allocate(AshCodec.MAX_DATA).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer response =
        ByteBuffer.allocate(AshCodec.MAX_DATA).order(ByteOrder.LITTLE_ENDIAN);
    private EzspCommand command = NOP;
    private int of;
    private int frameId;
    private boolean refused;

    void encode(EzspCommand next) {
      command = next;
      frameId = next.frameId();
      sequence = (sequence + 1) & 0xFF;
      of = sequence;
      out.clear();
      if (legacy) {
        EzspFrame.putLegacyHeader(out, of, frameId);
      } else {
        EzspFrame.putHeader(out, of, frameId);
      }
      next.encode(out);
      out.flip();
    }

    boolean isAnsweredBy(int responseOf, int id) {
      return responseOf == of && (id == frameId || id == EzspFrame.INVALID_COMMAND);
    }

    /** The response is there; on the loop. */
    @Override
    public void run() {
      if (closed) {
        return;
      }
      EzspCommand ended = command;
      command = NOP;
      try {
        if (refused) {
          ended.notUnderstood("EZSP error 0x%02X".formatted(reason()));
        } else {
          ended.answered(response);
        }
      } catch (EzspFormatException e) {
        host.failed(
            RadioFault.passing(
                "the co-processor's response to frame 0x%04X is too short: %s"
                    .formatted(frameId, e.getMessage())));
      } finally {
        free.push(this);
      }
      fill();
    }

    private int reason() {
      return response.hasRemaining() ? response.get(response.position()) & 0xFF : 0;
    }
  }

  private static final class Nop implements EzspCommand {
    @Override
    public int frameId() {
      return EzspFrame.NOP;
    }

    @Override
    public void encode(ByteBuffer out) {}

    @Override
    public void answered(ByteBuffer response) {}

    @Override
    public void notUnderstood(String reason) {}
  }
}
