package io.otaupgrade.transport.internal;

/** What waits for, and what is on its way to, one network address. */
final class Destination {

  static final Destination NONE = new Destination(0);

  final int address;
  final Outgoing.Queue control = new Outgoing.Queue();
  final Outgoing.Queue ota = new Outgoing.Queue();

  int inFlight;

  /** Whether it stands in the scheduler's queue of destinations of that class. */
  boolean hasControlTurn;

  boolean hasOtaTurn;

  /** A broadcast that found the co-processor busy: these wait apart from all others. */
  boolean paused;

  /** How long the next pause is, nanoseconds. */
  long backOff;

  Destination(int address) {
    this.address = address;
  }

  Outgoing.Queue queue(boolean ofControl) {
    return ofControl ? control : ota;
  }

  boolean isIdle() {
    return inFlight == 0
        && control.isEmpty()
        && ota.isEmpty()
        && !paused
        && !hasControlTurn
        && !hasOtaTurn;
  }
}
