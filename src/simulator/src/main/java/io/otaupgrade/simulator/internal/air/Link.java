package io.otaupgrade.simulator.internal.air;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.simulator.internal.time.Alarm;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * One device's place in the mesh: how far it is, whether it listens, and what its parent keeps for
 * it while it sleeps.
 */
public final class Link {

  /** How long a parent keeps a frame: macTransactionPersistenceTime. */
  static final Duration PERSISTENCE = Duration.ofMillis(7_680);

  private final Air air;
  private final Station station;
  private final Placement placement;
  private final ArrayDeque<Journey> kept = new ArrayDeque<>();
  private final Alarm poll;
  private final Alarm expiry;
  private final Poll request = new Poll();
  private int networkAddress;
  private boolean online;
  private boolean polling;
  private long awakeUntil = Long.MIN_VALUE;

  Link(Air air, Station station, Placement placement) {
    this.air = air;
    this.station = station;
    this.placement = placement;
    this.poll = new Alarm(air.loop(), this::poll);
    this.expiry = new Alarm(air.loop(), this::expire);
  }

  /**
   * Where a device is and how it listens.
   *
   * @param hops from the coordinator, 1..30
   * @param sleepy whether it hears only what it polls its parent for
   * @param fastPoll between polls while it waits for something
   * @param longPoll between polls otherwise
   */
  public record Placement(int hops, boolean sleepy, Duration fastPoll, Duration longPoll) {
    public Placement {
      if (hops < 1 || hops > 30) {
        throw new IllegalArgumentException("hops must be 1..30, was " + hops);
      }
      if (fastPoll.toMillis() < 1) {
        throw new IllegalArgumentException("fastPoll must be 1 ms or more, was " + fastPoll);
      }
      if (longPoll.compareTo(fastPoll) < 0) {
        throw new IllegalArgumentException(
            "longPoll must be " + fastPoll + " or more, was " + longPoll);
      }
    }
  }

  /** The device is on the network under this address from now on, and listens. */
  public void online(int address) {
    air.forget(this);
    networkAddress = address;
    online = true;
    air.remember(this);
    if (placement.sleepy()) {
      poll.set(placement.longPoll());
    }
  }

  /** The device hears and sends nothing from now on. */
  public void offline() {
    online = false;
    poll.cancel();
    awakeUntil = Long.MIN_VALUE;
  }

  /** The device is not of this network any more. */
  public void left() {
    offline();
    air.forget(this);
  }

  /**
   * Sends a frame to the coordinator.
   *
   * @param frame as it will be received: its network address is the device's own
   */
  public void unicast(ApsFrame frame, boolean acknowledged) {
    if (online) {
      if (acknowledged && placement.sleepy()) {
        poll.set(placement.fastPoll()); // the acknowledgement waits at the parent too
      }
      new Unicast(this, /* down= */ false, frame, acknowledged, Unicast.NO_TAG).depart();
    }
  }

  /** Sends a frame to everyone, the coordinator included. */
  public void broadcast(ApsFrame frame) {
    if (online) {
      air.broadcastFrom(this, frame);
    }
  }

  /** Makes a sleepy device poll fast for so long from now; no effect on one that is awake. */
  public void stayAwake(Duration time) {
    if (!placement.sleepy() || !online) {
      return;
    }
    awakeUntil = air.loop().nanos() + time.toNanos();
    poll.set(placement.fastPoll());
  }

  /** The device expects nothing more. */
  public void sleep() {
    awakeUntil = Long.MIN_VALUE;
  }

  Air air() {
    return air;
  }

  Station station() {
    return station;
  }

  int networkAddress() {
    return networkAddress;
  }

  boolean isOnline() {
    return online;
  }

  boolean isSleepy() {
    return placement.sleepy();
  }

  int hops() {
    return placement.hops();
  }

  /** Hops that frames really make: without airtime, one is as good as many. */
  int hopsOnAir() {
    return air.isInstant() ? 1 : placement.hops();
  }

  int sourceRouteOctets() {
    return air.isSourceRouted() ? Airtime.sourceRoute(placement.hops() - 1) : 0;
  }

  /** The parent keeps a frame until the device polls. */
  void keep(Journey journey) {
    journey.keepUntil(air.loop().nanos() + PERSISTENCE.toNanos());
    kept.add(journey);
    if (!expiry.isSet()) {
      expiry.set(PERSISTENCE);
    }
  }

  private void expire() {
    long now = air.loop().nanos();
    for (Iterator<Journey> each = kept.iterator(); each.hasNext(); ) {
      Journey journey = each.next();
      if (journey.keptUntil() > now) {
        break;
      }
      each.remove();
      air.loop().execute(() -> air.ifOpen(journey::expired));
    }
    if (!kept.isEmpty()) {
      expiry.setNanos(kept.element().keptUntil() - now);
    }
  }

  private void poll() {
    if (online && !polling) {
      polling = true;
      air.channel().send(request);
    }
  }

  void close() {
    poll.cancel();
    expiry.cancel();
    kept.clear();
  }

  /** MAC Data Request from the device to its parent. */
  private final class Poll implements Transmission {
    @Override
    public int mpduOctets() {
      return Airtime.DATA_REQUEST_MPDU;
    }

    @Override
    public void transmitted() {
      polling = false;
      if (air.isClosed() || !online) {
        return;
      }
      Journey next = kept.poll();
      if (next != null) {
        next.release();
      }
      if (!kept.isEmpty()) {
        poll(); // the frame pending bit told it that there is more
      } else {
        boolean awake = air.loop().nanos() < awakeUntil;
        poll.set(awake ? placement.fastPoll() : placement.longPoll());
      }
    }
  }
}
