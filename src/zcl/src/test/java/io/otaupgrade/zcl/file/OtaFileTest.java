package io.otaupgrade.zcl.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.OtaFileWarning.Kind;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtaFileTest {
  private static final byte[] FIRMWARE = counting(300);

  @Nested
  @DisplayName("Header (ZCL §11.4.2)")
  class Header {

    /**
     * The first 63 octets of an image as a server sent them to an IKEA remote (hex log in the
     * report Koenkk/zigbee2mqtt#3010): header, header of the first element, one octet of it.
     */
    private static final String IKEA_REMOTE =
        "1EF1EE0B" // file identifier
            + "0001" // header version
            + "3800" // header length 56
            + "0000" // field control
            + "7C11" // manufacturer code 0x117C
            + "C511" // image type 0x11C5
            + "31060122" // file version 0x22010631
            + "0200" // Zigbee stack version PRO
            + "45424C20747261646672695F6F6E6F66665F73686F72746375745F636F6E7472" // not NUL-ended
            + "7EBE0200" // total image size 179 838
            + "0000" // tag upgrade image
            + "40BE0200" // length 179 776
            + "00";

    @Test
    void aHeaderFromTheAirIsReadFieldByField() throws OtaFileException {
      byte[] file = Arrays.copyOf(HexFormat.of().parseHex(IKEA_REMOTE), 179_838);

      OtaFile ota = inspect(file);

      assertEquals(
          new OtaHeader(
              0x0100,
              56,
              0,
              0x117C,
              0x11C5,
              0x22010631L,
              2,
              "EBL tradfri_onoff_shortcut_contr",
              179_838,
              OptionalInt.empty(),
              Optional.empty(),
              Optional.empty()),
          ota.header());
      assertEquals(List.of(new OtaElement(0x0000, 56, 6, 179_776)), ota.elements());
      assertThat(ota.warnings()).isEmpty();
    }

    /** Made by hand after ZCL §11.4.2. */
    private static final String ALL_FIELDS =
        "1EF1EE0B" // file identifier
            + "0001" // header version
            + "4500" // header length 69
            + "0700" // field control: all three optional fields
            + "34124523" // manufacturer code 0x1234, image type 0x2345
            + "785634F2" // file version 0xF2345678
            + "0300" // Zigbee stack version IP
            + "4C616D70" // "Lamp"
            + "00".repeat(28)
            + "4B000000" // total image size 75
            + "02" // security credential version
            + "8877665544332211" // destination 1122334455667788
            + "0102" // minimum hardware version 0x0201
            + "FF02" // maximum hardware version 0x02FF
            + "0400" // tag picture data
            + "00000000"; // length 0

    @Test
    void allOptionalFieldsAreReadInTheirOrder() throws OtaFileException {
      OtaFile ota = inspect(HexFormat.of().parseHex(ALL_FIELDS));

      assertEquals(
          new OtaHeader(
              0x0100,
              69,
              7,
              0x1234,
              0x2345,
              0xF2345678L,
              3,
              "Lamp",
              75,
              OptionalInt.of(2),
              Optional.of(new Eui64(0x1122334455667788L)),
              Optional.of(new HardwareVersionRange(0x0201, 0x02FF))),
          ota.header());
      assertThat(ota.warnings()).isEmpty();
    }

    @Test
    void theWriterMakesTheSameOctets() {
      byte[] file =
          new OtaFileWriter(0x1234, 0x2345, 0xF2345678L)
              .zigbeeStackVersion(3)
              .headerString("Lamp")
              .securityCredentialVersion(2)
              .upgradeFileDestination(new Eui64(0x1122334455667788L))
              .hardwareVersions(new HardwareVersionRange(0x0201, 0x02FF))
              .element(ElementTag.PICTURE_DATA.code(), new byte[0])
              .toByteArray();

      assertEquals(ALL_FIELDS, HexFormat.of().withUpperCase().formatHex(file));
    }

    @ParameterizedTest
    @CsvSource({"0, 56", "1, 57", "2, 64", "4, 60", "5, 61", "6, 68", "3, 65", "7, 69"})
    void theLengthFollowsFromTheFieldControl(int control, int length) throws OtaFileException {
      OtaFileWriter writer = writer();
      if ((control & 1) != 0) {
        writer.securityCredentialVersion(0);
      }
      if ((control & 2) != 0) {
        writer.upgradeFileDestination(new Eui64(1));
      }
      if ((control & 4) != 0) {
        writer.hardwareVersions(new HardwareVersionRange(1, 2));
      }
      OtaHeader header = inspect(writer.element(0, FIRMWARE).toByteArray()).header();
      assertEquals(length, header.headerLength());
      assertEquals(control, header.fieldControl());
    }

    @Test
    void fieldsYetToBeSpecifiedAreSkipped() throws OtaFileException {
      OtaFile ota =
          inspect(writer().headerTail(0x0008, counting(9)).element(0x0000, FIRMWARE).toByteArray());

      assertEquals(65, ota.header().headerLength());
      assertEquals(List.of(new OtaElement(0x0000, 65, 6, FIRMWARE.length)), ota.elements());
      assertThat(kinds(ota)).containsExactly(Kind.FIELD_CONTROL, Kind.HEADER_TAIL);
    }

    @Test
    void aHeaderStringIsAlwaysPrintable() throws OtaFileException {
      byte[] junk = HexFormat.of().parseHex("14" + "4F5441" + "FF0A7F" + "00" + "C3A9");
      OtaFile ota = inspect(writer().headerString(junk).element(0, FIRMWARE).toByteArray());

      assertEquals(".OTA...", ota.header().headerString());
      assertEquals(
          List.of(
              new OtaFileWarning(
                  Kind.HEADER_STRING, "headerString: 6 of its 32 octets are no text")),
          ota.warnings());
    }

    @Test
    void hardwareVersionsAreARangeWithBothEnds() {
      HardwareVersionRange range = new HardwareVersionRange(0x0100, 0x0203);
      assertThat(List.of(0x00FF, 0x0100, 0x01FF, 0x0203, 0x0204))
          .filteredOn(range::contains)
          .containsExactly(0x0100, 0x01FF, 0x0203);
      HardwareVersionRange none = new HardwareVersionRange(2, 1);
      assertThat(List.of(0, 1, 2, 3, 0xFFFF)).noneMatch(none::contains);
    }
  }

  @Nested
  @DisplayName("Elements (ZCL §11.4.4)")
  class Elements {

    @Test
    void elementsFillTheImage() throws OtaFileException {
      OtaFile ota =
          inspect(
              writer()
                  .element(0xF7BD, counting(160))
                  .element(0x0000, FIRMWARE)
                  .element(0xF100, new byte[0])
                  .integrityCode(IntegrityRule.STANDARD)
                  .toByteArray());

      assertEquals(
          List.of(
              new OtaElement(0xF7BD, 56, 6, 160),
              new OtaElement(0x0000, 222, 6, 300),
              new OtaElement(0xF100, 528, 6, 0),
              new OtaElement(0x0003, 534, 6, 16)),
          ota.elements());
      assertThat(ota.warnings()).isEmpty();
    }

    @Test
    void anEncryptedTelinkElementHasALongerHeader() throws OtaFileException {
      OtaFile ota = inspect(writer().telinkElement(counting(160), 12).toByteArray());

      assertEquals(List.of(new OtaElement(0xF000, 56, 8, 160)), ota.elements());
      assertThat(ota.warnings()).isEmpty();
    }

    @Test
    void tagF000WithThePlainHeaderIsReadAsSuch() throws OtaFileException {
      OtaFile ota =
          inspect(writer().element(0xF000, counting(18)).element(0x0000, FIRMWARE).toByteArray());

      assertThat(ota.elements()).extracting(OtaElement::headerLength).containsExactly(6, 6);
      assertThat(ota.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "2A00010200", // as in Hue's .sbl-ota: no elements
          "0000", // half an element header
          "0000FFFFFFFF", // lengths that would wrap an int
          "0000FFFFFF7F",
          "0000C2FFFFFF",
          "F000FAFFFFFF",
          "00F0FFFFFFFF0101",
          "0000020000000102" + "0C94", // garbage behind the first element
        })
    void whatCannotBeReadAsElementsIsServedAllTheSame(String octets) throws OtaFileException {
      byte[] file = writer().octets(HexFormat.of().parseHex(octets)).toByteArray();

      OtaFile ota = inspect(file);

      assertThat(ota.elements()).isEmpty();
      assertThat(kinds(ota)).containsExactly(Kind.ELEMENT_WALK);
      assertEquals(ByteBuffer.wrap(file), ota.image());
      assertEquals(Integrity.ABSENT, ota.integrity());
    }

    @Test
    void aFaultOfTheElementsIsToldWithItsNumbers() throws OtaFileException {
      byte[] garbage = HexFormat.of().parseHex("0C9400000B94AABB");
      OtaFile ota = inspect(writer().element(0, FIRMWARE).octets(garbage).toByteArray());

      assertThat(ota.warnings())
          .extracting(OtaFileWarning::text)
          .containsExactly(
              "element 2 at offset 362: tag 0x940C says 2483748864 octets, 2 are left");
    }

    @Test
    void anImageThatIsAHeaderAloneIsOdd() throws OtaFileException {
      OtaFile ota = inspect(writer().toByteArray());

      assertEquals(56, ota.image().remaining());
      assertThat(kinds(ota)).containsExactly(Kind.NO_ELEMENTS);
    }

    @Test
    void reservedTagsAndWrongLengthsAreOdd() throws OtaFileException {
      OtaFile ota =
          inspect(
              writer()
                  .element(0xCDEF, counting(3))
                  .element(0x0000, FIRMWARE)
                  .element(0x0000, FIRMWARE)
                  .element(0x0007, FIRMWARE)
                  .element(0x0005, counting(79))
                  .element(0x0006, counting(74))
                  .toByteArray());

      assertThat(ota.warnings())
          .extracting(OtaFileWarning::text)
          .containsExactly(
              "2 of 6 elements with a reserved tag, first 0xCDEF at offset 56",
              "element 0x0005 (ECDSA signature, suite 2) has 79 octets, the specification says 80");
    }

    @ParameterizedTest
    @CsvSource({"1, 50", "5, 80"})
    void aSignatureOfEitherSuiteIsSeen(int tag, int length) throws OtaFileException {
      OtaFile signed =
          inspect(writer().element(0, FIRMWARE).element(tag, counting(length)).toByteArray());
      OtaFile unsigned = inspect(writer().element(0, FIRMWARE).toByteArray());

      assertEquals(SignatureState.PRESENT_UNVERIFIED, signed.signature());
      assertThat(signed.warnings()).isEmpty();
      assertEquals(SignatureState.ABSENT, unsigned.signature());
    }

    @Test
    void aFileOfNothingButElementHeadersTakesLittleMemory() throws OtaFileException {
      ByteBuffer file = ByteBuffer.allocateDirect(24 << 20).order(ByteOrder.LITTLE_ENDIAN);
      file.put(0, writer().toByteArray());
      file.putInt(OtaHeader.TOTAL_IMAGE_SIZE_AT, file.capacity());
      inspect(file); // classes loaded
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

      long before = threads.getCurrentThreadAllocatedBytes();
      OtaFile ota = inspect(file);
      long taken = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(taken).as("octets of heap for 4 million elements").isLessThan(2 << 20);
      assertThat(ota.warnings())
          .extracting(OtaFileWarning::text)
          .containsExactly("more than 4096 elements, read up to offset 24632 of 25165824");
    }
  }

  @Nested
  @DisplayName("Image integrity code")
  class IntegrityCode {

    @ParameterizedTest
    @EnumSource(IntegrityRule.class)
    void aCodeByAnyRuleIsVerified(IntegrityRule rule) throws OtaFileException {
      OtaFile ota = inspect(writer().element(0, counting(9000)).integrityCode(rule).toByteArray());

      assertEquals(Integrity.VERIFIED, ota.integrity());
      assertEquals(Optional.of(rule), ota.integrityRule());
      assertThat(ota.warnings()).isEmpty();
    }

    @Test
    void aShortImageThatFitsTwoRulesCountsAsStandard() throws OtaFileException {
      OtaFile ota =
          inspect(
              writer()
                  .element(0, FIRMWARE)
                  .integrityCode(IntegrityRule.LENGTH_MOD_65536)
                  .toByteArray());

      assertEquals(Optional.of(IntegrityRule.STANDARD), ota.integrityRule());
    }

    @Test
    void aCodeThatFitsByNoRuleIsOnlyOdd() throws OtaFileException {
      byte[] file =
          writer().element(0, FIRMWARE).integrityCode(IntegrityRule.STANDARD).toByteArray();
      file[100] ^= 1;

      OtaFile ota = inspect(file);

      assertEquals(Integrity.MISMATCH, ota.integrity());
      assertEquals(Optional.empty(), ota.integrityRule());
      assertThat(ota.warnings())
          .extracting(OtaFileWarning::text)
          .containsExactly(
              "the integrity code at offset 368 fits the 362 octets before it by none of 3 rules");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 200})
    void aCodeOfAnotherLengthFitsByNoRule(int length) throws OtaFileException {
      OtaFile ota =
          inspect(writer().element(0, FIRMWARE).element(3, counting(length)).toByteArray());

      assertEquals(Integrity.MISMATCH, ota.integrity());
      assertThat(kinds(ota)).containsExactly(Kind.ELEMENT_LENGTH, Kind.INTEGRITY_MISMATCH);
    }

    @Test
    void theWordsInMachineOutputAreFixed() {
      assertThat(Integrity.values())
          .extracting(Integrity::word)
          .containsExactly("absent", "verified", "mismatch");
      assertThat(IntegrityRule.values())
          .extracting(IntegrityRule::word)
          .containsExactly("standard", "with-tag-header", "length-mod-65536");
      assertThat(SignatureState.values())
          .extracting(SignatureState::word)
          .containsExactly("absent", "present-unverified");
    }
  }

  @Nested
  class WhatIsAroundTheImage {
    private final byte[] image = writer().element(0, FIRMWARE).toByteArray();

    /** The first words of a container that IKEA published, image sizes put to those of ours. */
    @Test
    void anIkeaContainerIsTakenOff() throws OtaFileException {
      ByteBuffer file =
          ByteBuffer.allocate(488 + image.length + 512).order(ByteOrder.LITTLE_ENDIAN);
      file.put(HexFormat.of().parseHex("4e4749530c000000da070000dc010000e8010000"));
      file.putInt(image.length).putInt(488 + image.length);
      file.put(488, image);

      OtaFile ota = inspect(file.clear());

      assertWrapped(Wrapper.IKEA_NGIS, 488, 512, ota);
      assertThat(kinds(ota)).containsExactly(Kind.TRAILING_BYTES);
    }

    @Test
    void aLegrandWrapperIsTakenOff() throws OtaFileException {
      ByteBuffer file = ByteBuffer.allocate(4 + image.length + 17).order(ByteOrder.LITTLE_ENDIAN);
      file.putInt(image.length).put(image);

      OtaFile ota = inspect(file.clear());

      assertWrapped(Wrapper.LEGRAND, 4, 17, ota);
      assertThat(kinds(ota)).containsExactly(Kind.TRAILING_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"IKEA_NGIS, 424, 512", "LEGRAND, 4, 17", "THIRD_REALITY, 152, 0"})
    void theWritersWrappersAreTakenOff(Wrapper wrapper, int offset, int trailing)
        throws OtaFileException {
      OtaFile ota = inspect(writer().element(0, FIRMWARE).wrapper(wrapper).toByteArray());

      assertWrapped(wrapper, offset, trailing, ota);
      assertThat(kinds(ota)).doesNotContain(Kind.WRAPPER);
    }

    @ParameterizedTest
    @CsvSource({"IKEA_NGIS, 20", "IKEA_NGIS, 24", "LEGRAND, 56", "THIRD_REALITY, 3"})
    void aWrapperThatDisagreesWithItsImageIsOdd(Wrapper wrapper, int at) throws OtaFileException {
      byte[] file = writer().element(0, FIRMWARE).wrapper(wrapper).toByteArray();
      file[at]--; // a size in the wrapper or the image, or an octet of the SHA-512

      OtaFile ota = inspect(file);

      assertEquals(wrapper, ota.wrapper());
      assertThat(kinds(ota)).contains(Kind.WRAPPER);
    }

    @Test
    void anyOtherPrefixIsTakenOff() throws OtaFileException {
      OtaFile ota = inspect(writer().element(0, FIRMWARE).prefix(counting(77)).toByteArray());

      assertWrapped(Wrapper.UNKNOWN_PREFIX, 77, 0, ota);
      assertThat(kinds(ota)).containsExactly(Kind.UNKNOWN_PREFIX);
    }

    @Test
    void theMagicNumberInsideAPrefixIsNotTakenForAHeader() throws OtaFileException {
      byte[] prefix = new byte[100];
      ByteBuffer.wrap(prefix)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(1, OtaHeader.MAGIC) // nothing behind it
          .putInt(30, OtaHeader.MAGIC)
          .putShort(34, (short) 0x0100)
          .putShort(36, (short) 40) // too short a header
          .putInt(96, OtaHeader.MAGIC); // right before the true one

      OtaFile ota = inspect(writer().element(0, FIRMWARE).prefix(prefix).toByteArray());

      assertWrapped(Wrapper.UNKNOWN_PREFIX, 100, 0, ota);
    }

    @Test
    void theContainersWordCountsMoreThanALikenessInItsMetadata() throws OtaFileException {
      byte[] file = writer().element(0, FIRMWARE).wrapper(Wrapper.IKEA_NGIS).toByteArray();
      byte[] decoy = new OtaFileWriter(1, 2, 3).toByteArray();
      System.arraycopy(decoy, 0, file, 100, decoy.length);

      assertWrapped(Wrapper.IKEA_NGIS, 424, 512, inspect(file));
    }

    /** The one published Legrand file has an OTA file inside its OTA file. */
    @Test
    void anImageInsideTheImageIsNeverServedInItsPlace() throws OtaFileException {
      byte[] inner = new OtaFileWriter(0x1021, 1, 0x99).element(0, counting(40)).toByteArray();
      byte[] outer = writer().element(0, inner).element(0xF001, FIRMWARE).toByteArray();

      assertEquals(0, inspect(outer).imageOffset());
      byte[] cut = Arrays.copyOf(outer, outer.length - 1);
      assertEquals(
          OtaFileException.Fault.TRUNCATED,
          assertThrows(OtaFileException.class, () -> inspect(cut)).fault());
      byte[] wrapped = new byte[20 + cut.length];
      System.arraycopy(cut, 0, wrapped, 20, cut.length);
      assertEquals(
          OtaFileException.Fault.TRUNCATED,
          assertThrows(OtaFileException.class, () -> inspect(wrapped)).fault());
    }

    @Test
    void octetsBehindTheImageAreNotServed() throws OtaFileException {
      OtaFile ota = inspect(writer().element(0, FIRMWARE).trailer(counting(8)).toByteArray());

      assertWrapped(Wrapper.NONE, 0, 8, ota);
      assertThat(ota.warnings())
          .extracting(OtaFileWarning::text)
          .containsExactly("8 octets after the image of 362");
    }

    @ParameterizedTest
    @CsvSource({"0, ': its CRC-32'", "-1, ': its inverted CRC-32'", "1, ''"})
    void aCrcBehindTheImageIsRecognized(int flip, String meaning) throws OtaFileException {
      CRC32 crc = new CRC32();
      crc.update(image);
      byte[] trailer = new byte[4];
      ByteBuffer.wrap(trailer).order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc.getValue() ^ flip);

      OtaFile ota = inspect(writer().element(0, FIRMWARE).trailer(trailer).toByteArray());

      assertEquals("4 octets after the image of 362" + meaning, ota.warnings().get(0).text());
    }

    private void assertWrapped(Wrapper wrapper, int offset, int trailing, OtaFile ota) {
      assertEquals(wrapper, ota.wrapper());
      assertEquals(offset, ota.imageOffset());
      assertEquals(trailing, ota.trailingBytes());
      assertEquals(ByteBuffer.wrap(image), ota.image());
    }
  }

  @Nested
  class Buffers {

    @Test
    void theImageIsAReadOnlyViewOfTheFile() throws OtaFileException {
      ByteBuffer file = ByteBuffer.allocateDirect(500).position(7).limit(7 + 362);
      file.duplicate().put(writer().element(0, FIRMWARE).toByteArray());

      OtaFile ota = inspect(file);
      ByteBuffer image = ota.image();

      assertTrue(image.isReadOnly() && image.isDirect());
      assertThrows(ReadOnlyBufferException.class, () -> image.put(0, (byte) 0));
      image.position(100);
      assertEquals(0, ota.image().position(), "each call gives a view of its own");
      assertEquals(ByteOrder.BIG_ENDIAN, ota.image().order());
      assertEquals(7, file.position());
      assertEquals(369, file.limit());
      file.put(7 + 100, (byte) 0x55);
      assertEquals(0x55, ota.image().get(100), "nothing is copied");
    }
  }

  private static OtaFileWriter writer() {
    return new OtaFileWriter(0x1234, 0x0001, 0x00000002);
  }

  private static OtaFile inspect(byte[] file) throws OtaFileException {
    return inspect(ByteBuffer.wrap(file));
  }

  private static OtaFile inspect(ByteBuffer file) throws OtaFileException {
    return OtaFile.inspect(file, OtaFileLimits.DEFAULT);
  }

  private static List<Kind> kinds(OtaFile ota) {
    return ota.warnings().stream().map(OtaFileWarning::kind).toList();
  }

  private static byte[] counting(int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) i;
    }
    return octets;
  }
}
