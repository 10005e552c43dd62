package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.air.Link.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What lies between the coordinator and the devices. All of it belongs to the mesh's loop; what was
 * under way when it is closed is forgotten.
 *
 * <p>Every frame takes the channel once per hop, so nothing is sent at the same time in two places.
 * Collisions, retries of the MAC and routing are not modelled.
 */
public final class Air {

  private static final int FIRST_BROADCAST_ADDRESS = 0xFFF8;

  private final EventLoop loop;
  private final Conditions conditions;
  private final Channel channel;
  private final Fate fate;
  private final Coordinator coordinator;
  private final List<Link> links = new ArrayList<>();
  private final Link[] byAddress = new Link[FIRST_BROADCAST_ADDRESS];
  private boolean closed;

  /**
   * How the air is.
   *
   * @param instant frames do not wait for one another, and take no time but the delay
   * @param delay what a frame takes, whatever its size, on an instant channel
   * @param sourceRouted frames to devices more than a hop away carry a source route
   */
  public record Conditions(
      boolean instant, Duration delay, boolean sourceRouted, Disturbances disturbances) {
    /** Real airtime and nothing goes wrong. */
    public static final Conditions CLEAR =
        new Conditions(false, Duration.ZERO, true, Disturbances.NONE);
  }

  /**
   * Air with no device in it.
   *
   * @param backoffs draws the back-off periods
   * @param fates draws what goes wrong
   */
  public Air(
      EventLoop loop,
      Conditions conditions,
      RandomGenerator backoffs,
      RandomGenerator fates,
      Coordinator coordinator) {
    this.loop = loop;
    this.conditions = conditions;
    this.channel =
        conditions.instant()
            ? Channel.instant(loop, conditions.delay())
            : Channel.shared(loop, backoffs);
    this.fate = new Fate(conditions.disturbances(), fates);
    this.coordinator = coordinator;
  }

  /** Places a device, which is not on the network before {@link Link#online}. */
  public Link place(Station station, Placement placement) {
    Link link = new Link(this, station, placement);
    links.add(link);
    return link;
  }

  /** Whether some device has this address, on the air or not. */
  public boolean knows(int networkAddress) {
    return networkAddress < FIRST_BROADCAST_ADDRESS && byAddress[networkAddress] != null;
  }

  /** The device that has this address, on the air or not. */
  public Optional<Station> station(int networkAddress) {
    return knows(networkAddress)
        ? Optional.of(byAddress[networkAddress].station())
        : Optional.empty();
  }

  /** The largest ASDU that goes to this address in one frame, octets. */
  public int maximumAsdu(int networkAddress) {
    return Airtime.MAXIMUM_ASDU
        - (knows(networkAddress) ? byAddress[networkAddress].sourceRouteOctets() : 0);
  }

  /**
   * Sends a frame from the coordinator to a device that {@link #knows} knows.
   *
   * @param tag for the confirmation
   */
  public void unicast(ApsFrame frame, boolean acknowledged, int tag) {
    new Unicast(byAddress[frame.networkAddress()], /* down= */ true, frame, acknowledged, tag)
        .depart();
  }

  /** The same, when nobody wants to know what became of it. */
  public void unicast(ApsFrame frame) {
    unicast(frame, /* acknowledged= */ false, Unicast.NO_TAG);
  }

  /** Sends a frame from the coordinator to all devices that listen. */
  public void broadcast(ApsFrame frame, int tag) {
    int farthest = links.stream().mapToInt(Link::hopsOnAir).max().orElse(1);
    new Broadcast(
            this,
            frame,
            farthest,
            () -> {
              confirmed(tag, Confirmation.DELIVERED);
              for (Link link : List.copyOf(links)) {
                if (link.isOnline() && !link.isSleepy() && !fate.losesBroadcast(frame)) {
                  link.station().received(frame);
                }
              }
            })
        .depart();
  }

  void broadcastFrom(Link link, ApsFrame frame) {
    new Broadcast(
            this,
            frame,
            link.hopsOnAir(),
            () -> {
              if (coordinator.isListening() && !fate.losesBroadcast(frame)) {
                coordinator.received(frame);
              }
            })
        .depart();
  }

  /** Forgets what is under way; no call of a station or the coordinator follows. */
  public void close() {
    closed = true;
    channel.close();
    links.forEach(Link::close);
  }

  void confirmed(int tag, Confirmation confirmation) {
    coordinator.confirmed(tag, confirmation);
  }

  void remember(Link link) {
    byAddress[link.networkAddress()] = link;
  }

  void forget(Link link) {
    if (byAddress[link.networkAddress()] == link) {
      byAddress[link.networkAddress()] = null;
    }
  }

  void after(Duration delay, Runnable task) {
    loop.after(delay, () -> ifOpen(task));
  }

  void ifOpen(Runnable task) {
    if (!closed) {
      task.run();
    }
  }

  EventLoop loop() {
    return loop;
  }

  Channel channel() {
    return channel;
  }

  Fate fate() {
    return fate;
  }

  Coordinator coordinator() {
    return coordinator;
  }

  boolean isInstant() {
    return conditions.instant();
  }

  boolean isSourceRouted() {
    return conditions.sourceRouted();
  }

  boolean isClosed() {
    return closed;
  }
}
