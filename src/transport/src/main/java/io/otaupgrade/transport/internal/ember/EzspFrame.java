package io.otaupgrade.transport.internal.ember;

import java.nio.ByteBuffer;

/**
 * The header of EZSP frames (UG100 §3), and the ids of the frames that we use.
 *
 * <pre>
 * extended: sequence, frame control low, frame control high, frame id low, frame id high
 * legacy:   sequence, frame control, frame id
 * </pre>
 *
 * The legacy header is for the first version command, whose answer tells what the co-processor
 * speaks.
 */
final class EzspFrame {

  static final int VERSION = 0x0000;
  static final int ADD_ENDPOINT = 0x0002;
  static final int NOP = 0x0005;
  static final int SET_CONCENTRATOR = 0x0010;
  static final int NETWORK_INIT = 0x0017;
  static final int STACK_STATUS_HANDLER = 0x0019;
  static final int FORM_NETWORK = 0x001E;
  static final int PERMIT_JOINING = 0x0022;
  static final int CHILD_JOIN_HANDLER = 0x0023;
  static final int TRUST_CENTER_JOIN_HANDLER = 0x0024;
  static final int GET_EUI64 = 0x0026;
  static final int GET_NODE_ID = 0x0027;
  static final int GET_NETWORK_PARAMETERS = 0x0028;
  static final int SEND_UNICAST = 0x0034;
  static final int SEND_BROADCAST = 0x0036;
  static final int MESSAGE_SENT_HANDLER = 0x003F;
  static final int INCOMING_MESSAGE_HANDLER = 0x0045;
  static final int GET_CONFIGURATION_VALUE = 0x0052;
  static final int SET_CONFIGURATION_VALUE = 0x0053;
  static final int SET_POLICY = 0x0055;
  static final int INVALID_COMMAND = 0x0058;
  static final int INCOMING_ROUTE_RECORD_HANDLER = 0x0059;
  static final int SET_SOURCE_ROUTE_DISCOVERY_MODE = 0x005A;
  static final int INCOMING_SENDER_EUI64_HANDLER = 0x0062;
  static final int SET_INITIAL_SECURITY_STATE = 0x0068;
  static final int CLEAR_TRANSIENT_LINK_KEYS = 0x006B;
  static final int ID_CONFLICT_HANDLER = 0x007C;
  static final int INCOMING_ROUTE_ERROR_HANDLER = 0x0080;
  static final int GET_VALUE = 0x00AA;
  static final int SET_VALUE = 0x00AB;
  static final int CLEAR_KEY_TABLE = 0x00B1;
  static final int IMPORT_TRANSIENT_KEY = 0x0111;

  static final int HEADER_LENGTH = 5;
  static final int LEGACY_HEADER_LENGTH = 3;

  private static final int RESPONSE = 0x80;

  /** One of two bits says so: sent by itself, or in answer to the callback command. */
  private static final int CALLBACK = 0x18;

  private static final int TRUNCATED = 0x02;
  private static final int OVERFLOW = 0x01;
  private static final int FORMAT_MASK = 0x03;
  private static final int EXTENDED_FORMAT = 0x01;

  private EzspFrame() {}

  static void putHeader(ByteBuffer out, int sequence, int frameId) {
    out.put((byte) sequence)
        .put((byte) 0)
        .put((byte) EXTENDED_FORMAT)
        .put((byte) frameId)
        .put((byte) (frameId >>> 8));
  }

  static void putLegacyHeader(ByteBuffer out, int sequence, int frameId) {
    out.put((byte) sequence).put((byte) 0).put((byte) frameId);
  }

  /** Whether a frame, from its position on, is long enough for its header. */
  static boolean hasHeader(ByteBuffer frame) {
    return frame.remaining() >= LEGACY_HEADER_LENGTH
        && frame.remaining() >= headerLength(frame)
        && (frame.get(frame.position() + 1) & RESPONSE) != 0;
  }

  static int headerLength(ByteBuffer frame) {
    return isExtended(frame) ? HEADER_LENGTH : LEGACY_HEADER_LENGTH;
  }

  static int sequence(ByteBuffer frame) {
    return frame.get(frame.position()) & 0xFF;
  }

  static int frameId(ByteBuffer frame) {
    int position = frame.position();
    return isExtended(frame)
        ? (frame.get(position + 3) & 0xFF) | (frame.get(position + 4) & 0xFF) << 8
        : frame.get(position + 2) & 0xFF;
  }

  static boolean isCallback(ByteBuffer frame) {
    return (frame.get(frame.position() + 1) & CALLBACK) != 0;
  }

  /** Whether the co-processor had no memory to tell something before this frame. */
  static boolean hasOverflow(ByteBuffer frame) {
    return (frame.get(frame.position() + 1) & OVERFLOW) != 0;
  }

  /** Whether the co-processor had no memory for all of this frame. */
  static boolean isTruncated(ByteBuffer frame) {
    return (frame.get(frame.position() + 1) & TRUNCATED) != 0;
  }

  private static boolean isExtended(ByteBuffer frame) {
    return (frame.get(frame.position() + 2) & FORMAT_MASK) == EXTENDED_FORMAT;
  }
}
