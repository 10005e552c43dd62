package io.otaupgrade.zcl;

import static io.otaupgrade.zcl.internal.LittleEndian.putU64;
import static io.otaupgrade.zcl.internal.LittleEndian.putUnsigned;

import io.otaupgrade.zcl.internal.FieldReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads and writes attribute values: a data type, then as many octets as it takes. */
final class Values {

  private Values() {}

  static void requireForm(ZclDataType type, ZclDataType.Form form) {
    if (type.form() != form) {
      throw new IllegalArgumentException(type + " is no " + form);
    }
  }

  static AttributeValue decode(FieldReader in) throws ZclFormatException {
    int code = in.u8("attribute data type");
    ZclDataType type =
        ZclDataType.of(code)
            .orElseThrow(() -> malformed("attribute data type 0x%02X is reserved".formatted(code)));
    return switch (type.form()) {
      case NUMERIC ->
          new AttributeValue.Numeric(type, in.unsigned("attribute value", type.octets()));
      case ADDRESS -> new AttributeValue.Address(in.eui64("attribute value"));
      case OPAQUE -> new AttributeValue.Opaque(type, in.octets("attribute value", type.octets()));
      case COUNTED -> new AttributeValue.Opaque(type, string(in, type));
      case TEXT -> new AttributeValue.Text(text(string(in, type)));
      case COLLECTION -> throw malformed("attributes of type " + type + " are not read here");
    };
  }

  private static Octets string(FieldReader in, ZclDataType type) throws ZclFormatException {
    int length = (int) in.unsigned("length of attribute value", type.octets());
    boolean invalid = length == (1 << (8 * type.octets())) - 1;
    return in.octets("attribute value", invalid ? 0 : length);
  }

  /**
   * Replacing what is no UTF-8 may lengthen the text beyond what a string can hold: cut it then.
   */
  private static String text(Octets octets) {
    String text = new String(octets.toArray(), StandardCharsets.UTF_8);
    while (text.getBytes(StandardCharsets.UTF_8).length > AttributeValue.Text.MAX_OCTETS) {
      text = text.substring(0, text.offsetByCodePoints(text.length(), -1));
    }
    return text;
  }

  private static ZclFormatException malformed(String message) {
    return new ZclFormatException(ZclStatus.MALFORMED_COMMAND, message);
  }

  /** The length on the air, data type included. */
  static int octets(AttributeValue value) {
    if (value instanceof AttributeValue.Text text) {
      return 2 + text.value().getBytes(StandardCharsets.UTF_8).length;
    }
    if (value instanceof AttributeValue.Opaque opaque
        && opaque.type().form() == ZclDataType.Form.COUNTED) {
      return 1 + opaque.type().octets() + opaque.value().length();
    }
    return 1 + value.type().octets();
  }

  static void encode(ByteBuffer out, AttributeValue value) {
    ZclDataType type = value.type();
    out.put((byte) type.code());
    if (value instanceof AttributeValue.Numeric number) {
      putUnsigned(out, number.value(), type.octets());
    } else if (value instanceof AttributeValue.Address address) {
      putU64(out, address.value().value());
    } else if (value instanceof AttributeValue.Text text) {
      byte[] utf8 = text.value().getBytes(StandardCharsets.UTF_8);
      out.put((byte) utf8.length).put(utf8);
    } else if (value instanceof AttributeValue.Opaque opaque) {
      if (type.form() == ZclDataType.Form.COUNTED) {
        putUnsigned(out, opaque.value().length(), type.octets());
      }
      opaque.value().putTo(out);
    }
  }
}
