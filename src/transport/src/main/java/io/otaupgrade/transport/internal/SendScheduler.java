package io.otaupgrade.transport.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.transport.internal.Outgoing.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which frame the co-processor gets next. Belongs to the mesh's loop.
 *
 * <ul>
 *   <li>No more frames are in flight than the co-processor takes, in all and for each destination;
 *       broadcasts count like unicasts.
 *   <li>Control frames go before image transfer, and image transfer never fills the whole window,
 *       nor the channel's queue ({@link OtaWindow}). Frames to nodes that sleep wait for the node,
 *       not for the channel, and do not count there; nor do those that are stuck.
 *   <li>Within a priority the destinations take turns, one frame each; within a destination frames
 *       keep their order.
 *   <li>When the co-processor is full, the same frame is tried again: after the next confirmation,
 *       or a pause that doubles. What it took before is the window from then on, which grows back
 *       one by one.
 *   <li>Every frame has exactly one outcome. Its listener is never called before {@code send}
 *       returned, nor while a frame is being given to the driver.
 * </ul>
 *
 * <p>In the common case, nothing waiting and room in the window, a frame goes to the driver at once
 * and nothing is allocated.
 */
final class SendScheduler {

  private static final Logger LOG = LoggerFactory.getLogger(SendScheduler.class);

  private static final int POOL = 1024;
  private static final int IDLE_DESTINATIONS = 256;

  /** The longest pause after BUSY, unless the first is longer already. */
  private static final long LONGEST_BACK_OFF = Duration.ofMillis(640).toNanos();

  /** The window grows by one after so many confirmations for each frame that it has. */
  private static final int CALM = 8;

  /** Deadlines are looked at no more often, so that many of them stay cheap. */
  private static final long DEADLINE_GRAIN = Duration.ofMillis(5).toNanos();

  private static final EventLoop.Timer NO_TIMER = () -> {};

  private final String mesh;
  private final EventLoop loop;
  private final RadioDriver driver;
  private final IntPredicate sleeps;
  private Settings settings;

  /** By tag. */
  private final Outgoing[] flights = new Outgoing[TagPool.TAGS];

  private final TagPool tags = new TagPool();
  private IntMap<Destination> destinations = new IntMap<>();
  private int tidyAt = IDLE_DESTINATIONS;

  /** Destinations whose turn is to come, if they have room when it does. */
  private final ArrayDeque<Destination> controlTurns = new ArrayDeque<>();

  private final ArrayDeque<Destination> otaTurns = new ArrayDeque<>();

  private final ArrayDeque<Outcome> outcomes = new ArrayDeque<>();
  private boolean outcomesPosted;

  private Outgoing pool = Outgoing.NONE;
  private int pooled;

  private boolean up;
  private RadioLimits limits = new RadioLimits(1, 1);
  private int window;
  private int otaWindow;
  private final OtaWindow channel = new OtaWindow();
  private int inFlight;
  private int otaInFlight;

  /** Of these, the ones that count in the channel's window. */
  private int otaCounting;

  private int waitingControl;
  private int waitingOta;
  private int confirmedInCalm;

  /** The co-processor is full: nothing goes before a confirmation or the end of the pause. */
  private boolean paused;

  private EventLoop.Timer pause = NO_TIMER;
  private long backOff;

  private boolean pumping;
  private boolean inDriver;

  private boolean confirmationsWatched;
  private EventLoop.Timer confirmationWatch = NO_TIMER;
  private long deadlineWatchedAt = Long.MAX_VALUE;
  private EventLoop.Timer deadlineWatch = NO_TIMER;
  private boolean stuckWatched;
  private EventLoop.Timer stuckWatch = NO_TIMER;

  /**
   * @param sleeps whether the node with this address hears only what its parent kept for it
   */
  SendScheduler(
      String mesh, EventLoop loop, RadioDriver driver, Settings settings, IntPredicate sleeps) {
    this.mesh = mesh;
    this.loop = loop;
    this.driver = driver;
    this.settings = settings;
    this.sleeps = sleeps;
  }

  void configure(Settings changed) {
    settings = changed;
    sizeOtaWindow();
    pump();
  }

  /** The co-processor is on its network and takes frames. */
  void up(RadioLimits taken) {
    limits = taken;
    window = taken.framesInFlight();
    backOff = settings.busyBackOff().toNanos();
    confirmedInCalm = 0;
    up = true;
    sizeOtaWindow();
    channel.restart(otaWindow);
    pump();
  }

