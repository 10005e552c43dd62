package io.otaupgrade.bench;

/**
 * Another OTA server's figure.
 *
 * @param server whose, with its version
 * @param value in the figure's unit
 * @param measured whether this run measured it, beside ours; else it is quoted and counts only as a
 *     hint
 * @param note what to know before comparing; may be empty
 */
record Peer(String server, double value, boolean measured, String note) {

  static final String HERDSMAN = "zigbee-herdsman 11.1.1";
  static final String ZSMARTSYSTEMS = "zsmartsystems 1.4.16.1";

  static Peer measured(String server, double value, String note) {
    return new Peer(server, value, true, note);
  }

  static Peer quoted(String server, double value, String note) {
    return new Peer(server, value, false, note);
  }
}
