package io.otaupgrade.transport.internal.znp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class UnpiPropertyTest {

  @Property
  void anyOctetsAreTakenHoweverTheyAreCut(@ForAll("octets") byte[] octets) {
    UnpiLaws.check(octets);
  }

  @Property
  void framesBehindAnyOctetsAreFound(@ForAll("octets") byte[] octets) {
    UnpiLaws.checkResynchronisation(octets);
  }

  @Property
  void whatIsWrittenIsRead(
      @ForAll @Size(max = 20) List<@Size(max = 250) byte[]> data,
      @ForAll @IntRange(min = 1, max = 300) int cut) {
    ByteBuffer out = ByteBuffer.allocate(Unpi.LONGEST_FRAME).order(ByteOrder.LITTLE_ENDIAN);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    List<String> written = new ArrayList<>();
    for (byte[] octets : data) {
      ByteBuffer frame = Unpi.end(Unpi.begin(out, MtCommand.AF_INCOMING_MSG).put(octets));
      while (frame.hasRemaining()) {
        line.write(frame.get());
      }
      written.add("4481" + HexFormat.of().formatHex(octets));
    }
    UnpiLaws.Reading reading = new UnpiLaws.Reading();
    byte[] all = line.toByteArray();
    for (int from = 0; from < all.length; from += cut) {
      reading.take(all, from, Math.min(cut, all.length - from));
    }
    assertThat(reading.frames).isEqualTo(written);
    assertThat(reading.malformed).hasValue(0);
  }

  /** Noise that looks like frames more often than noise does. */
  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.bytes()),
            Tuple.of(2, Arbitraries.just((byte) 0xFE)),
            Tuple.of(2, Arbitraries.of((byte) 0x44, (byte) 0x61, (byte) 0x00)))
        .array(byte[].class)
        .ofMaxSize(600);
  }
}