  /** Frames in flight are void; those that wait, and those to come, have no network to go to. */
  void down() {
    if (!up) {
      return;
    }
    up = false;
    for (int tag = 0; tag < flights.length; tag++) {
      Outgoing flight = flights[tag];
      if (flight != null) {
        flights[tag] = null;
        settle(flight, Delivery.UNCONFIRMED);
      }
    }
    IntMap<Destination> left = destinations;
    destinations = new IntMap<>();
    left.forEach(
        destination -> {
          refuseAll(destination.control);
          refuseAll(destination.ota);
        });
    controlTurns.clear();
    otaTurns.clear();
    tags.reset();
    inFlight = 0;
    otaInFlight = 0;
    otaCounting = 0;
    waitingControl = 0;
    waitingOta = 0;
    endPause();
    confirmationWatch.cancel();
    confirmationsWatched = false;
    deadlineWatch.cancel();
    deadlineWatchedAt = Long.MAX_VALUE;
    stuckWatch.cancel();
    stuckWatched = false;
    tellOutcomes();
  }

  /** Whether a frame is being given to the driver right now. */
  boolean isInDriver() {
    return inDriver;
  }

  /**
   * Sends a frame now or when its turn comes.
   *
   * @param now the loop's time
   * @param deadline until when it may wait, in the loop's nanoseconds
   */
  void send(
      ApsFrame frame,
      Priority priority,
      TxOptions options,
      long now,
      long deadline,
      DeliveryListener listener) {
    int address = frame.networkAddress();
    if (!up || !Nwk.isDestination(address)) {
      LOG.debug("{}: refused, {}: {}", mesh, up ? "a reserved address" : "not on a network", frame);
      settleLater(listener, Delivery.REFUSED);
      return;
    }
    boolean control = priority == Priority.CONTROL;
    Destination destination = destination(address);
    if (mayGoAtOnce(destination, control)) {
      transmit(outgoing(frame, control, options, deadline, listener, destination), now);
      pump();
    } else if ((control ? waitingControl : waitingOta) >= settings.queueLimit()) {
      LOG.debug("{}: refused, {} frames wait already: {}", mesh, settings.queueLimit(), frame);
      settleLater(listener, Delivery.REFUSED);
    } else {
      destination
          .queue(control)
          .add(outgoing(frame, control, options, deadline, listener, destination));
      countWaiting(control, 1);
      watchDeadline(deadline, now);
      offerTurns(destination);
      pump();
    }
  }

  /** What the co-processor says of the frame with this tag. */
  void confirmed(int tag, Confirmation confirmation) {
    Outgoing flight = tag >= 0 && tag < flights.length ? flights[tag] : null;
    if (flight == null) {
      LOG.debug("{}: {} for tag {}, which is not in flight", mesh, confirmation, tag);
      tags.lateConfirmation(tag);
      return;
    }
    if (confirmation == Confirmation.DELIVERED && flight.counts) {
      learn(flight);
    }
    land(flight);
    tags.give(tag);
    Destination destination = flight.destination;
    if (confirmation == Confirmation.BUSY) {
      waitForRoom(flight);
      pump();
      return;
    }
    if (flight.frame.isBroadcast()) {
      destination.backOff = 0;
    } else {
      noteRoom();
    }
    offerTurns(destination);
    DeliveryListener listener = flight.listener;
    recycle(flight);
    Delivery delivery =
        switch (confirmation) {
          case DELIVERED -> Delivery.DELIVERED;
          case NO_ACK -> Delivery.NO_ACK;
          default -> Delivery.REFUSED;
        };
    if (inDriver) {
      settleLater(listener, delivery);
    } else {
      pump();
      tell(listener, delivery);
    }
  }

  /** For tests. */
  int knownDestinations() {
    return destinations.size();
  }

  private boolean mayGoAtOnce(Destination destination, boolean control) {
    return inFlight < window
        && controlTurns.isEmpty()
        && (control || (otaTurns.isEmpty() && otaMayGo()))
        && hasRoom(destination)
        && !paused
        && !pumping
        && !inDriver;
  }

  private boolean otaMayGo() {
    return otaInFlight < otaWindow && otaCounting < channel.frames();
  }

  private boolean hasRoom(Destination destination) {
    return destination.inFlight < limits.framesInFlightPerNode() && !destination.paused;
  }

