package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.zcl.ReadAttributesResponse.Attribute;
import io.otaupgrade.zcl.ZclHeader.Direction;
import io.otaupgrade.zcl.ZclHeader.FrameType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class GlobalFramePropertyTest {

  @Property
  void aHeaderIsReadAsItWasWritten(@ForAll("headers") ZclHeader header) throws ZclFormatException {
    ByteBuffer frame = ByteBuffer.allocate(header.octets());
    header.encode(frame);
    assertThat(ZclHeader.decode(frame.flip())).isEqualTo(header);
  }

  @Property
  void attributesAreReadAsTheyWereWritten(@ForAll("attributes") @Size(max = 8) List<Attribute> list)
      throws ZclFormatException {
    ReadAttributesResponse response = new ReadAttributesResponse(list);
    ByteBuffer frame = ByteBuffer.allocate(4096);
    ZclHeader header = ZclHeader.global(Direction.CLIENT_TO_SERVER, true, 1, 0x01);
    response.encode(frame, header);
    frame.flip();
    assertThat(ReadAttributesResponse.decode(ZclHeader.decode(frame), frame)).isEqualTo(response);
  }

  @Property(tries = 5000)
  void randomOctetsAreReadOrRejected(
      @ForAll("commandIds") int commandId,
      @ForAll @IntRange(max = 1) int secondOctet,
      @ForAll @Size(max = 60) byte[] rest) {
    ByteBuffer frame = ByteBuffer.allocate(8 + rest.length);
    frame.put((byte) 0x18).put((byte) 7).put((byte) commandId);
    // an attribute with status SUCCESS, or the reads would seldom come to a data type
    frame.put((byte) 5).put((byte) secondOctet).put((byte) 0);
    GlobalFrameLaws.check(frame.put(rest).flip());
  }

  @Property
  void anyOctetsAreReadOrRejected(@ForAll @Size(max = 20) byte[] octets) {
    GlobalFrameLaws.check(ByteBuffer.wrap(octets));
  }

  @Provide
  Arbitrary<Integer> commandIds() {
    return Arbitraries.of(0x00, 0x01, 0x01, 0x01, 0x0B);
  }

  @Provide
  Arbitrary<ZclHeader> headers() {
    Arbitrary<OptionalInt> manufacturerCodes =
        Arbitraries.integers()
            .between(0, 0xFFFF)
            .optional()
            .map(code -> code.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    return Combinators.combine(
            Arbitraries.of(FrameType.class),
            manufacturerCodes,
            Arbitraries.of(Direction.class),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 0xFF),
            Arbitraries.integers().between(0, 0xFF))
        .as(ZclHeader::new);
  }

  @Provide
  Arbitrary<List<Attribute>> attributes() {
    Arbitrary<Integer> ids = Arbitraries.integers().between(0, 0xFFFF);
    Arbitrary<Attribute> read = Combinators.combine(ids, values()).as(Attribute::of);
    Arbitrary<Attribute> unread =
        Combinators.combine(ids, Arbitraries.integers().between(1, 0xFF))
            .as((id, status) -> new Attribute(id, status, Optional.empty()));
    return Arbitraries.oneOf(read, unread).list().ofMaxSize(8);
  }

  private static Arbitrary<AttributeValue> values() {
    return Arbitraries.of(ZclDataType.class)
        .filter(type -> type.form() != ZclDataType.Form.COLLECTION)
        .flatMap(
            type ->
                Arbitraries.bytes()
                    .array(byte[].class)
                    .ofMaxSize(60)
                    .map(octets -> value(type, octets)));
  }

  private static AttributeValue value(ZclDataType type, byte[] octets) {
    return switch (type.form()) {
      case NUMERIC ->
          new AttributeValue.Numeric(type, number(Arrays.copyOf(octets, type.octets())));
      case ADDRESS -> new AttributeValue.Address(new Eui64(number(Arrays.copyOf(octets, 8))));
      case TEXT -> new AttributeValue.Text(new String(octets, StandardCharsets.UTF_8));
      case COUNTED -> new AttributeValue.Opaque(type, Octets.copyOf(octets));
      case OPAQUE, COLLECTION ->
          new AttributeValue.Opaque(type, Octets.copyOf(Arrays.copyOf(octets, type.octets())));
    };
  }

  private static long number(byte[] octets) {
    long number = 0;
    for (byte octet : octets) {
      number = number << 8 | (octet & 0xFF);
    }
    return number;
  }
}
