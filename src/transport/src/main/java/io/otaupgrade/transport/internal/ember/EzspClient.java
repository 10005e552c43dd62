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
 * <p>Asks a co-processor that has not been heard of for a while whether it is there, and gives it
 * up when a command stays without a response: together within five seconds.
 */
final class EzspClient {

  private static final Logger LOG = LoggerFactory.getLogger(EzspClient.class);

  /** How long a response may take: the line's own repetitions are within it. */
  private static final long RESPONSE_NANOS = Duration.ofSeconds(3).toNanos();

  /** After so long without a word the co-processor is asked for one. */
  private static final long QUIET_NANOS = Duration.ofMillis(1500).toNanos();

  private static final Duration WATCH = Duration.ofMillis(250);

  private static final EventLoop.Timer NO_TIMER = () -> {};

  /** No command is outstanding. */
  private static final int NONE = -1;

  private static final EzspCommand NOP = new Nop();
  private static final EzspCommand NOTHING = new Nop();

  private final CoProcessorHost host;
  private final AshConnection ash;
  private final Inbox inbox;
  private final EzspCallbacks callbacks;
  private final ArrayDeque<EzspCommand> management = new ArrayDeque<>();
  private final ArrayDeque<EzspCommand> messages = new ArrayDeque<>();
  private final ByteBuffer out =
      ByteBuffer.allocate(AshCodec.MAX_DATA).order(ByteOrder.LITTLE_ENDIAN);
  private final Runnable responseArrived = this::responseArrived;

  /** NOTHING if none is. */
  private EzspCommand outstanding = NOTHING;

  private long sentAt;
  private int sequence;
  private boolean closed;
  private EventLoop.Timer watch = NO_TIMER;

  /** Until the version is agreed on, headers are the short ones. */
  private boolean legacy = true;

  // The response goes from the reader thread to the loop in here. It is the reader's while awaited
  // is a sequence number, and the loop's otherwise; the inbox orders the two.
  private final ByteBuffer response =
      ByteBuffer.allocate(AshCodec.MAX_DATA).order(ByteOrder.LITTLE_ENDIAN);
  private volatile int awaited = NONE;
  private int awaitedFrameId;

  /** Whether the response says that the command was not understood. */
  private boolean refused;

  EzspClient(CoProcessorHost host, AshConnection ash, Inbox inbox, EzspCallbacks callbacks) {
    this.host = host;
    this.ash = ash;
    this.inbox = inbox;
    this.callbacks = callbacks;
  }

  /** The connection stands: commands may go. */
  void start() {
    watchLater();
    sendNext();
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

  /** Sends a command that manages the network, before all messages. */
  void manage(EzspCommand command) {
    management.add(command);
    sendNext();
  }

  /** Sends a command that sends a message. */
  void message(EzspCommand command) {
    messages.add(command);
    sendNext();
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
    boolean isCallback = EzspFrame.isCallback(frame);
    int of = EzspFrame.sequence(frame);
    boolean whole = !EzspFrame.isTruncated(frame);
    frame.position(frame.position() + EzspFrame.headerLength(frame));
    if (isCallback) {
      if (whole) {
        callbacks.received(frameId, frame);
      }
    } else if (of == awaited && isAwaited(frameId)) {
      response.clear();
      response.put(frame).flip();
      refused = frameId != awaitedFrameId;
      awaited = NONE;
      inbox.task(responseArrived);
    } else {
      LOG.debug("{}: nobody waits for response {} to frame {}", host.mesh(), of, frameId);
    }
  }

  private boolean isAwaited(int frameId) {
    return frameId == awaitedFrameId || frameId == EzspFrame.INVALID_COMMAND;
  }

  private void responseArrived() {
    if (closed || outstanding == NOTHING) {
      return;
    }
    EzspCommand command = outstanding;
    try {
      if (refused) {
        command.notUnderstood("EZSP error 0x%02X".formatted(reason()));
      } else {
        command.answered(response);
      }
    } catch (EzspFormatException e) {
      host.failed(
          RadioFault.passing(
              "the co-processor's response to frame 0x%04X is too short: %s"
                  .formatted(command.frameId(), e.getMessage())));
    } finally {
      // Not before: the next command's response goes into the same buffer.
      outstanding = NOTHING;
    }
    sendNext();
  }

  private int reason() {
    return response.hasRemaining() ? response.get(response.position()) & 0xFF : 0;
  }

  private void sendNext() {
    if (outstanding != NOTHING || closed) {
      return;
    }
    EzspCommand command = management.isEmpty() ? messages.poll() : management.poll();
    if (command == null) {
      return;
    }
    outstanding = command;
    send(command);
  }

  private void send(EzspCommand command) {
    sequence = (sequence + 1) & 0xFF;
    out.clear();
    if (legacy) {
      EzspFrame.putLegacyHeader(out, sequence, command.frameId());
    } else {
      EzspFrame.putHeader(out, sequence, command.frameId());
    }
    command.encode(out);
    sentAt = host.loop().nanos();
    awaitedFrameId = command.frameId();
    awaited = sequence;
    if (!ash.send(out.flip())) {
      // The connection is lost, of which it tells itself.
      LOG.debug("{}: no connection for frame {}", host.mesh(), command.frameId());
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
    if (outstanding != NOTHING) {
      if (now - sentAt >= RESPONSE_NANOS) {
        host.failed(
            RadioFault.passing(
                "the co-processor did not answer frame 0x%04X within %.1f s"
                    .formatted(outstanding.frameId(), RESPONSE_NANOS / 1e9)));
        return;
      }
    } else if (now - ash.heardAt() >= QUIET_NANOS) {
      manage(NOP);
    }
    watchLater();
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
