package io.otaupgrade.zcl;

import static io.otaupgrade.zcl.internal.LittleEndian.putU16;
import static io.otaupgrade.zcl.internal.LittleEndian.putU8;
import static io.otaupgrade.zcl.internal.LittleEndian.u16;
import static io.otaupgrade.zcl.internal.LittleEndian.u8;

import io.otaupgrade.zcl.internal.Ranges;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What every ZCL frame begins with (ZCL rev 8 §2.4.1): frame control, manufacturer code,
 * transaction sequence number, command identifier.
 *
 * @param manufacturerCode present when the manufacturer-specific bit is set
 * @param disableDefaultResponse bit 4: no default response wanted when all goes well
 * @param sequenceNumber 0x00 to 0xFF; a response echoes its request's
 * @param commandId 0x00 to 0xFF; means something only together with frame type, cluster and
 *     direction
 */
public record ZclHeader(
    FrameType frameType,
    OptionalInt manufacturerCode,
    Direction direction,
    boolean disableDefaultResponse,
    int sequenceNumber,
    int commandId) {

  /** The length of a header without a manufacturer code. */
  public static final int OCTETS = 3;

  private static final int FRAME_TYPE_MASK = 0b11;
  private static final int MANUFACTURER_SPECIFIC = 1 << 2;
  private static final int SERVER_TO_CLIENT = 1 << 3;
  private static final int DISABLE_DEFAULT_RESPONSE = 1 << 4;

  public ZclHeader {
    Objects.requireNonNull(frameType);
    Objects.requireNonNull(direction);
    if (manufacturerCode.isPresent()) {
      Ranges.u16("manufacturerCode", manufacturerCode.getAsInt());
    }
    Ranges.u8("sequenceNumber", sequenceNumber);
    Ranges.u8("commandId", commandId);
  }

  /** A header for a command of the cluster itself, not manufacturer specific. */
  public static ZclHeader clusterSpecific(
      Direction direction, boolean disableDefaultResponse, int sequenceNumber, int commandId) {
    return new ZclHeader(
        FrameType.CLUSTER_SPECIFIC,
        OptionalInt.empty(),
        direction,
        disableDefaultResponse,
        sequenceNumber,
        commandId);
  }

  /**
   * A header for a command all clusters have, such as Read Attributes, not manufacturer specific.
   */
  public static ZclHeader global(
      Direction direction, boolean disableDefaultResponse, int sequenceNumber, int commandId) {
    return new ZclHeader(
        FrameType.GLOBAL,
        OptionalInt.empty(),
        direction,
        disableDefaultResponse,
        sequenceNumber,
        commandId);
  }

  /**
   * Reads the header at {@code frame}'s position. Position and byte order of the buffer neither
   * change nor matter. Reserved bits of the frame control are ignored.
   */
  public static ZclHeader decode(ByteBuffer frame) throws ZclFormatException {
    int at = frame.position();
    if (frame.remaining() < OCTETS) {
      throw tooShort(OCTETS, frame.remaining());
    }
    int frameControl = u8(frame, at);
    OptionalInt manufacturerCode = OptionalInt.empty();
    if ((frameControl & MANUFACTURER_SPECIFIC) != 0) {
      if (frame.remaining() < OCTETS + 2) {
        throw tooShort(OCTETS + 2, frame.remaining());
      }
      manufacturerCode = OptionalInt.of(u16(frame, at + 1));
      at += 2;
    }
    return new ZclHeader(
        frameType(frameControl & FRAME_TYPE_MASK),
        manufacturerCode,
        (frameControl & SERVER_TO_CLIENT) != 0
            ? Direction.SERVER_TO_CLIENT
            : Direction.CLIENT_TO_SERVER,
        (frameControl & DISABLE_DEFAULT_RESPONSE) != 0,
        u8(frame, at + 1),
        u8(frame, at + 2));
  }

  private static FrameType frameType(int bits) throws ZclFormatException {
    return switch (bits) {
      case 0b00 -> FrameType.GLOBAL;
      case 0b01 -> FrameType.CLUSTER_SPECIFIC;
      default ->
          throw new ZclFormatException(
              ZclStatus.MALFORMED_COMMAND, "frame type " + bits + " is reserved");
    };
  }

  private static ZclFormatException tooShort(int need, int have) {
    return new ZclFormatException(
        ZclStatus.MALFORMED_COMMAND, "ZCL header: need " + need + " octets, have " + have);
  }

  /** The length of this header on the air: the payload begins that many octets after it. */
  public int octets() {
    return manufacturerCode.isPresent() ? OCTETS + 2 : OCTETS;
  }

  /**
   * Writes the header at {@code out}'s position and moves that on.
   *
   * @throws BufferOverflowException when it does not fit; nothing is written then
   */
  public void encode(ByteBuffer out) {
    if (out.remaining() < octets()) {
      throw new BufferOverflowException();
    }
    putU8(out, frameControl());
    if (manufacturerCode.isPresent()) {
      putU16(out, manufacturerCode.getAsInt());
    }
    putU8(out, sequenceNumber);
    putU8(out, commandId);
  }

  private int frameControl() {
    return (frameType == FrameType.CLUSTER_SPECIFIC ? 0b01 : 0b00)
        | (manufacturerCode.isPresent() ? MANUFACTURER_SPECIFIC : 0)
        | (direction == Direction.SERVER_TO_CLIENT ? SERVER_TO_CLIENT : 0)
        | (disableDefaultResponse ? DISABLE_DEFAULT_RESPONSE : 0);
  }

  /**
   * The header of a global command that answers this frame: same sequence number and manufacturer
   * code, other direction, no default response wanted.
   *
   * @param commandId such as {@link DefaultResponse#COMMAND_ID}
   */
  public ZclHeader globalReply(int commandId) {
    return new ZclHeader(
        FrameType.GLOBAL, manufacturerCode, direction.opposite(), true, sequenceNumber, commandId);
  }

  /** Whose command it is. Two further values are reserved. */
  public enum FrameType {
    /** The same for all clusters. */
    GLOBAL,
    /** The cluster's own. */
    CLUSTER_SPECIFIC
  }

  /** Which side of the cluster the frame came from. */
  public enum Direction {
    CLIENT_TO_SERVER,
    SERVER_TO_CLIENT;

    public Direction opposite() {
      return this == CLIENT_TO_SERVER ? SERVER_TO_CLIENT : CLIENT_TO_SERVER;
    }
  }
}
