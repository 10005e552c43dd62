package io.otaupgrade.cluster.internal;

import java.time.Duration;

/**
 * The frames of ours that the radio has and has not sent. When more devices download than the
 * channel can serve within a client's patience, every answer comes too late and is asked for again,
 * and hardly anything gets through; so some are told to wait before it comes to that. Those that
 * are not go on undisturbed until they are through. Belongs to the loop.
 */
final class Backlog {

  /** Clients ask again after 3 s at the soonest. */
  private static final long LONGEST_WAIT = Duration.ofSeconds(2).toNanos();

  /** So many are never too many: a few slow frames say nothing of the channel. */
  private static final int FEW = 8;

  /** The wait is so many times what it takes to serve every transfer once, ... */
  private static final int ROUNDS = 10;

  /** ... but within these bounds, seconds. */
  private static final long SHORTEST = 10;

  private static final long LONGEST = 60;

  /** Waits differ by up to a quarter, in turn, so that those who wait come back one by one. */
  private static final int SPREAD = 8;

  private int frames;
  private long interval;
  private long lastChange;
  private int told;

  /** A frame is given to the radio. */
  void handed(long now) {
    if (frames == 0) {
      lastChange = now;
    }
    frames++;
  }

  /** The radio has done with a frame. */
  void settled(long now) {
    long sample = now - lastChange;
    interval = interval == 0 ? sample : interval + (sample - interval) / 16;
    lastChange = now;
    frames--;
  }

  /** Whether a block given to the radio now would come too late. */
  boolean isFull() {
    return frames > FEW && frames * interval > LONGEST_WAIT;
  }

  /** How long the device shall wait that asks now. */
  Duration turnAway(int transfers) {
    long round = transfers * interval * ROUNDS / Duration.ofSeconds(1).toNanos();
    long wait = Math.min(Math.max(round, SHORTEST), LONGEST);
    told++;
    return Duration.ofSeconds(wait + wait * (told % SPREAD) / (4 * SPREAD));
  }
}