  /** Gives the co-processor what it has room for. */
  private void pump() {
    if (pumping || inDriver || !up || (controlTurns.isEmpty() && otaTurns.isEmpty())) {
      return;
    }
    pumping = true;
    try {
      long now = loop.nanos();
      boolean found = true;
      while (found && !paused && inFlight < window) {
        found = sendNext(true, now) || (otaMayGo() && sendNext(false, now));
      }
      if (!otaTurns.isEmpty() && otaCounting >= channel.frames()) {
        watchStuck(channel.stuckAfter());
      }
    } finally {
      pumping = false;
    }
  }

  /** Sends one frame of this class; false when none can go. */
  private boolean sendNext(boolean control, long now) {
    ArrayDeque<Destination> turns = control ? controlTurns : otaTurns;
    for (Destination next = turns.poll(); next != null; next = turns.poll()) {
      setTurn(next, control, false);
      // One without room comes again when a frame to it is confirmed.
      if (hasRoom(next)) {
        Outgoing frame = nextInTime(next.queue(control), control, now);
        if (frame != Outgoing.NONE) {
          transmit(frame, now);
          offerTurns(next);
          return true;
        }
      }
    }
    return false;
  }

  private Outgoing nextInTime(Outgoing.Queue queue, boolean control, long now) {
    Outgoing frame = queue.take();
    while (frame != Outgoing.NONE) {
      countWaiting(control, -1);
      if (frame.deadline >= now) {
        return frame;
      }
      settle(frame, Delivery.EXPIRED);
      frame = queue.take();
    }
    return Outgoing.NONE;
  }

  private void transmit(Outgoing frame, long now) {
    int tag = tags.take();
    flights[tag] = frame;
    frame.tag = tag;
    frame.sentAt = now;
    frame.destination.inFlight++;
    inFlight++;
    if (!frame.control) {
      otaInFlight++;
      frame.alone = otaCounting == 0;
      frame.counts = !sleeps.test(frame.destination.address);
      otaCounting += frame.counts ? 1 : 0;
    }
    if (!confirmationsWatched) {
      confirmationsWatched = true;
      watchConfirmations(settings.confirmationTimeout().toNanos());
    }
    inDriver = true;
    try {
      driver.send(tag, frame.frame, frame.options);
    } catch (RuntimeException e) {
      LOG.error("{}: the driver failed on {}", mesh, frame.frame, e);
      if (flights[tag] == frame) {
        land(frame);
        tags.give(tag);
        offerTurns(frame.destination);
        settle(frame, Delivery.REFUSED);
      }
    } finally {
      inDriver = false;
    }
  }

  /** The frame is in flight no more. */
  private void land(Outgoing frame) {
    flights[frame.tag] = null;
    frame.destination.inFlight--;
    inFlight--;
    if (!frame.control) {
      otaInFlight--;
      discount(frame);
    }
  }

  private void discount(Outgoing frame) {
    if (frame.counts) {
      frame.counts = false;
      otaCounting--;
    }
  }

  /**
   * What a delivered frame says of the channel; one with APS acknowledgement says of two frames.
   */
  private void learn(Outgoing flight) {
    if (!flight.options.apsAcknowledgement()) {
      boolean limiting = !otaTurns.isEmpty() && otaCounting >= channel.frames();
      long duration = loop.nanos() - flight.sentAt;
      channel.delivered(duration, otaCounting, flight.alone, limiting);
    }
  }

  private void watchStuck(long nanos) {
    if (!stuckWatched) {
      stuckWatched = true;
      stuckWatch = loop.after(Duration.ofNanos(nanos), this::passStuck);
    }
  }

  /** Frames that their destination does not take let others go past. */
  private void passStuck() {
    stuckWatched = false;
    long stuckSince = loop.nanos() - channel.stuckAfter();
    for (Outgoing flight : flights) {
      if (flight != null && flight.sentAt <= stuckSince) {
        discount(flight);
      }
    }
    pump();
    tellOutcomes();
  }

