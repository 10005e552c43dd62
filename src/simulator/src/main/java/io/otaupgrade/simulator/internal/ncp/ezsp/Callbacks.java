package io.otaupgrade.simulator.internal.ncp.ezsp;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.zcl.Eui64;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Tells the host what nobody asked for. As a rule at once, with the bits of an asynchronous
 * callback; when the host has chosen so, it asks for one after another.
 */
final class Callbacks {

  // frame control, low octet
  static final int RESPONSE = 0x80;
  private static final int OVERFLOW = 0x01;
  private static final int PENDING = 0x04;
  private static final int SYNCHRONOUS = 0x08;
  private static final int ASYNCHRONOUS = 0x10;

  /** Frame control, high octet: the format with ids of two octets. */
  static final int EXTENDED = 0x01;

  private static final int SEQUENCE_AT = 0;
  private static final int CONTROL_AT = 1;

  /**
   * Memory for callbacks that the line has not taken yet, octets; about what a usual build has
   * left. What comes in from the mesh beyond that is lost.
   */
  static final int HEAP_OCTETS = 10_240;

  private final AshLink link;
  private final EzspVersion version;
  private final EzspOutput out;
  private final ArrayDeque<AshFrame> held = new ArrayDeque<>();
  private int heldOctets;
  private boolean holding;
  private boolean overflowed;
  private int sequence;
  private AshFrame frame;

  Callbacks(AshLink link, EzspVersion version) {
    this.link = link;
    this.version = version;
    this.out = new EzspOutput(version);
  }

  /** As after a reset. */
  void clear() {
    held.clear();
    heldOctets = 0;
    holding = false;
    overflowed = false;
    sequence = 0;
  }

  /** Callbacks carry the sequence number of the command before them. */
  void commandSeen(int number) {
    sequence = number;
  }

  /** Whether callbacks wait until the host asks for them. */
  void hold(boolean wait) {
    holding = wait;
    while (!holding && !held.isEmpty()) {
      link.callBack(held.poll());
    }
    heldOctets = holding ? heldOctets : 0;
  }

  /** The low octet of a response's frame control. */
  int responseControl() {
    int control = RESPONSE | (overflowed ? OVERFLOW : 0) | (held.isEmpty() ? 0 : PENDING);
    overflowed = false;
    return control;
  }

  /** The oldest callback that waits, as a response; false if there is none. */
  boolean giveOne() {
    AshFrame oldest = held.poll();
    if (oldest == null) {
      return false;
    }
    heldOctets -= oldest.length();
    oldest.data().put(SEQUENCE_AT, (byte) sequence);
    oldest.data().put(CONTROL_AT, (byte) (responseControl() | SYNCHRONOUS));
    link.respond(oldest);
    return true;
  }

  /** Whether there is memory for one more message from the mesh; if not, the host learns of it. */
  boolean hasRoom() {
    boolean room = link.waitingCallbackOctets() + heldOctets < HEAP_OCTETS;
    overflowed |= !room;
    return room;
  }

  private EzspOutput begin(EzspFrameId id) {
    frame = link.frame();
    int control = RESPONSE | ASYNCHRONOUS | (overflowed ? OVERFLOW : 0);
    overflowed = false;
    return out.to(frame.data()).u8(sequence).u8(control).u8(EXTENDED).u16(id.id());
  }

  private void end() {
    if (holding) {
      heldOctets += frame.length();
      held.add(frame);
    } else {
      link.callBack(frame);
    }
  }

  // ---- what is told

  void stackStatus(EzspStatus status) {
    begin(EzspFrameId.STACK_STATUS_HANDLER).status(status);
    end();
  }

  void messageSent(Message message, EzspStatus status) {
    begin(EzspFrameId.MESSAGE_SENT_HANDLER);
    if (version.isModern()) {
      out.status(status).u8(message.type).u16(message.indexOrDestination);
      message.writeApsFrame(out);
      out.u16(message.tag);
    } else {
      out.u8(message.type).u16(message.indexOrDestination);
      message.writeApsFrame(out);
      out.u8(message.tag).status(status);
    }
    out.counted(message.contents);
    end();
  }

  /** How a message came in. */
  enum Incoming {
    UNICAST(0),
    BROADCAST(4);

    private final int type;

    Incoming(int type) {
      this.type = type;
    }
  }

  /**
   * A message from the mesh.
   *
   * @param apsCounter of the frame
   * @param source its EUI-64, {@link NodeCache#NOBODY} if not known
   * @param addressIndex of its source in the address table
   * @param timestamp milliseconds of the stack's clock
   */
  void incomingMessage(
      Incoming how,
      ApsFrame message,
      int apsCounter,
      Eui64 source,
      int addressIndex,
      long timestamp) {
    begin(EzspFrameId.INCOMING_MESSAGE_HANDLER)
        .u8(how.type)
        .u16(message.profile())
        .u16(message.cluster())
        .u8(message.sourceEndpoint())
        .u8(message.destinationEndpoint())
        .u16(0) // options: no retries are left in it
        .u16(0) // group
        .u8(apsCounter);
    int rssi = rssi(message.lqi());
    if (version.isModern()) {
      out.u16(message.networkAddress())
          .eui64(source)
          .u8(NodeCache.NO_INDEX)
          .u8(addressIndex)
          .u8(message.lqi())
          .u8(rssi)
          .u32(timestamp);
    } else {
      out.u8(message.lqi())
          .u8(rssi)
          .u16(message.networkAddress())
          .u8(NodeCache.NO_INDEX)
          .u8(addressIndex);
    }
    out.counted(message.payload());
    end();
  }

  void childJoin(int index, boolean joining, int address, Eui64 child, int nodeType) {
    begin(EzspFrameId.CHILD_JOIN_HANDLER)
        .u8(index)
        .flag(joining)
        .u16(address)
        .eui64(child)
        .u8(nodeType);
    end();
  }

  void trustCenterJoin(int address, Eui64 node, int deviceUpdate, int decision, int parent) {
    begin(EzspFrameId.TRUST_CENTER_JOIN_HANDLER)
        .u16(address)
        .eui64(node)
        .u8(deviceUpdate)
        .u8(decision)
        .u16(parent);
    end();
  }

  void incomingRouteRecord(int source, Eui64 eui64, int lqi, List<Integer> relays) {
    begin(EzspFrameId.INCOMING_ROUTE_RECORD_HANDLER)
        .u16(source)
        .eui64(eui64)
        .u8(lqi)
        .u8(rssi(lqi))
        .u8(relays.size());
    relays.forEach(out::u16);
    end();
  }

  void energyScanResult(int channel, int rssi) {
    begin(EzspFrameId.ENERGY_SCAN_RESULT_HANDLER).u8(channel).u8(rssi);
    end();
  }

  void scanComplete(int channel, EzspStatus status) {
    begin(EzspFrameId.SCAN_COMPLETE_HANDLER).u8(channel).status(status);
    end();
  }

  /** dBm for a link quality: the simulated channel knows no field strengths. */
  static int rssi(int lqi) {
    return -100 + lqi / 4;
  }
}
