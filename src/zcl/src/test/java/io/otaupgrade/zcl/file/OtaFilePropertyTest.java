package io.otaupgrade.zcl.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.zcl.Eui64;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class OtaFilePropertyTest {

  @Property
  void whatWasWrittenIsRead(
      @ForAll @IntRange(max = 0xFFFF) int manufacturerCode,
      @ForAll @IntRange(max = 0xFFFF) int imageType,
      @ForAll @LongRange(max = 0xFFFF_FFFDL) long fileVersion,
      @ForAll("headerStrings") String headerString,
      @ForAll("optionalFields") OptionalFields optional,
      @ForAll @Size(max = 6) List<@IntRange(max = 0xFFFF) Integer> tags,
      @ForAll("wrappers") Wrapper wrapper,
      @ForAll IntegrityRule rule,
      @ForAll long seed)
      throws OtaFileException {
    Random random = new Random(seed);
    OtaFileWriter writer =
        new OtaFileWriter(manufacturerCode, imageType, fileVersion)
            .headerString(headerString)
            .wrapper(wrapper)
            .trailer(octets(random, random.nextInt(20)));
    optional.credential().ifPresent(writer::securityCredentialVersion);
    optional.destination().ifPresent(writer::upgradeFileDestination);
    optional.hardware().ifPresent(writer::hardwareVersions);
    int offset =
        56
            + (optional.credential().isPresent() ? 1 : 0)
            + (optional.destination().isPresent() ? 8 : 0)
            + (optional.hardware().isPresent() ? 4 : 0);
    List<OtaElement> elements = new ArrayList<>();
    for (int tag : tags) {
      // another 0x0003 is no trouble: the last one counts
      byte[] data = octets(random, random.nextInt(2000));
      writer.element(tag, data);
      elements.add(new OtaElement(tag, offset, 6, data.length));
      offset += 6 + data.length;
    }
    writer.integrityCode(rule);
    elements.add(new OtaElement(0x0003, offset, 6, 16));

    OtaFile ota = inspect(writer.toByteArray());

    OtaHeader header = ota.header();
    assertThat(header.manufacturerCode()).isEqualTo(manufacturerCode);
    assertThat(header.imageType()).isEqualTo(imageType);
    assertThat(header.fileVersion()).isEqualTo(fileVersion);
    assertThat(header.headerString()).isEqualTo(headerString);
    assertThat(header.securityCredentialVersion()).isEqualTo(optional.credential());
    assertThat(header.upgradeFileDestination()).isEqualTo(optional.destination());
    assertThat(header.hardwareVersions()).isEqualTo(optional.hardware());
    assertThat(header.totalImageSize()).isEqualTo(offset + 22L);
    assertThat(ota.wrapper()).isEqualTo(wrapper);
    assertThat(ota.elements()).isEqualTo(elements);
    assertThat(ota.integrity()).isEqualTo(Integrity.VERIFIED);
    if (offset >= 8192) { // below that, two of the rules are the same
      assertThat(ota.integrityRule()).contains(rule);
    }
  }

  @Property
  void randomOctetsAreAFileOrARefusal(@ForAll @Size(max = 400) byte[] octets) {
    judged(octets);
  }

  @Property
  void randomOctetsBehindTheMagicNumberAreAFileOrARefusal(
      @ForAll @Size(min = 4, max = 400) byte[] octets) {
    ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN).putInt(0, OtaHeader.MAGIC);
    judged(octets);
  }

  @Property(tries = 3000)
  void aFileWithAFewOctetsChangedIsAFileOrARefusal(
      @ForAll("wrappers") Wrapper wrapper,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 1_000_000) Integer> places,
      @ForAll byte value) {
    byte[] file =
        new OtaFileWriter(0x1234, 1, 2)
            .headerString("to be changed")
            .hardwareVersions(new HardwareVersionRange(1, 2))
            .element(0xF001, new byte[3])
            .telinkElement(new byte[32], 12)
            .element(0x0000, new byte[100])
            .integrityCode(IntegrityRule.WITH_TAG_HEADER)
            .wrapper(wrapper)
            .toByteArray();
    places.forEach(place -> file[place % file.length] = value);
    judged(file);
  }

  /** An oracle that cannot wrap: the elements reckoned again with numbers of any size. */
  @Property
  void noLengthOfAnElementWraps(
      @ForAll("elementHeads") List<Head> heads, @ForAll @IntRange(max = 64) int rest)
      throws OtaFileException {
    OtaFileWriter writer = new OtaFileWriter(0x1234, 1, 2);
    List<OtaElement> expected = new ArrayList<>();
    ByteBuffer octets = ByteBuffer.allocate(heads.size() * 6 + rest).order(ByteOrder.LITTLE_ENDIAN);
    heads.forEach(head -> octets.putShort((short) head.tag()).putInt((int) head.length()));
    byte[] file = writer.octets(octets.array()).toByteArray();

    BigInteger at = BigInteger.valueOf(56);
    BigInteger end = BigInteger.valueOf(file.length);
    ByteBuffer whole = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean sound = at.compareTo(end) < 0;
    while (sound && at.compareTo(end) < 0) {
      sound = at.add(BigInteger.valueOf(6)).compareTo(end) <= 0;
      if (sound) {
        int tag = whole.getShort(at.intValueExact()) & 0xFFFF;
        // A length may lead into the midst of another head, where the tag is anything.
        Assume.that(tag <= LAST_SHORT_HEAD);
        long length = whole.getInt(at.intValueExact() + 2) & 0xFFFF_FFFFL;
        expected.add(new OtaElement(tag, at.longValueExact(), 6, length));
        at = at.add(BigInteger.valueOf(6)).add(BigInteger.valueOf(length));
        sound = at.compareTo(end) <= 0;
      }
    }

    List<OtaElement> elements = inspect(file).elements();
    assertThat(elements).isEqualTo(sound ? expected : List.of());
  }

  @Provide
  Arbitrary<List<Head>> elementHeads() {
    Arbitrary<Integer> tags = Arbitraries.integers().between(0, LAST_SHORT_HEAD);
    Arbitrary<Long> lengths =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.longs().between(0, 12)),
            Tuple.of(1, Arbitraries.of(0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL, 0xFFFF_FFC2L)),
            Tuple.of(1, Arbitraries.longs().between(0, 0xFFFF_FFFFL)));
    return Combinators.combine(tags, lengths).as(Head::new).list().ofMaxSize(6);
  }

  /** Tags beyond it may be Telink's, whose heads are longer. */
  private static final int LAST_SHORT_HEAD = 0xEFFF;

  record Head(int tag, long length) {}

  @Provide
  Arbitrary<Wrapper> wrappers() {
    return Arbitraries.of(Wrapper.class).filter(wrapper -> wrapper != Wrapper.UNKNOWN_PREFIX);
  }

  @Provide
  Arbitrary<String> headerStrings() {
    return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(32);
  }

  @Provide
  Arbitrary<OptionalFields> optionalFields() {
    Arbitrary<Integer> u16 = Arbitraries.integers().between(0, 0xFFFF);
    return Combinators.combine(
            Arbitraries.integers().between(0, 255).optional(),
            Arbitraries.longs().map(Eui64::new).optional(),
            Combinators.combine(u16, u16).as(HardwareVersionRange::new).optional())
        .as(
            (credential, destination, hardware) ->
                new OptionalFields(
                    credential.map(OptionalInt::of).orElse(OptionalInt.empty()),
                    destination,
                    hardware));
  }

  record OptionalFields(
      OptionalInt credential,
      Optional<Eui64> destination,
      Optional<HardwareVersionRange> hardware) {}

  private static void judged(byte[] file) {
    OtaFileLaws.check(ByteBuffer.wrap(file));
  }

  private static OtaFile inspect(byte[] file) throws OtaFileException {
    return OtaFile.inspect(ByteBuffer.wrap(file), OtaFileLimits.DEFAULT);
  }

  private static byte[] octets(Random random, int length) {
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    return octets;
  }
}