  /** The co-processor was full: the frame goes back to where it came from. */
  private void waitForRoom(Outgoing frame) {
    Destination destination = frame.destination;
    destination.queue(frame.control).addFirst(frame);
    countWaiting(frame.control, 1);
    long now = loop.nanos();
    watchDeadline(frame.deadline, now);
    if (frame.frame.isBroadcast()) {
      // Its table of recent broadcasts is full, which says nothing of unicasts.
      pauseBroadcasts(destination);
      return;
    }
    window = Math.max(1, inFlight);
    confirmedInCalm = 0;
    sizeOtaWindow();
    if (!hasTurn(destination, frame.control)) {
      (frame.control ? controlTurns : otaTurns).addFirst(destination);
      setTurn(destination, frame.control, true);
    }
    // Frames of the other priority may have waited for the place that this one left.
    offerTurns(destination);
    LOG.debug("{}: the co-processor is full at {} frames", mesh, inFlight);
    if (!paused) {
      paused = true;
      pause = loop.after(Duration.ofNanos(backOff), this::tryAgain);
      backOff = doubled(backOff);
    }
  }

  private void tryAgain() {
    paused = false;
    window = Math.min(limits.framesInFlight(), Math.max(window, inFlight + 1));
    sizeOtaWindow();
    pump();
    tellOutcomes();
  }

  private void pauseBroadcasts(Destination destination) {
    destination.paused = true;
    destination.backOff =
        destination.backOff == 0 ? settings.busyBackOff().toNanos() : doubled(destination.backOff);
    loop.after(
        Duration.ofNanos(destination.backOff),
        () -> {
          destination.paused = false;
          // Not one from before the network went down.
          if (destinations.getOr(destination.address, Destination.NONE) == destination) {
            offerTurns(destination);
            pump();
            tellOutcomes();
          }
        });
  }

  private long doubled(long pauseNanos) {
    return Math.max(pauseNanos, Math.min(2 * pauseNanos, LONGEST_BACK_OFF));
  }

  /** The co-processor took a unicast to its end, so there is room for another one. */
  private void noteRoom() {
    if (paused) {
      endPause();
    }
    backOff = settings.busyBackOff().toNanos();
    if (window < limits.framesInFlight() && ++confirmedInCalm >= CALM * window) {
      confirmedInCalm = 0;
      window++;
      sizeOtaWindow();
    }
  }

  private void endPause() {
    pause.cancel();
    pause = NO_TIMER;
    paused = false;
  }

  private void sizeOtaWindow() {
    int reserve = Math.max(1, (window * settings.controlReserve() + 99) / 100);
    otaWindow = Math.max(1, window - reserve);
    channel.limit(otaWindow);
  }

  private void offerTurns(Destination destination) {
    if (hasRoom(destination)) {
      offerTurn(destination, true);
      offerTurn(destination, false);
    }
  }

  private void offerTurn(Destination destination, boolean control) {
    if (!hasTurn(destination, control) && !destination.queue(control).isEmpty()) {
      (control ? controlTurns : otaTurns).add(destination);
      setTurn(destination, control, true);
    }
  }

  private static boolean hasTurn(Destination destination, boolean control) {
    return control ? destination.hasControlTurn : destination.hasOtaTurn;
  }

  private static void setTurn(Destination destination, boolean control, boolean turn) {
    if (control) {
      destination.hasControlTurn = turn;
    } else {
      destination.hasOtaTurn = turn;
    }
  }

  private void countWaiting(boolean control, int change) {
    if (control) {
      waitingControl += change;
    } else {
      waitingOta += change;
    }
  }

  private Destination destination(int address) {
    Destination known = destinations.getOr(address, Destination.NONE);
    if (known != Destination.NONE) {
      return known;
    }
    if (destinations.size() >= tidyAt) {
      destinations.removeIf(Destination::isIdle);
      tidyAt = Math.max(IDLE_DESTINATIONS, 2 * destinations.size());
    }
    Destination fresh = new Destination(address);
    destinations.put(address, fresh);
    return fresh;
  }

  private void watchConfirmations(long nanos) {
    confirmationWatch = loop.after(Duration.ofNanos(nanos), this::giveUpUnconfirmed);
  }

  /** One timer for all frames in flight: it runs when the oldest could be overdue. */
  private void giveUpUnconfirmed() {
    long now = loop.nanos();
    long timeout = settings.confirmationTimeout().toNanos();
    long oldest = Long.MAX_VALUE;
    for (Outgoing flight : flights) {
      if (flight == null) {
        continue;
      }
      if (now - flight.sentAt < timeout) {
        oldest = Math.min(oldest, flight.sentAt);
        continue;
      }
      LOG.debug("{}: never confirmed: {}", mesh, flight.frame);
      land(flight);
      tags.setAside(flight.tag);
      offerTurns(flight.destination);
      settle(flight, Delivery.UNCONFIRMED);
    }
    confirmationsWatched = oldest != Long.MAX_VALUE;
    if (confirmationsWatched) {
      watchConfirmations(oldest + timeout - now);
    }
    pump();
    tellOutcomes();
  }

