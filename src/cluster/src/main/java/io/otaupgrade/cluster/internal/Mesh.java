package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.RadioTransport;
import java.time.Duration;
import java.time.Instant;

/** The mesh as the parts of its server share it: radio, clock, configuration and counters. */
final class Mesh {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final RadioTransport transport;
  private final EventLoop loop;
  private final long start;
  private final Counters counters = new Counters();
  private volatile Settings settings;

  Mesh(RadioTransport transport, Settings settings) {
    this.transport = transport;
    this.loop = transport.loop();
    this.start = loop.nanos();
    this.settings = settings;
  }

  String name() {
    return transport.mesh();
  }

  RadioTransport transport() {
    return transport;
  }

  EventLoop loop() {
    return loop;
  }

  /** Nanoseconds of the mesh's time since this server started: 0 or more, and never overflows. */
  long now() {
    return loop.nanos() - start;
  }

  /** {@link #now} as an instant, for the states of sessions: it does not follow the wall clock. */
  Instant time() {
    return Instant.EPOCH.plusNanos(now());
  }

  /** The wall clock of the mesh, for people to read; it may be set while we look. */
  Instant instant() {
    return loop.instant();
  }

  Counters counters() {
    return counters;
  }

  Settings settings() {
    return settings;
  }

  void settings(Settings changed) {
    settings = changed;
  }

  /** Whether images may be missing because the host has just started. */
  boolean inStartGrace() {
    return now() < nanos(settings.startGrace());
  }

  /** A duration as nanoseconds; a hundred years are as good as for ever. */
  static long nanos(Duration duration) {
    return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
  }
}
