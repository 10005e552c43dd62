package io.otaupgrade.zcl.internal;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.Octets;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks down a frame with lists or strings in it, field by field, to the buffer's limit. The
 * buffer's own position and byte order play no part. Frames of fixed length have no need of this.
 */
public final class FieldReader {
  private final ByteBuffer in;
  private final int end;
  private int at;

  /**
   * Begins anywhere in a buffer.
   *
   * @param at the index of the first field
   */
  public FieldReader(ByteBuffer in, int at) {
    this(in, at, in.limit());
  }

  private FieldReader(ByteBuffer in, int at, int end) {
    this.in = in;
    this.at = at;
    this.end = end;
  }

  /** The next {@code octets}, to be read apart; this reader goes on behind them. */
  public FieldReader part(String field, int octets) throws ZclFormatException {
    int from = take(field, octets);
    return new FieldReader(in, from, at);
  }

  public int remaining() {
    return end - at;
  }

  public int u8(String field) throws ZclFormatException {
    return LittleEndian.u8(in, take(field, 1));
  }

  public int u16(String field) throws ZclFormatException {
    return LittleEndian.u16(in, take(field, 2));
  }

  public Eui64 eui64(String field) throws ZclFormatException {
    return new Eui64(LittleEndian.u64(in, take(field, Eui64.OCTETS)));
  }

  /** A number of 0 to 8 octets; one of eight is to be read as unsigned. */
  public long unsigned(String field, int octets) throws ZclFormatException {
    int from = take(field, octets);
    long value = 0;
    for (int i = octets - 1; i >= 0; i--) {
      value = value << 8 | LittleEndian.u8(in, from + i);
    }
    return value;
  }

  public Octets octets(String field, int length) throws ZclFormatException {
    return Octets.copyOf(in, take(field, length), length);
  }

  /** {@code count} numbers of one octet. */
  public List<Integer> u8List(String field, int count) throws ZclFormatException {
    int from = take(field, count);
    List<Integer> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(LittleEndian.u8(in, from + i));
    }
    return values;
  }

  /** {@code count} numbers of two octets. */
  public List<Integer> u16List(String field, int count) throws ZclFormatException {
    int from = take(field, 2 * count);
    List<Integer> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(LittleEndian.u16(in, from + 2 * i));
    }
    return values;
  }

  private int take(String field, int octets) throws ZclFormatException {
    if (octets > remaining()) {
      throw new ZclFormatException(
          ZclStatus.MALFORMED_COMMAND, field + ": need " + octets + " octets, have " + remaining());
    }
    int from = at;
    at += octets;
    return from;
  }
}