  private void watchDeadline(long deadline, long now) {
    if (deadline < deadlineWatchedAt) {
      deadlineWatch.cancel();
      deadlineWatchedAt = deadline;
      // One more, since at its deadline a frame may still go.
      deadlineWatch =
          loop.after(Duration.ofNanos(Math.max(0, deadline - now) + 1), this::giveUpExpired);
    }
  }

  private void giveUpExpired() {
    long now = loop.nanos();
    deadlineWatchedAt = Long.MAX_VALUE;
    EarliestDeadline earliest = new EarliestDeadline();
    destinations.forEach(
        destination -> {
          expire(destination.control, true, now, earliest);
          expire(destination.ota, false, now, earliest);
        });
    if (earliest.nanos != Long.MAX_VALUE) {
      watchDeadline(Math.max(earliest.nanos, now + DEADLINE_GRAIN), now);
    }
    tellOutcomes();
  }

  private void expire(Outgoing.Queue queue, boolean control, long now, EarliestDeadline earliest) {
    if (queue.isEmpty()) {
      return;
    }
    Outgoing.Queue kept = new Outgoing.Queue();
    for (Outgoing frame = queue.take(); frame != Outgoing.NONE; frame = queue.take()) {
      if (frame.deadline < now) {
        countWaiting(control, -1);
        settle(frame, Delivery.EXPIRED);
      } else {
        kept.add(frame);
        earliest.nanos = Math.min(earliest.nanos, frame.deadline);
      }
    }
    for (Outgoing frame = kept.take(); frame != Outgoing.NONE; frame = kept.take()) {
      queue.add(frame);
    }
  }

  private static final class EarliestDeadline {
    private long nanos = Long.MAX_VALUE;
  }

  private void refuseAll(Outgoing.Queue queue) {
    for (Outgoing frame = queue.take(); frame != Outgoing.NONE; frame = queue.take()) {
      settle(frame, Delivery.REFUSED);
    }
  }

  /** The end of a frame, told as soon as that may be. */
  private void settle(Outgoing frame, Delivery delivery) {
    settleLater(frame.listener, delivery);
    recycle(frame);
  }

  private void settleLater(DeliveryListener listener, Delivery delivery) {
    outcomes.add(new Outcome(listener, delivery));
    if (!outcomesPosted) {
      outcomesPosted = true;
      loop.execute(this::tellPostedOutcomes);
    }
  }

  private void tellPostedOutcomes() {
    outcomesPosted = false;
    tellOutcomes();
    if (!outcomes.isEmpty() && !outcomesPosted) {
      outcomesPosted = true;
      loop.execute(this::tellPostedOutcomes);
    }
  }

  /**
   * Those there are now: a listener that sends again may add more, which wait for the next time.
   */
  private void tellOutcomes() {
    int count = outcomes.size();
    for (Outcome next = outcomes.poll(); next != null; next = outcomes.poll()) {
      tell(next.listener(), next.delivery());
      if (--count == 0) {
        return;
      }
    }
  }

  private void tell(DeliveryListener listener, Delivery delivery) {
    try {
      listener.settled(delivery);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("{}: {} failed on {}", mesh, listener, delivery, e);
    }
  }

  private Outgoing outgoing(
      ApsFrame frame,
      boolean control,
      TxOptions options,
      long deadline,
      DeliveryListener listener,
      Destination destination) {
    Outgoing outgoing = pool;
    if (outgoing == Outgoing.NONE) {
      outgoing = new Outgoing();
    } else {
      pool = outgoing.next;
      pooled--;
      outgoing.next = Outgoing.NONE;
    }
    outgoing.frame = frame;
    outgoing.control = control;
    outgoing.options = options;
    outgoing.deadline = deadline;
    outgoing.listener = listener;
    outgoing.destination = destination;
    return outgoing;
  }

  private void recycle(Outgoing outgoing) {
    outgoing.forget();
    if (pooled < POOL) {
      outgoing.next = pool;
      pool = outgoing;
      pooled++;
    }
  }
}
