package io.otaupgrade.transport.internal.znp;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.transport.internal.link.CoProcessorHost;
import io.otaupgrade.transport.internal.link.Inbox;
import io.otaupgrade.transport.internal.link.RadioFault;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Commands to the co-processor and what it tells.
 *
 * <p>One command is outstanding at a time, as the co-processor wants it. The next one goes out on
 * the reader thread, as soon as an answer is in: waiting for the loop in between would cost more
 * time than the command itself. So the queue is guarded by a lock, and everything else belongs to
 * the loop.
 */
final class MtLink {

  /** Hears what the co-processor tells by itself. */
  @FunctionalInterface
  interface Listener {
    /**
     * On the reader thread.
     *
     * @param data little-endian; not to be kept
     */
    void indicated(MtCommand command, ByteBuffer data);
  }

  /** Data of commands that have none. */
  static final Consumer<ByteBuffer> NO_DATA = out -> {};

  /** How often overdue answers are looked for. */
  private static final Duration TICK = Duration.ofMillis(250);

  /** Heard nothing for so long, the co-processor is asked whether it is there. */
  private static final long QUIET_NANOS = Duration.ofMillis(1_500).toNanos();

  private final CoProcessorHost host;
  private final EventLoop loop;
  private final Inbox inbox;
  private final Listener listener;
  private final UnpiDecoder decoder;

  // Guarded by this.
  private final Queue<Request> urgent = new ArrayDeque<>();
  private final Queue<Request> ordinary = new ArrayDeque<>();
  private final ByteBuffer out =
      ByteBuffer.allocate(Unpi.LONGEST_FRAME).order(ByteOrder.LITTLE_ENDIAN);
  private Optional<Request> outstanding = Optional.empty();
  private long sentAt;
  private boolean closed;

  private volatile long heardAt;
  private boolean watched;
  private EventLoop.Timer tick = () -> {};

  MtLink(CoProcessorHost host, Inbox inbox, Listener listener) {
    this.host = host;
    this.inbox = inbox;
    this.listener = listener;
    loop = host.loop();
    decoder = new UnpiDecoder(host.counters().malformedOctets, this::frame);
  }

  /** Begins to look for overdue answers. */
  void open() {
    heardAt = loop.nanos();
    tick = loop.after(TICK, this::tick);
  }

  /** From now on a silent co-processor is asked whether it is there. */
  void watch() {
    watched = true;
  }

  /** Octets came in. On the reader thread. */
  void received(ByteBuffer octets) {
    heardAt = loop.nanos();
    decoder.decode(octets);
  }

  /** Sends a command of ours: before frames of the mesh. Its failing is the link's. */
  void call(MtCommand command, Consumer<ByteBuffer> data, Consumer<ByteBuffer> then) {
    call(command, Request.PROMPT, data, then);
  }

  /** The same, for a command that takes its time. */
  void call(
      MtCommand command, Duration timeout, Consumer<ByteBuffer> data, Consumer<ByteBuffer> then) {
    call(
        command,
        timeout,
        data,
        then,
        () -> fail("no answer to " + command + " within " + timeout.toMillis() + " ms"));
  }

  /**
   * The same, for a command that may stay without an answer.
   *
   * @param data puts the command's data, on any thread
   * @param then gets the answer's data, little-endian, on the loop
   * @param otherwise runs on the loop when no answer came in time
   */
  void call(
      MtCommand command,
      Duration timeout,
      Consumer<ByteBuffer> data,
      Consumer<ByteBuffer> then,
      Runnable otherwise) {
    submit(new Call(command, timeout, data, then, otherwise), urgent);
  }

  /** Sends a frame of the mesh, when nothing of our own waits. */
  void submit(Request request) {
    submit(request, ordinary);
  }

  /** Sends a command that has no answer. */
  void tell(MtCommand command, Consumer<ByteBuffer> data) {
    synchronized (this) {
      if (!closed) {
        Unpi.begin(out, command);
        data.accept(out);
        host.write(Unpi.end(out));
      }
    }
  }

  /** Writes octets that are no frame. */
  void writeRaw(ByteBuffer octets) {
    host.write(octets);
  }

