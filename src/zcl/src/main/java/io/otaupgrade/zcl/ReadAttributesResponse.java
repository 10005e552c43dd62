package io.otaupgrade.zcl;

import static io.otaupgrade.zcl.internal.LittleEndian.putU16;
import static io.otaupgrade.zcl.internal.LittleEndian.putU8;

import io.otaupgrade.zcl.internal.FieldReader;
import io.otaupgrade.zcl.internal.Ranges;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Read Attributes Response, global command 0x01 (ZCL rev 8 §2.5.2).
 *
 * @param attributes one for each attribute asked for, in that order
 */
public record ReadAttributesResponse(List<Attribute> attributes) {

  /** Read Attributes Response as the command identifier of a global frame. */
  public static final int COMMAND_ID = 0x01;

  public ReadAttributesResponse {
    attributes = List.copyOf(attributes);
  }

  /**
   * The answer for one attribute.
   *
   * @param id 0x0000 to 0xFFFF
   * @param statusCode 0x00 to 0xFF; a device may send a reserved one
   * @param value present if the status is SUCCESS, and only then
   */
  public record Attribute(int id, int statusCode, Optional<AttributeValue> value) {
    public Attribute {
      Ranges.u16("id", id);
      Ranges.u8("statusCode", statusCode);
      if (value.isPresent() != (statusCode == ZclStatus.SUCCESS.code())) {
        throw new IllegalArgumentException(
            "attribute 0x%04X with status %s %s a value"
                .formatted(
                    id, ZclStatus.nameOf(statusCode), value.isPresent() ? "has" : "has not"));
      }
    }

    public static Attribute of(int id, AttributeValue value) {
      return new Attribute(id, ZclStatus.SUCCESS.code(), Optional.of(value));
    }

    /**
     * The answer for an attribute that could not be read.
     *
     * @param status not SUCCESS
     */
    public static Attribute without(int id, ZclStatus status) {
      return new Attribute(id, status.code(), Optional.empty());
    }

    /** Empty when the code is a reserved one. */
    public Optional<ZclStatus> status() {
      return ZclStatus.of(statusCode);
    }

    private int octets() {
      return 3 + value.map(Values::octets).orElse(0);
    }
  }

  /** The value of an attribute, empty if it is not there or was not answered with SUCCESS. */
  public Optional<AttributeValue> value(int attributeId) {
    return attributes.stream()
        .filter(attribute -> attribute.id() == attributeId)
        .findFirst()
        .flatMap(Attribute::value);
  }

  /** As {@link #value}, if it is a number. */
  public OptionalLong number(int attributeId) {
    return value(attributeId).orElse(null) instanceof AttributeValue.Numeric number
        ? OptionalLong.of(number.value())
        : OptionalLong.empty();
  }

  /** As {@link #value}, if it is a character string. */
  public Optional<String> text(int attributeId) {
    return value(attributeId)
        .filter(AttributeValue.Text.class::isInstance)
        .map(value -> ((AttributeValue.Text) value).value());
  }

  /**
   * Reads what follows {@code header}, which was read at {@code frame}'s position. Position and
   * byte order of the buffer neither change nor matter. A value of a reserved data type or of a
   * collection makes the whole response malformed, since nobody can tell where it ends.
   */
  public static ReadAttributesResponse decode(ZclHeader header, ByteBuffer frame)
      throws ZclFormatException {
    GlobalCommand.READ_ATTRIBUTES_RESPONSE.check(header);
    FieldReader in = new FieldReader(frame, frame.position() + header.octets());
    List<Attribute> attributes = new ArrayList<>();
    while (in.remaining() > 0) {
      int id = in.u16("attribute identifier");
      int statusCode = in.u8("attribute status");
      attributes.add(
          new Attribute(
              id,
              statusCode,
              statusCode == ZclStatus.SUCCESS.code()
                  ? Optional.of(Values.decode(in))
                  : Optional.empty()));
    }
    return new ReadAttributesResponse(attributes);
  }

  /**
   * Writes the whole frame at {@code out}'s position and moves that on.
   *
   * @param header of a global frame with {@link #COMMAND_ID}, such as {@link ZclHeader#globalReply}
   *     makes
   * @throws BufferOverflowException when it does not fit; nothing is written then
   */
  public void encode(ByteBuffer out, ZclHeader header) {
    GlobalCommand.READ_ATTRIBUTES_RESPONSE.require(header);
    if (out.remaining() < header.octets() + attributes.stream().mapToInt(Attribute::octets).sum()) {
      throw new BufferOverflowException();
    }
    header.encode(out);
    for (Attribute attribute : attributes) {
      putU16(out, attribute.id());
      putU8(out, attribute.statusCode());
      attribute.value().ifPresent(value -> Values.encode(out, value));
    }
  }
}
