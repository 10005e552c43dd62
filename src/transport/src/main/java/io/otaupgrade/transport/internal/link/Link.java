package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line, from before it is opened until it is closed, and the protocol on it. It has a thread
 * that opens the line, reads it and closes it. The thread also does what the loop has to do with
 * what it has read; if somebody there takes long, another thread reads on in its place.
 */
final class Link implements CoProcessorHost {

  /** What the link tells, on the loop, until {@link #end}. */
  interface Listener {
    void progress(String message);

    void networkUp(NetworkParameters parameters);

    void networkDown(String reason);

    /** The line or the co-processor does not work; told once, nothing follows. */
    void failed(RadioFault fault);

    void received(ApsFrame frame);

    void confirmed(int tag, Confirmation confirmation);

    void joined(Eui64 device, int networkAddress);

    void left(Eui64 device);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /** A write that takes longer is stuck: the other side has not read for thousands of octets. */
  static final Duration STUCK = Duration.ofSeconds(2);

  private static final long IDLE = Long.MIN_VALUE;
  private static final int READ_OCTETS = 4096;

  private final Listener listener;
  private final String mesh;
  private final NetworkSettings network;
  private final EventLoop loop;
  private final LinkCounters counters;
  private final CoProcessor.Factory factory;
  private final RadioEvents events = new Events();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Optional<Thread> thread = Optional.empty();
  private boolean started;
  private volatile long writingSince = IDLE;
  private volatile boolean ended;
  private volatile Optional<Line> line = Optional.empty();
  private volatile Optional<CoProcessor> coProcessor = Optional.empty();

  Link(
      Listener listener,
      String mesh,
      NetworkSettings network,
      EventLoop loop,
      LinkCounters counters,
      CoProcessor.Factory factory) {
    this.listener = listener;
    this.mesh = mesh;
    this.network = network;
    this.loop = loop;
    this.counters = counters;
    this.factory = factory;
  }

  /** Opens the line and starts the protocol. On the loop. */
  void start(Lines lines, PortAddress port) {
    startThread(() -> live(lines, port));
  }

  /** What a reader does with the line. */
  private interface Reading {

    /** Returns false when another reader has the line now. */
    boolean run() throws LineException;
  }

  private void startThread(Reading reading) {
    Thread reader = new Thread(() -> run(reading), "ota-radio-" + mesh);
    reader.setDaemon(true);
    thread = Optional.of(reader);
    reader.start();
  }

  /** Ends the protocol and closes the line; nothing is told any more. On the loop. */
  void end() {
    ended = true;
    if (started) {
      started = false;
      try {
        coProcessor.ifPresent(CoProcessor::close);
      } catch (RuntimeException e) {
        LOG.error("{}: the protocol did not close", mesh, e);
      }
    }
    line.ifPresent(Line::close);
  }

  /** Whether its thread still has the line. */
  boolean isAlive() {
    return thread.map(Thread::isAlive).orElse(false);
  }

  Optional<CoProcessor> coProcessor() {
    return coProcessor;
  }

  /** Until the link ends, the line breaks, or another thread reads on. */
  private void run(Reading reading) {
    boolean hasLine = true;
    try {
      hasLine = reading.run();
    } catch (LineException e) {
      failed(e.fault());
    } catch (RuntimeException e) {
      if (!ended) {
        LOG.error("{}: failed on what came in", mesh, e);
      }
      failed(RadioFault.passing("an error of this software, see the log: " + e));
    } finally {
      if (hasLine) {
        line.ifPresent(Line::close);
      }
    }
  }

  private boolean live(Lines lines, PortAddress port) throws LineException {
    Line open = lines.open(port);
    line = Optional.of(open);
    if (!ended) {
      coProcessor = Optional.of(factory.on(this));
      loop.execute(this::startProtocol);
    }
    return read(open);
  }

  private boolean read(Line open) throws LineException {
    ByteBuffer octets = ByteBuffer.allocate(READ_OCTETS);
    // The loop may tell late: whoever takes this back, this reader or its successor, reads on.
    AtomicBoolean mayBeReplaced = new AtomicBoolean();
    Runnable take =
        () -> {
          coProcessor.orElseThrow().received(octets.flip());
          // Not sooner, since what comes next must not be decoded meanwhile.
          mayBeReplaced.set(true);
        };
    Runnable heldUp =
        () -> {
          if (mayBeReplaced.compareAndSet(true, false)) {
            readOn(open);
          }
        };
    while (!ended) {
      octets.clear();
      if (open.read(octets) > 0 && !ended) {
        loop.assist(take, heldUp);
        if (!mayBeReplaced.compareAndSet(true, false)) {
          return false;
        }
      }
      long since = writingSince;
      if (since != IDLE && loop.nanos() - since > STUCK.toNanos()) {
        // Before the line is closed, which lets the writer go: it would only tell of the closing.
        failed(stuck().fault());
        return true;
      }
    }
    return true;
  }

  /** The loop keeps the thread that reads. */
  private void readOn(Line open) {
    LOG.debug("{}: the loop is busy, so another thread reads on", mesh);
    startThread(() -> read(open));
  }

  private void startProtocol() {
    if (!ended) {
      started = true;
      try {
        coProcessor.orElseThrow().start();
      } catch (RuntimeException e) {
        LOG.error("{}: the protocol did not start", mesh, e);
        failed(RadioFault.passing("an error of this software, see the log: " + e));
      }
    }
  }

  private static LineException stuck() {
    return new LineException(
        "the co-processor takes no octets; if it has no flow control, configure none");
  }

  @Override
  public void write(ByteBuffer octets) {
    Optional<Line> to = line;
    if (ended || to.isEmpty()) {
      return;
    }
    try {
      if (!writing.tryLock(STUCK.toNanos(), TimeUnit.NANOSECONDS)) {
        throw stuck();
      }
      try {
        writingSince = loop.nanos();
        to.get().write(octets);
      } finally {
        writingSince = IDLE;
        writing.unlock();
      }
    } catch (LineException e) {
      failed(e.fault());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(RadioFault.passing("interrupted while writing"));
    }
  }

  @Override
  public void failed(RadioFault fault) {
    if (failing.compareAndSet(false, true)) {
      // Later, so that no protocol is closed from within a call of its own.
      loop.execute(
          () -> {
            if (!ended) {
              listener.failed(fault);
            }
          });
    }
  }

  @Override
  public void progress(String message) {
    if (!loop.inLoop()) {
      loop.execute(() -> progress(message));
    } else if (!ended) {
      listener.progress(message);
    }
  }

  @Override
  public String mesh() {
    return mesh;
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public RadioEvents events() {
    return events;
  }

  @Override
  public NetworkSettings network() {
    return network;
  }

  @Override
  public LinkCounters counters() {
    return counters;
  }

  /** What the protocol reports, as long as the link was not ended. */
  private final class Events implements RadioEvents {

    @Override
    public void progress(String radio, RadioState state, String message) {
      Link.this.progress(message);
    }

    @Override
    public void networkUp(NetworkParameters parameters) {
      if (!ended) {
        listener.networkUp(parameters);
      }
    }

    @Override
    public void networkDown(String reason) {
      if (!ended) {
        listener.networkDown(reason);
      }
    }

    @Override
    public void received(ApsFrame frame) {
      if (!ended) {
        listener.received(frame);
      }
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      if (!ended) {
        listener.confirmed(tag, confirmation);
      }
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      if (!ended) {
        listener.joined(device, networkAddress);
      }
    }

    @Override
    public void left(Eui64 device) {
      if (!ended) {
        listener.left(device);
      }
    }
  }
}