  /** Gives the link up, for now. */
  void fail(String why) {
    host.failed(RadioFault.passing(why));
  }

  /** Nothing is sent or called back any more. */
  void close() {
    tick.cancel();
    synchronized (this) {
      closed = true;
      urgent.clear();
      ordinary.clear();
      outstanding = Optional.empty();
    }
  }

  private synchronized void submit(Request request, Queue<Request> queue) {
    if (closed) {
      return;
    }
    queue.add(request);
    if (outstanding.isEmpty()) {
      sendNext();
    }
  }

  /** Under the lock. */
  private void sendNext() {
    Request next = urgent.isEmpty() ? ordinary.poll() : urgent.poll();
    outstanding = Optional.ofNullable(next);
    if (next != null) {
      Unpi.begin(out, next.command());
      next.encode(out);
      sentAt = loop.nanos();
      host.write(Unpi.end(out));
    }
  }

  private void frame(int cmd0, int cmd1, ByteBuffer data) {
    if (MtCommand.isIndication(cmd0)) {
      listener.indicated(MtCommand.indication(cmd0, cmd1), data);
    } else if (MtCommand.isRpcError(cmd0, cmd1)) {
      // Error, then the first two octets of what was not understood.
      if (data.remaining() >= 3) {
        int from = data.position();
        answered(MtCommand.answerTo(data.get(from + 1) & 0xFF), data.get(from + 2) & 0xFF)
            .ifPresent(Request::unsupported);
      }
    } else {
      answered(cmd0, cmd1).ifPresent(request -> request.answered(data));
    }
  }

  /** The request that this answers, if it is the outstanding one; the next one goes out. */
  private synchronized Optional<Request> answered(int cmd0, int cmd1) {
    Optional<Request> request = outstanding;
    if (request.isEmpty() || !request.get().command().isAnsweredBy(cmd0, cmd1)) {
      // Of a request that was given up.
      return Optional.empty();
    }
    sendNext();
    return request;
  }

  private void tick() {
    tick = loop.after(TICK, this::tick);
    long now = loop.nanos();
    Optional<Request> late = overdue(now);
    if (late.isPresent()) {
      late.get().unanswered();
    } else if (watched && now - heardAt >= QUIET_NANOS && isIdle()) {
      call(MtCommand.SYS_PING, NO_DATA, answer -> {});
    }
  }

  private synchronized Optional<Request> overdue(long now) {
    Optional<Request> late =
        outstanding.filter(request -> now - sentAt >= request.timeout().toNanos());
    if (late.isPresent()) {
      sendNext();
    }
    return late;
  }

  private synchronized boolean isIdle() {
    return outstanding.isEmpty();
  }

  private void finish(MtCommand command, Consumer<ByteBuffer> then, ByteBuffer answer) {
    int length = answer.remaining();
    try {
      then.accept(answer);
    } catch (BufferUnderflowException tooShort) {
      fail("the answer to " + command + " is too short: " + length + " octets");
    }
  }

  /** A command of ours. */
  private final class Call extends Request {
    private final Consumer<ByteBuffer> data;
    private final Consumer<ByteBuffer> then;
    private final Runnable otherwise;

    Call(
        MtCommand command,
        Duration timeout,
        Consumer<ByteBuffer> data,
        Consumer<ByteBuffer> then,
        Runnable otherwise) {
      super(command, timeout);
      this.data = data;
      this.then = then;
      this.otherwise = otherwise;
    }

    @Override
    void encode(ByteBuffer frame) {
      data.accept(frame);
    }

    @Override
    void answered(ByteBuffer answer) {
      ByteBuffer copy = copyOf(answer);
      inbox.task(() -> finish(command(), then, copy));
    }

    @Override
    void unsupported() {
      fail("the co-processor does not know " + command());
    }

    @Override
    void unanswered() {
      otherwise.run();
    }
  }

  /** The data of a frame, to be kept. */
  static ByteBuffer copyOf(ByteBuffer data) {
    byte[] octets = new byte[data.remaining()];
    data.get(octets);
    return ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
  }
}
