package io.otaupgrade.simulator.internal.ncp.znp;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.simulator.internal.ncp.Board;
import io.otaupgrade.simulator.internal.ncp.Network;
import io.otaupgrade.simulator.internal.ncp.Radio;
import io.otaupgrade.simulator.internal.time.Alarm;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;

/** The stack's own state: on a network or not, and what it tells the host of that. */
final class ZnpStack {

  /** States of the device: initialised and waiting for the host; forming; coordinator. */
  static final int HOLD = 0;

  static final int COORDINATOR_STARTING = 8;
  static final int COORDINATOR = 9;

  private static final int STATE_CHANGE_IND = 0x45C0;
  private static final int PERMIT_JOIN_IND = 0x45CB;
  private static final int COMMISSIONING_NOTIFICATION = 0x4F80;

  private static final int COMMISSIONING_FORMATION = 2;
  private static final int COMMISSIONING_SUCCESS = 0;
  private static final int COMMISSIONING_FORMATION_FAILURE = 8;

  /** Energy scan and beacon requests. */
  private static final Duration FORMING = Duration.ofMillis(200);

  private static final int FOREVER = 0xFF;

  /** A year. */
  private static final Duration OPEN_FOREVER = Duration.ofDays(365);

  private static final long MINIMUM_START_MILLIS = 10;

  private final EventLoop loop;
  private final Radio radio;
  private final SplittableRandom random;
  private final NvMemory nv;
  private final UnpiWriter host;
  private final Alarm starting;
  private final Alarm closing;
  private int state = HOLD;
  private boolean forming;
  private int primaryChannels;

  ZnpStack(Board board, NvMemory nv, UnpiWriter host) {
    this.loop = board.loop();
    this.radio = board.radio();
    this.random = board.random();
    this.nv = nv;
    this.host = host;
    this.starting = new Alarm(loop, this::started);
    this.closing = new Alarm(loop, this::joiningEnds);
  }

  int state() {
    return state;
  }

  /** Off the network, until the host starts it again. */
  void reset() {
    starting.clear();
    closing.clear();
    state = HOLD;
    forming = false;
    primaryChannels = 0;
  }

  /**
   * Goes on with the network in memory, after a delay.
   *
   * @return 0 when there is one, 1 when there is none and nothing will happen
   */
  int startup(int delayMillis) {
    if (nv.network().isEmpty()) {
      return 1;
    }
    if (state != COORDINATOR) {
      forming = false;
      starting.set(Duration.ofMillis(Math.max(MINIMUM_START_MILLIS, delayMillis)));
    }
    return 0;
  }

  /** Channels that {@link #form} may use, a bit each; none for those of the memory. */
  void primaryChannels(int channels) {
    primaryChannels = channels;
  }

  /** Forms the network that the memory's settings ask for, unless there is one. */
  void form() {
    if (nv.network().isPresent()) {
      startup(0);
      return;
    }
    forming = true;
    changeTo(COORDINATOR_STARTING);
    starting.set(FORMING);
  }

  private void started() {
    if (forming) {
      forming = false;
      Optional<Network> wanted = wanted();
      if (wanted.isEmpty() || nv.octet(NvMemory.LOGICAL_TYPE) != 0) {
        changeTo(HOLD);
        notifyOf(COMMISSIONING_FORMATION_FAILURE);
        return;
      }
      nv.formed(wanted.get());
      notifyOf(COMMISSIONING_SUCCESS);
    }
    radio.start(nv.network().orElseThrow());
    changeTo(COORDINATOR);
  }

  /** The network that the host has asked for; empty without a channel. */
  private Optional<Network> wanted() {
    int configured = (int) nv.number(NvMemory.CHANLIST, 4, 0);
    int channels = (primaryChannels != 0 ? primaryChannels : configured) & 0x07FF_F800;
    if (channels == 0) {
      return Optional.empty();
    }
    int panId = (int) nv.number(NvMemory.PANID, 2, 0xFFFF);
    long extendedPanId = nv.number(NvMemory.EXTENDED_PAN_ID, 8, 0);
    byte[] key = nv.item(NvMemory.PRECFGKEY).filter(each -> each.length == 16).orElse(new byte[16]);
    if (HexFormat.of().formatHex(key).matches("0*")) {
      random.nextBytes(key);
    }
    return Optional.of(
        Network.of(
            Integer.numberOfTrailingZeros(channels),
            panId == 0xFFFF ? 1 + random.nextInt(0x3FFE) : panId,
            extendedPanId == 0 || extendedPanId == -1 ? radio.eui64().value() : extendedPanId,
            key));
  }

  private void changeTo(int other) {
    state = other;
    host.begin(STATE_CHANGE_IND).u8(state).send();
  }

  private void notifyOf(int status) {
    host.begin(COMMISSIONING_NOTIFICATION)
        .u8(status)
        .u8(COMMISSIONING_FORMATION)
        .u8(0) // nothing is left to do
        .send();
  }

  /** Lets devices join for so many seconds; 0 ends it, 255 never. */
  void permitJoin(int seconds) {
    radio.permitJoin(seconds == FOREVER ? OPEN_FOREVER : Duration.ofSeconds(seconds));
    closing.clear();
    if (seconds > 0 && seconds < FOREVER) {
      closing.set(Duration.ofSeconds(seconds));
    }
    host.begin(PERMIT_JOIN_IND).u8(seconds).send();
  }

  private void joiningEnds() {
    host.begin(PERMIT_JOIN_IND).u8(0).send();
  }
}
