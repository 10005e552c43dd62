package io.otaupgrade.zcl;

import io.otaupgrade.zcl.internal.CodeTable;
import java.util.Optional;

/** The data types of attributes (ZCL rev 8 §2.6.2), by the short names of that table. */
public enum ZclDataType {
  NODATA(0x00, Form.OPAQUE, 0),
  DATA8(0x08, Form.OPAQUE, 1),
  DATA16(0x09, Form.OPAQUE, 2),
  DATA24(0x0A, Form.OPAQUE, 3),
  DATA32(0x0B, Form.OPAQUE, 4),
  DATA40(0x0C, Form.OPAQUE, 5),
  DATA48(0x0D, Form.OPAQUE, 6),
  DATA56(0x0E, Form.OPAQUE, 7),
  DATA64(0x0F, Form.OPAQUE, 8),
  BOOL(0x10, Form.NUMERIC, 1),
  MAP8(0x18, Form.NUMERIC, 1),
  MAP16(0x19, Form.NUMERIC, 2),
  MAP24(0x1A, Form.NUMERIC, 3),
  MAP32(0x1B, Form.NUMERIC, 4),
  MAP40(0x1C, Form.NUMERIC, 5),
  MAP48(0x1D, Form.NUMERIC, 6),
  MAP56(0x1E, Form.NUMERIC, 7),
  MAP64(0x1F, Form.NUMERIC, 8),
  UINT8(0x20, Form.NUMERIC, 1),
  UINT16(0x21, Form.NUMERIC, 2),
  UINT24(0x22, Form.NUMERIC, 3),
  UINT32(0x23, Form.NUMERIC, 4),
  UINT40(0x24, Form.NUMERIC, 5),
  UINT48(0x25, Form.NUMERIC, 6),
  UINT56(0x26, Form.NUMERIC, 7),
  UINT64(0x27, Form.NUMERIC, 8),
  INT8(0x28, Form.OPAQUE, 1),
  INT16(0x29, Form.OPAQUE, 2),
  INT24(0x2A, Form.OPAQUE, 3),
  INT32(0x2B, Form.OPAQUE, 4),
  INT40(0x2C, Form.OPAQUE, 5),
  INT48(0x2D, Form.OPAQUE, 6),
  INT56(0x2E, Form.OPAQUE, 7),
  INT64(0x2F, Form.OPAQUE, 8),
  ENUM8(0x30, Form.NUMERIC, 1),
  ENUM16(0x31, Form.NUMERIC, 2),
  SEMI(0x38, Form.OPAQUE, 2),
  SINGLE(0x39, Form.OPAQUE, 4),
  DOUBLE(0x3A, Form.OPAQUE, 8),
  OCTSTR(0x41, Form.COUNTED, 1),
  STRING(0x42, Form.TEXT, 1),
  OCTSTR16(0x43, Form.COUNTED, 2),
  STRING16(0x44, Form.COUNTED, 2),
  ARRAY(0x48, Form.COLLECTION, 0),
  STRUCT(0x4C, Form.COLLECTION, 0),
  SET(0x50, Form.COLLECTION, 0),
  BAG(0x51, Form.COLLECTION, 0),
  TOD(0xE0, Form.OPAQUE, 4),
  DATE(0xE1, Form.OPAQUE, 4),
  UTC(0xE2, Form.NUMERIC, 4),
  CLUSTER_ID(0xE8, Form.NUMERIC, 2),
  ATTRIB_ID(0xE9, Form.NUMERIC, 2),
  BAC_OID(0xEA, Form.OPAQUE, 4),
  EUI64(0xF0, Form.ADDRESS, 8),
  KEY128(0xF1, Form.OPAQUE, 16),
  UNK(0xFF, Form.OPAQUE, 0);

  /** Which kind of {@link AttributeValue} it becomes here. */
  enum Form {
    NUMERIC,
    ADDRESS,
    /** A length, then so many octets of text. */
    TEXT,
    /** A length, then so many octets that are left as they are. */
    COUNTED,
    /** A fixed number of octets that are left as they are. */
    OPAQUE,
    /** Made of other values; no attribute that matters here is. */
    COLLECTION
  }

  private static final CodeTable<ZclDataType> BY_CODE =
      new CodeTable<>(values(), ZclDataType::code);

  private final int code;
  private final Form form;
  private final int octets;

  ZclDataType(int code, Form form, int octets) {
    this.code = code;
    this.form = form;
    this.octets = octets;
  }

  /** The octet on the air, 0x00 to 0xFF. */
  public int code() {
    return code;
  }

  /** Empty for a reserved code. */
  public static Optional<ZclDataType> of(int code) {
    return BY_CODE.of(code);
  }

  Form form() {
    return form;
  }

  /** The length of a value; of the leading length field, where there is one. */
  int octets() {
    return octets;
  }
}
