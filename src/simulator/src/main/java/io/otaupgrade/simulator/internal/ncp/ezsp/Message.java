package io.otaupgrade.simulator.internal.ncp.ezsp;

import java.nio.ByteBuffer;

/** A message of the host's on its way: what the host is told of it again in messageSentHandler. */
final class Message {

  static final ByteBuffer NO_CONTENTS = ByteBuffer.allocate(0).asReadOnlyBuffer();

  // EmberOutgoingMessageType
  static final int DIRECT = 0;
  static final int VIA_ADDRESS_TABLE = 1;
  static final int VIA_BINDING = 2;
  static final int MULTICAST = 3;
  static final int BROADCAST = 6;

  // EmberApsOption
  static final int RETRY = 0x0040;

  int type;

  /** A network address, an index of a table, a broadcast address or a group, as the type has it. */
  int indexOrDestination;

  int profile;
  int cluster;
  int sourceEndpoint;
  int destinationEndpoint;
  int options;
  int group;
  int sequence;
  int tag;
  ByteBuffer contents = NO_CONTENTS;

  boolean isUnicast() {
    return type <= VIA_BINDING;
  }

  /** EmberApsFrame, whose sequence number the stack sets. */
  void readApsFrame(EzspInput in) {
    profile = in.u16();
    cluster = in.u16();
    sourceEndpoint = in.u8();
    destinationEndpoint = in.u8();
    options = in.u16();
    group = in.u16();
    sequence = in.u8();
  }

  void writeApsFrame(EzspOutput out) {
    out.u16(profile)
        .u16(cluster)
        .u8(sourceEndpoint)
        .u8(destinationEndpoint)
        .u16(options)
        .u16(group)
        .u8(sequence);
  }
}
