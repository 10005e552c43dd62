package io.otaupgrade.zcl;

import io.otaupgrade.zcl.internal.Ranges;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The value of an attribute, with its data type (ZCL rev 8 §2.6.2). */
public sealed interface AttributeValue {

  ZclDataType type();

  /**
   * A boolean, bitmap, unsigned integer, enumeration, identifier or UTC time.
   *
   * @param value within the type's octets; one of eight octets is to be read as unsigned
   */
  record Numeric(ZclDataType type, long value) implements AttributeValue {
    public Numeric {
      Values.requireForm(type, ZclDataType.Form.NUMERIC);
      int bits = 8 * type.octets();
      if (bits < Long.SIZE && value >>> bits != 0) {
        throw Ranges.outside(type.name(), 0, (1L << bits) - 1, value);
      }
    }
  }

  /** An IEEE address. */
  record Address(Eui64 value) implements AttributeValue {
    public Address {
      Objects.requireNonNull(value);
    }

    @Override
    public ZclDataType type() {
      return ZclDataType.EUI64;
    }
  }

  /**
   * A character string.
   *
   * @param value at most 254 octets in UTF-8. What a device sends is read leniently: octets that
   *     are no UTF-8 become U+FFFD, NUL stays, and the "invalid" string of length 0xFF is empty.
   */
  record Text(String value) implements AttributeValue {
    static final int MAX_OCTETS = 0xFE;

    public Text {
      int length = value.getBytes(StandardCharsets.UTF_8).length;
      if (length > MAX_OCTETS) {
        throw Ranges.outside("octets of a character string", 0, MAX_OCTETS, length);
      }
    }

    @Override
    public ZclDataType type() {
      return ZclDataType.STRING;
    }
  }

  /**
   * A value whose length is known and whose meaning matters to nobody here.
   *
   * @param value as on the air, without the leading length of a string
   */
  record Opaque(ZclDataType type, Octets value) implements AttributeValue {
    public Opaque {
      if (type.form() == ZclDataType.Form.COUNTED) {
        int max = (1 << (8 * type.octets())) - 2;
        if (value.length() > max) {
          throw Ranges.outside("octets of " + type, 0, max, value.length());
        }
      } else {
        Values.requireForm(type, ZclDataType.Form.OPAQUE);
        if (value.length() != type.octets()) {
          throw Ranges.outside("octets of " + type, type.octets(), type.octets(), value.length());
        }
      }
    }
  }
}
