package io.otaupgrade.transport.internal;

import java.time.Duration;

/**
 * How many frames of image transfer may be in flight. A control frame goes before those that wait,
 * but behind those that the co-processor has, and a channel that all devices share serves them one
 * after another; so there are to be no more than keep the channel busy.
 *
 * <p>That many is found much as TCP Vegas finds it. Now and then a few frames are sent alone. What
 * others take longer than those, they have stood behind others; the share of their time that they
 * stood there, times the frames in flight, is how many stand there on average. Where they hardly
 * stand (a channel or co-processor with room, however long its frames take) the window grows to
 * what the co-processor takes.
 *
 * <p>Belongs to the mesh's loop.
 */
final class OtaWindow {

  /** On average so many frames shall stand behind others: less, and the channel may run idle. */
  private static final double TOO_FEW = 0.5;

  private static final double TOO_MANY = 1.0;

  /** Nobody notices a delay of this much, and a timer's or a line's own haste is not a queue. */
  private static final double UNNOTICED = Duration.ofMillis(5).toNanos();

  /** What a channel of one hop needs, and some room for slower ones. */
  private static final int FIRST = 4;

  /** After so many frames, ... */
  private static final int BETWEEN_LONE_FRAMES = 256;

  /** ... so many are sent alone. */
  private static final int LONE_FRAMES = 2;

  /** A change shows in the frames sent after it. */
  private static final int FRAMES_BETWEEN_CHANGES = 8;

  /** Smoothing, as a share of the newest sample: of many frames, and of the few lone ones. */
  private static final double GAIN = 1.0 / 8;

  private static final double LONE_GAIN = 1.0 / 4;

  /** A frame counts as stuck when it has taken so many times what frames take, at least ... */
  private static final int STUCK_TIMES = 4;

  /** ... this long. */
  private static final long STUCK_LEAST = Duration.ofMillis(100).toNanos();

  private int limit = 1;
  private int frames = 1;

  /** Smoothed times from the co-processor to its confirmation, nanoseconds. */
  private double took;

  private double tookAlone;
  private double inFlight;
  private int sinceChange;
  private int untilLone;
  private int lone;
  private boolean grown;

  /** The co-processor takes so many now, and nothing is known of its channel yet. */
  void restart(int most) {
    limit = most;
    frames = Math.min(FIRST, most);
    took = 0;
    tookAlone = 0;
    inFlight = 0;
    sinceChange = 0;
    untilLone = BETWEEN_LONE_FRAMES;
    lone = 0;
  }

  /** The co-processor takes so many. */
  void limit(int most) {
    limit = most;
    frames = Math.min(frames, most);
  }

  /** How many may be in flight. */
  int frames() {
    return lone > 0 ? 1 : frames;
  }

  /** From when on a frame does not count, since it waits for its destination, not the channel. */
  long stuckAfter() {
    return Math.max(STUCK_LEAST, (long) (STUCK_TIMES * took));
  }

  /**
   * A frame was confirmed as delivered.
   *
   * @param duration nanoseconds since the co-processor got it
   * @param together frames of image transfer in flight now, itself included
   * @param alone whether none was when the co-processor got it
   * @param limiting whether more would be in flight but for this window
   */
  void delivered(long duration, int together, boolean alone, boolean limiting) {
    if (alone && (lone > 0 || together == 1)) {
      tookAlone = tookAlone == 0 ? duration : tookAlone + (duration - tookAlone) * LONE_GAIN;
    }
    if (lone > 0) {
      lone -= alone ? 1 : 0;
      return;
    }
    if (--untilLone == 0) {
      untilLone = BETWEEN_LONE_FRAMES;
      lone = LONE_FRAMES;
      grown = false;
    }
    took += (duration - took) * GAIN;
    inFlight += (together - inFlight) * GAIN;
    if (++sinceChange >= FRAMES_BETWEEN_CHANGES) {
      adapt(limiting);
    }
  }

  private void adapt(boolean limiting) {
    double stood = took - tookAlone;
    double standing = took == 0 ? 0 : inFlight * stood / took;
    if (stood > UNNOTICED && standing > TOO_MANY && frames > 1) {
      frames--;
      sinceChange = 0;
    } else if (limiting && frames < limit && mayGrow(stood, standing)) {
      frames++;
      grown = true;
      sinceChange = 0;
    }
  }

  /** Near the mark by one a round, since a round's lone frames may have had long ways. */
  private boolean mayGrow(double stood, double standing) {
    return stood <= UNNOTICED || (standing < TOO_FEW && !grown);
  }
}
