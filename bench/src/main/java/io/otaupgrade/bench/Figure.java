package io.otaupgrade.bench;

import static io.otaupgrade.bench.Reach.atLeast;
import static io.otaupgrade.bench.Reach.atMost;

import java.util.Optional;

/**
 * What is measured, under which condition, and how good it must be.
 *
 * @param label its name on the command line and in the output
 * @param condition what is measured and how, for a person
 * @param quoted what is said of another server, for when this run does not measure one
 */
record Figure(String label, String unit, Reach reach, String condition, Optional<Peer> quoted) {

  static final Figure BLOCK_COST =
      new Figure(
          "block-cost",
          "µs/block",
          atMost(0.15),
          "one 50-octet block, ZCL octets in to ZCL octets out, session and stall timer updated; warm,"
              + " one thread");

  static final Figure BLOCK_ALLOCATION =
      new Figure(
          "block-allocation",
          "octets/block",
          atMost(192),
          "the same; octets allocated besides the frame that goes out");

  static final Figure THROUGHPUT =
      new Figure(
          "throughput",
          "blocks/s",
          atLeast(100_000),
          "50 devices x 200 kB, air without airtime, think time 0; after a warm-up round, simulator"
              + " included");

  static final Figure THROUGHPUT_CPU =
      new Figure(
          "throughput-cpu", "ms/block", atMost(0.01), "the same; processor time of the process");

  static final Figure THROUGHPUT_MEMORY =
      new Figure(
          "throughput-memory", "MB", atMost(150), "the same; the process's largest resident set");

  static final Figure CHANNEL_RATE =
      new Figure(
          "channel-rate",
          "blocks/s",
          atLeast(84),
          "one device, one hop, think time 0, 802.15.4 airtime; no APS acknowledgements",
          Peer.quoted(
              Peer.HERDSMAN,
              71,
              "another channel model, response delay 0; about 4 with the default delay of 250 ms"));

  static final Figure CHANNEL_RATE_ACKED =
      new Figure(
          "channel-rate-acked",
          "blocks/s",
          atLeast(61),
          "the same; requests with APS acknowledgement");

  static final Figure LOSS_SILENT =
      new Figure(
          "loss-silent",
          "blocks/s",
          atLeast(50),
          "one device, 2 % of block responses lost unnoticed, think time 3 ms, client retry 5 s",
          Peer.quoted(
              Peer.HERDSMAN, 18.5, "on Ember, 400 blocks; the client's own retry ends each loss"));

  static final Figure LOSS_REPORTED =
      new Figure(
          "loss-reported",
          "blocks/s",
          atLeast(60),
          "the same; the radio reports the loss as NO_ACK",
          Peer.quoted(Peer.HERDSMAN, 6.6, "on Z-Stack, 100 blocks; sent again after 2 s"));

  static final Figure CONTROL_LATENCY =
      new Figure(
          "control-latency",
          "ms",
          atMost(50),
          "a control frame, until its device acknowledged it, while 50 upgrades want the whole"
              + " channel, over its latency on the idle mesh; 95th percentiles, one hop");

  static final Figure CONTROL_OTA_RATE =
      new Figure(
          "control-ota-rate",
          "%",
          atLeast(90),
          "the same; blocks/s of the upgrades, of those without control frames");

  static final Figure UNICASTS =
      new Figure(
          "unicasts",
          "unicasts/s",
          atLeast(82),
          "67 octets through EZSP at a modelled 115 200 baud, 2 ms for a command, 20 ms of air; one"
              + " command outstanding",
          Peer.quoted(Peer.ZSMARTSYSTEMS, 76, "its own simulated co-processor, TCP"));

  static final Figure ZNP_TCP =
      new Figure(
          "znp-tcp",
          "blocks/s",
          atLeast(14_400),
          "50 devices x 200 kB through ZNP on TCP, air without airtime, think time 0.3 ms; the"
              + " co-processor is another process; after a warm-up round",
          Peer.quoted(Peer.HERDSMAN, 4_800, "think time 3 ms, another simulated co-processor"));

  static final Figure ZNP_TCP_CPU =
      new Figure(
          "znp-tcp-cpu",
          "ms/block",
          atMost(0.0256),
          "the same; processor time of the server's process",
          Peer.quoted(Peer.HERDSMAN, 0.128, "the same"));

  static final Figure ZNP_TCP_MEMORY =
      new Figure(
          "znp-tcp-memory",
          "MB",
          atMost(199),
          "the same; the server process's largest resident set",
          Peer.quoted(Peer.HERDSMAN, 398, "the same"));

  static final Figure EMBER_TCP =
      new Figure(
          "ember-tcp",
          "blocks/s",
          atLeast(10_850),
          "the same through EZSP 13",
          Peer.quoted(Peer.HERDSMAN, 3_615, "50 x 30 kB; with 200 kB none of its upgrades ends"));

  static final Figure EMBER_TCP_CPU =
      new Figure(
          "ember-tcp-cpu",
          "ms/block",
          atMost(0.026),
          "the same; processor time of the server's process",
          Peer.quoted(Peer.HERDSMAN, 0.13, "the same"));

  static final Figure EMBER_TCP_MEMORY =
      new Figure(
          "ember-tcp-memory",
          "MB",
          atMost(200),
          "the same; the server process's largest resident set");

  static final Figure LOSS_ZNP = lossOverRadio("znp", "ZNP");
  static final Figure LOSS_EMBER = lossOverRadio("ember", "EZSP 13");

  static final Figure LINK_FAULT =
      new Figure(
          "link-fault",
          "s",
          atMost(5),
          "50 upgrades through ZNP on TCP, connection reset in their midst and refused for 3 s; from"
              + " when the port answers to when blocks go out again");

  static final Figure LINK_FAULT_REPEATS =
      new Figure(
          "link-fault-repeats",
          "blocks",
          atMost(1),
          "the same; blocks served twice to the device for which there were most");

  static final Figure START =
      new Figure(
          "start",
          "s",
          atMost(1.5),
          "process start to the first HTTP answer; median of 10, fresh bundle cache");

  static final Figure START_INSPECT =
      new Figure("start-inspect", "s", atMost(0.6), "./ota inspect of one file; median of 10");

  static final Figure VERIFY =
      new Figure(
          "verify",
          "ms",
          atMost(60),
          "parse and verify an image of 1 MB with integrity code; warm, the JDK's AES");

  static final Figure VIRTUAL_TIME =
      new Figure(
          "virtual-time",
          "s",
          atMost(60),
          "./ota demo, 200 devices x 241 564 octets at --speed max; wall time");

  private static Figure lossOverRadio(String firmware, String name) {
    return new Figure(
        "loss-" + firmware,
        "blocks/s",
        atLeast(50),
        "one device, 2 % of block responses lost unnoticed, think time 3 ms, through "
            + name
            + " on TCP, in real time");
  }

  private Figure(String label, String unit, Reach reach, String condition) {
    this(label, unit, reach, condition, Optional.empty());
  }

  private Figure(String label, String unit, Reach reach, String condition, Peer quoted) {
    this(label, unit, reach, condition, Optional.of(quoted));
  }
}
