package io.otaupgrade.zcl;

import static io.otaupgrade.zcl.internal.LittleEndian.putU8;
import static io.otaupgrade.zcl.internal.LittleEndian.u8;

import io.otaupgrade.zcl.internal.Ranges;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Default Response, global command 0x0B (ZCL rev 8 §2.5.12).
 *
 * @param commandId the command it answers, 0x00 to 0xFF
 * @param statusCode 0x00 to 0xFF; a device may send a reserved one
 */
public record DefaultResponse(int commandId, int statusCode) {

  /** Default Response as the command identifier of a global frame. */
  public static final int COMMAND_ID = 0x0B;

  /** The length of the whole frame, if it is not manufacturer specific. */
  public static final int FRAME_OCTETS = ZclHeader.OCTETS + 2;

  public DefaultResponse {
    Ranges.u8("commandId", commandId);
    Ranges.u8("statusCode", statusCode);
  }

  public static DefaultResponse of(int commandId, ZclStatus status) {
    return new DefaultResponse(commandId, status.code());
  }

  /** Empty when the code is a reserved one. */
  public Optional<ZclStatus> status() {
    return ZclStatus.of(statusCode);
  }

  /**
   * Reads what follows {@code header}, which was read at {@code frame}'s position. Position and
   * byte order of the buffer neither change nor matter.
   */
  public static DefaultResponse decode(ZclHeader header, ByteBuffer frame)
      throws ZclFormatException {
    GlobalCommand.DEFAULT_RESPONSE.check(header);
    int at = frame.position() + header.octets();
    int have = frame.limit() - at;
    if (have < 2) {
      throw new ZclFormatException(
          ZclStatus.MALFORMED_COMMAND, "Default Response: need 2 octets, have " + have);
    }
    return new DefaultResponse(u8(frame, at), u8(frame, at + 1));
  }

  /**
   * Writes the whole frame that answers {@code request} at {@code out}'s position and moves that
   * on.
   *
   * @throws BufferOverflowException when it does not fit; nothing is written then
   */
  public static void encode(ByteBuffer out, ZclHeader request, ZclStatus status) {
    of(request.commandId(), status).encode(out, request.globalReply(COMMAND_ID));
  }

  /**
   * Writes the whole frame at {@code out}'s position and moves that on.
   *
   * @param header of a global frame with {@link #COMMAND_ID}
   * @throws BufferOverflowException when it does not fit; nothing is written then
   */
  public void encode(ByteBuffer out, ZclHeader header) {
    GlobalCommand.DEFAULT_RESPONSE.require(header);
    if (out.remaining() < header.octets() + 2) {
      throw new BufferOverflowException();
    }
    header.encode(out);
    putU8(out, commandId);
    putU8(out, statusCode);
  }
}
