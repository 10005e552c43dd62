package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.NetworkParameters;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.zcl.Eui64;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A driver whose co-processor is the test. It keeps the sender to the rules: a tag is never used
 * twice at once, and the limits are never passed.
 */
class FakeDriver implements RadioDriver {

  /** A frame that was given to the co-processor. */
  record Sent(int tag, ApsFrame frame, TxOptions options, long nanos) {}

  /** As the default of the transport: then both sides forget a frame that was not confirmed. */
  private static final long FORGET_NANOS = Duration.ofSeconds(12).toNanos();

  static final Eui64 COORDINATOR = new Eui64(0x00124b0000c00000L);
  static final NetworkParameters NETWORK =
      new NetworkParameters(COORDINATOR, 0, 15, 0x1a62, 0xdddddddd01020304L);

  final List<Sent> sent = new ArrayList<>();
  final Map<Integer, Sent> inFlight = new LinkedHashMap<>();
  final List<String> broken = new ArrayList<>();
  RadioLimits limits = new RadioLimits(8, 2);
  Optional<EventLoop> ownLoop = Optional.empty();

  /** What the co-processor does with a frame, within the call. */
  Consumer<Sent> onSend = frame -> {};

  volatile boolean opened;
  int payload = 82;
  private Optional<RadioEvents> events = Optional.empty();
  private Optional<EventLoop> loop = Optional.empty();

  RadioEvents events() {
    return events.orElseThrow();
  }

  void networkUp() {
    events().networkUp(NETWORK);
  }

  /** Confirms the frame with this tag. */
  void confirm(int tag, Confirmation confirmation) {
    inFlight.remove(tag);
    events().confirmed(tag, confirmation);
  }

  /** Confirms the frame that was sent as the n-th. */
  void confirmNth(int n, Confirmation confirmation) {
    confirm(sent.get(n).tag(), confirmation);
  }

  /** Confirms all that are in flight now, in the order they were sent. */
  void confirmAll(Confirmation confirmation) {
    List.copyOf(inFlight.values()).forEach(each -> confirm(each.tag(), confirmation));
  }

  void networkDown(String reason) {
    inFlight.clear();
    events().networkDown(reason);
  }

  List<ApsFrame> frames() {
    return sent.stream().map(Sent::frame).toList();
  }

  List<Integer> addresses() {
    return frames().stream().map(ApsFrame::networkAddress).toList();
  }

  @Override
  public Optional<EventLoop> loop() {
    return ownLoop;
  }

  @Override
  public void open(RadioEvents to, EventLoop on) {
    events = Optional.of(to);
    loop = Optional.of(on);
    opened = true;
  }

  @Override
  public void close() {
    opened = false;
    inFlight.clear();
  }

  @Override
  public RadioLimits limits() {
    return limits;
  }

  @Override
  public int maximumPayload(int networkAddress) {
    checkLoop();
    return payload;
  }

  @Override
  public void send(int tag, ApsFrame frame, TxOptions options) {
    checkLoop();
    long nanos = loop.orElseThrow().nanos();
    inFlight.values().removeIf(each -> nanos - each.nanos() >= FORGET_NANOS);
    Sent now = new Sent(tag, frame, options, nanos);
    if (tag < 0 || tag > 255) {
      broken.add("tag " + tag);
    }
    if (inFlight.put(tag, now) != null) {
      broken.add("tag " + tag + " is in flight already");
    }
    if (inFlight.size() > limits.framesInFlight()) {
      broken.add(inFlight.size() + " frames in flight");
    }
    long same =
        inFlight.values().stream()
            .filter(each -> each.frame().networkAddress() == frame.networkAddress())
            .count();
    if (same > limits.framesInFlightPerNode()) {
      broken.add(same + " frames in flight to one node");
    }
    sent.add(now);
    onSend.accept(now);
  }

  private void checkLoop() {
    if (!loop.map(EventLoop::inLoop).orElse(false)) {
      broken.add("called off the loop");
    }
  }
}
