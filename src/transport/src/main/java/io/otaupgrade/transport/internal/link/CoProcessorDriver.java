package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.RadioCounters;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.Optional;

/**
 * A radio on a line: opens it, starts the co-processor's protocol on it, and when either fails
 * closes both and begins again, for ever, with growing pauses.
 */
public final class CoProcessorDriver implements RadioDriver {

  /**
   * A start that takes longer has failed, the opening of the line included. The protocols have
   * limits of their own for each step; forming a network takes the longest, a minute and a half.
   */
  static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /**
   * The longest pause while waiting may help: a mesh is to run again within five seconds of its
   * port answering, and what devices take to ask again comes on top. One attempt a second is little
   * for whoever refuses it.
   */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** The longest pause while somebody has to change something. */
  static final Duration LONGEST_PAUSE_WHEN_LASTING = Duration.ofSeconds(60);

  /** What was up for so long begins with short pauses again. */
  private static final Duration PROVEN = Duration.ofSeconds(10);

  private final String mesh;
  private final String protocol;
  private final PortAddress port;
  private final NetworkSettings network;
  private final CoProcessor.Factory factory;
  private final Lines lines;

  private volatile LinkCounters counters = new LinkCounters();

  // What follows belongs to the loop.
  private Optional<Opened> opened = Optional.empty();
  private Optional<Link> link = Optional.empty();
  private EventLoop.Timer next = () -> {};
  private Duration pause = FIRST_PAUSE;
  private boolean up;
  private long upSince;
  private boolean failing;
  private String lastTold = "";

  /** Where the driver was opened to. */
  private record Opened(RadioEvents events, EventLoop loop) {}

  /**
   * @param protocol its name, for the operator
   * @param factory makes the protocol for each line that was opened
   */
  public CoProcessorDriver(
      String mesh,
      String protocol,
      PortAddress port,
      NetworkSettings network,
      CoProcessor.Factory factory,
      Lines lines) {
    this.mesh = mesh;
    this.protocol = protocol;
    this.port = port;
    this.network = network;
    this.factory = factory;
    this.lines = lines;
  }

  @Override
  public void open(RadioEvents events, EventLoop loop) {
    opened = Optional.of(new Opened(events, loop));
    counters = new LinkCounters();
    pause = FIRST_PAUSE;
    failing = false;
    lastTold = "";
    begin();
  }

  @Override
  public void close() {
    next.cancel();
    link.ifPresent(Link::end);
    opened = Optional.empty();
    up = false;
  }

  private void begin() {
    if (opened.isEmpty()) {
      return;
    }
    if (link.map(Link::isAlive).orElse(false)) {
      // A thread that hangs in the operating system is waited for, so that there is never more
      // than one.
      next = meshLoop().after(FIRST_PAUSE, this::begin);
      return;
    }
    Link begun = new Link(new Listener(), mesh, network, meshLoop(), counters, factory);
    link = Optional.of(begun);
    progress(RadioState.STARTING, "opening " + port);
    superviseStart(begun);
    begun.start(lines, port);
  }

  private void superviseStart(Link started) {
    next =
        meshLoop()
            .after(
                START_TIMEOUT,
                () ->
                    started.failed(
                        RadioFault.passing(
                            "the co-processor did not start within "
                                + START_TIMEOUT.toSeconds()
                                + " s")));
  }

  private EventLoop meshLoop() {
    return opened.orElseThrow().loop();
  }

  private RadioEvents events() {
    return opened.orElseThrow().events();
  }

  private Optional<CoProcessor> coProcessor() {
    return link.filter(each -> up).flatMap(Link::coProcessor);
  }

  @Override
  public RadioLimits limits() {
    // None while it is down: nothing is sent then.
    return coProcessor().map(CoProcessor::limits).orElse(new RadioLimits(1, 1));
  }

  @Override
  public int maximumPayload(int networkAddress) {
    return coProcessor().map(each -> each.maximumPayload(networkAddress)).orElse(0);
  }

  @Override
  public void send(int tag, ApsFrame frame, TxOptions options) {
    Optional<CoProcessor> on = coProcessor();
    if (on.isPresent()) {
      on.get().send(tag, frame, options);
    } else {
      opened.ifPresent(to -> to.events().confirmed(tag, Confirmation.REFUSED));
    }
  }

  @Override
  public void permitJoin(Duration duration) {
    coProcessor().ifPresent(each -> each.permitJoin(duration));
  }

  @Override
  public RadioCounters counters() {
    return counters.snapshot();
  }

  @Override
  public String toString() {
    return protocol + " at " + port;
  }

  /**
   * Each word is told once: while it fails, what a new attempt is about to do is no news, and
   * neither is that it failed for the same reason.
   */
  private void progress(RadioState state, String message) {
    boolean news = !(failing && state == RadioState.STARTING) && !lastTold.equals(state + message);
    if (news) {
      lastTold = state + message;
      events().progress(toString(), state, message);
    }
  }

  /** What the present link tells, on the loop; a link that was ended tells nothing. */
  private final class Listener implements Link.Listener {

    private String word = "";

    @Override
    public void progress(String message) {
      word = message;
      CoProcessorDriver.this.progress(up ? RadioState.UP : RadioState.STARTING, message);
    }

    @Override
    public void networkUp(NetworkParameters parameters) {
      next.cancel();
      if (!up) {
        up = true;
        upSince = meshLoop().nanos();
      }
      failing = false;
      lastTold = "";
      if (!word.isEmpty()) {
        CoProcessorDriver.this.progress(RadioState.UP, word);
      }
      events().networkUp(parameters);
    }

    @Override
    public void networkDown(String reason) {
      if (up) {
        up = false;
        events().networkDown(reason);
        // It may find its way back by itself; if not, it is started anew.
        superviseStart(link.orElseThrow());
      }
    }

    @Override
    public void failed(RadioFault fault) {
      next.cancel();
      Link broken = link.orElseThrow();
      if (broken.coProcessor().isPresent()) {
        counters.linkFaults.incrementAndGet();
      }
      broken.end();
      if (up) {
        up = false;
        if (meshLoop().nanos() - upSince >= PROVEN.toNanos()) {
          pause = FIRST_PAUSE;
        }
        events().networkDown(fault.message());
      }
      failing = true;
      CoProcessorDriver.this.progress(
          fault.lasting() ? RadioState.MISCONFIGURED : RadioState.RETRYING, fault.message());
      Duration longest = fault.lasting() ? LONGEST_PAUSE_WHEN_LASTING : LONGEST_PAUSE;
      next = meshLoop().after(shorter(pause, longest), CoProcessorDriver.this::begin);
      pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE_WHEN_LASTING);
    }

    private Duration shorter(Duration one, Duration other) {
      return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void received(ApsFrame frame) {
      events().received(frame);
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      events().confirmed(tag, confirmation);
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      events().joined(device, networkAddress);
    }

    @Override
    public void left(Eui64 device) {
      events().left(device);
    }
  }
}
