package io.otaupgrade.zcl;

import static io.otaupgrade.zcl.internal.LittleEndian.putU16;

import io.otaupgrade.zcl.internal.FieldReader;
import io.otaupgrade.zcl.internal.Ranges;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Read Attributes, global command 0x00 (ZCL rev 8 §2.5.1). The OTA attributes are the client's, so
 * a server reads them with {@link ZclHeader.Direction#SERVER_TO_CLIENT}.
 *
 * @param attributeIds 0x0000 to 0xFFFF each
 */
public record ReadAttributes(List<Integer> attributeIds) {

  /** Read Attributes as the command identifier of a global frame. */
  public static final int COMMAND_ID = 0x00;

  public ReadAttributes {
    attributeIds = List.copyOf(attributeIds);
    attributeIds.forEach(id -> Ranges.u16("attributeId", id));
  }

  public static ReadAttributes of(Integer... attributeIds) {
    return new ReadAttributes(List.of(attributeIds));
  }

  /**
   * Reads what follows {@code header}, which was read at {@code frame}'s position. Position and
   * byte order of the buffer neither change nor matter.
   */
  public static ReadAttributes decode(ZclHeader header, ByteBuffer frame)
      throws ZclFormatException {
    GlobalCommand.READ_ATTRIBUTES.check(header);
    FieldReader in = new FieldReader(frame, frame.position() + header.octets());
    List<Integer> attributeIds = new ArrayList<>();
    while (in.remaining() > 0) {
      attributeIds.add(in.u16("attribute identifier"));
    }
    return new ReadAttributes(attributeIds);
  }

  /**
   * Writes the whole frame at {@code out}'s position and moves that on.
   *
   * @param header of a global frame with {@link #COMMAND_ID}
   * @throws BufferOverflowException when it does not fit; nothing is written then
   */
  public void encode(ByteBuffer out, ZclHeader header) {
    GlobalCommand.READ_ATTRIBUTES.require(header);
    if (out.remaining() < header.octets() + 2 * attributeIds.size()) {
      throw new BufferOverflowException();
    }
    header.encode(out);
    attributeIds.forEach(id -> putU16(out, id));
  }
}
