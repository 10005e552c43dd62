package io.otaupgrade.zcl.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.zcl.file.OtaFileException.Fault;
import io.otaupgrade.zcl.file.OtaFileWarning.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtaFileRefusalTest {

  /** 60 octets of header, 6 + 40 of firmware, 6 + 16 of integrity code: 128 in all. */
  private static byte[] soundFile() {
    return new OtaFileWriter(0x1234, 0x0001, 0x00000002)
        .headerString("a sound file")
        .hardwareVersions(new HardwareVersionRange(1, 3))
        .element(ElementTag.UPGRADE_IMAGE.code(), new byte[40])
        .integrityCode(IntegrityRule.STANDARD)
        .toByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
           0 | 4 | 0BEEF11F | NOT_OTA          | fileIdentifier: 0x0BEEF11E is not found in the 128 octets of the file
           0 | 4 | 1EF1EE0B | NOT_OTA          | fileIdentifier: 0x0BEEF11E is not found in the 128 octets of the file
           4 | 2 | 0000     | HEADER_VERSION   | headerVersion: is 0x0000, known is 0x0100
           4 | 2 | 0200     | HEADER_VERSION   | headerVersion: is 0x0200, known is 0x0100
           4 | 2 | 0001     | HEADER_VERSION   | headerVersion: is 0x0001, known is 0x0100
           4 | 2 | FFFF     | HEADER_VERSION   | headerVersion: is 0xFFFF, known is 0x0100
           6 | 2 | 0000     | HEADER_LENGTH    | headerLength: is 0, the fields of fieldControl 0x0004 take 60
           6 | 2 | 0038     | HEADER_LENGTH    | headerLength: is 56, the fields of fieldControl 0x0004 take 60
           6 | 2 | 003B     | HEADER_LENGTH    | headerLength: is 59, the fields of fieldControl 0x0004 take 60
           6 | 2 | 0101     | HEADER_LENGTH    | headerLength: is 257, the fields of fieldControl 0x0004 take 60 and no header takes more than 256
           6 | 2 | FFFF     | HEADER_LENGTH    | headerLength: is 65535, the fields of fieldControl 0x0004 take 60 and no header takes more than 256
           8 | 2 | 0005     | HEADER_LENGTH    | headerLength: is 60, the fields of fieldControl 0x0005 take 61
           8 | 2 | 0002     | HEADER_LENGTH    | headerLength: is 60, the fields of fieldControl 0x0002 take 64
           8 | 2 | FFFF     | HEADER_LENGTH    | headerLength: is 60, the fields of fieldControl 0xFFFF take 69
          14 | 4 | FFFFFFFF | FILE_VERSION     | fileVersion: is 0xFFFFFFFF, which stands for any version
          14 | 4 | FFFFFFFE | FILE_VERSION     | fileVersion: is 0xFFFFFFFE, which stands for any version
          52 | 4 | 00000000 | TOTAL_IMAGE_SIZE | totalImageSize: is 0, the header alone has 60
          52 | 4 | 0000003B | TOTAL_IMAGE_SIZE | totalImageSize: is 59, the header alone has 60
           6 | 2 | 0081     | TOTAL_IMAGE_SIZE | totalImageSize: is 128, the header alone has 129
          52 | 4 | 00000081 | TRUNCATED        | totalImageSize: is 129, file has 128 octets from offset 0
          52 | 4 | 7FFFFFFF | TRUNCATED        | totalImageSize: is 2147483647, file has 128 octets from offset 0
          52 | 4 | 80000000 | TRUNCATED        | totalImageSize: is 2147483648, file has 128 octets from offset 0
          52 | 4 | FFFFFFFF | TRUNCATED        | totalImageSize: is 4294967295, file has 128 octets from offset 0
          """)
  void aLieInTheHeaderIsRefusedWithTheFieldAndTheNumbers(
      int at, int octets, String value, Fault fault, String message) {
    OtaFileException refusal = refusal(lied(at, octets, value));

    assertEquals(fault, refusal.fault());
    assertEquals(message, refusal.getMessage());
    assertThat(message).startsWith(refusal.field() + ":");
    assertThat(refusal.getStackTrace()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
           4 | 2 | 0101     | HEADER_VERSION
           6 | 2 | 003D     | HEADER_TAIL
           8 | 2 | 0000     | HEADER_TAIL
           8 | 2 | 8004     | FIELD_CONTROL
          10 | 2 | FFFF     | MANUFACTURER_CODE
          12 | 2 | FFC4     | IMAGE_TYPE
          12 | 2 | FFFF     | IMAGE_TYPE
          18 | 2 | 0004     | ZIGBEE_STACK_VERSION
          20 | 2 | FF01     | HEADER_STRING
          52 | 4 | 0000007F | TRAILING_BYTES
          52 | 4 | 0000003C | NO_ELEMENTS
          56 | 2 | 0004     | HARDWARE_VERSIONS
          58 | 2 | 0000     | HARDWARE_VERSIONS
          60 | 2 | 0007     | RESERVED_TAG
          62 | 4 | 00000027 | ELEMENT_WALK
          62 | 4 | FFFFFFFF | ELEMENT_WALK
          66 | 2 | 0001     | INTEGRITY_MISMATCH
          """)
  void anOddityThatDoesNotHinderServingIsAWarning(int at, int octets, String value, Kind kind)
      throws OtaFileException {
    OtaFile ota = inspect(lied(at, octets, value));

    assertThat(ota.warnings()).extracting(OtaFileWarning::kind).contains(kind);
  }

  @Test
  void theSoundFileIsSound() throws OtaFileException {
    assertThat(inspect(soundFile()).warnings()).isEmpty();
  }

  @Test
  void everyPrefixOfAFileIsRefused() {
    byte[] file = soundFile();
    for (int length = 0; length < file.length; length++) {
      Fault expected = length == 0 ? Fault.EMPTY : length < 4 ? Fault.NOT_OTA : Fault.TRUNCATED;
      assertEquals(
          expected, refusal(Arrays.copyOf(file, length)).fault(), "of " + length + " octets");
    }
  }

  @Test
  void aFileCutBehindItsHeaderStillTellsWhichImageItIs() throws OtaFileException {
    byte[] file = soundFile();
    OtaHeader whole = inspect(file).header();
    for (int length = 60; length < file.length; length++) {
      assertThat(refusal(Arrays.copyOf(file, length)).header()).contains(whole);
    }
    assertThat(refusal(Arrays.copyOf(file, 59)).header()).isEmpty();
    assertThat(refusal(lied(14, 4, "FFFFFFFF")).header()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"IKEA_NGIS", "LEGRAND", "THIRD_REALITY"})
  void everyPrefixOfAWrappedFileThatCutsTheImageIsRefused(Wrapper wrapper) throws OtaFileException {
    byte[] file =
        new OtaFileWriter(0x1234, 1, 2).element(0, new byte[40]).wrapper(wrapper).toByteArray();
    int end = inspect(file).imageOffset() + 102;
    for (int length = 0; length < end; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThrows(OtaFileException.class, () -> inspect(cut), "of " + length + " octets");
    }
    for (int length = end; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertDoesNotThrow(() -> inspect(cut), "of " + length + " octets");
    }
  }

  @Test
  void aContainerThatEndsBeforeItsImageSaysSo() {
    byte[] file =
        new OtaFileWriter(1, 1, 2).element(0, new byte[9]).wrapper(Wrapper.IKEA_NGIS).toByteArray();

    OtaFileException refusal = refusal(Arrays.copyOf(file, 300));

    assertEquals(Fault.TRUNCATED, refusal.fault());
    assertEquals(
        "NGIS container: has its OTA file at offset 424, file has 300 octets",
        refusal.getMessage());
  }

  @Test
  void theMagicNumberAloneMakesNoOtaFile() {
    byte[] file = new byte[1000];
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(10, OtaHeader.MAGIC);

    assertEquals(
        "fileIdentifier: 0x0BEEF11E at offset 10, where no header follows",
        refusal(file).getMessage());
  }

  @Test
  void sizeAloneIsJudgedBeforeAFileIsMapped() throws OtaFileException {
    OtaFileLimits limits = new OtaFileLimits(1000);
    limits.check(1);
    limits.check(1000);
    OtaFileException empty = assertThrows(OtaFileException.class, () -> limits.check(0));
    assertEquals(Fault.EMPTY, empty.fault());
    assertEquals("file: has 0 octets", empty.getMessage());
    OtaFileException large = assertThrows(OtaFileException.class, () -> limits.check(5L << 30));
    assertEquals(Fault.TOO_LARGE, large.fault());
    assertEquals("file: has 5368709120 octets, the limit is 1000", large.getMessage());
  }

  @Test
  void aFileOverTheLimitIsRefusedWhateverItIs() {
    OtaFileException refusal =
        assertThrows(
            OtaFileException.class,
            () -> OtaFile.inspect(ByteBuffer.wrap(soundFile()), new OtaFileLimits(127)));
    assertEquals(Fault.TOO_LARGE, refusal.fault());
    assertDoesNotThrow(() -> OtaFile.inspect(ByteBuffer.wrap(soundFile()), new OtaFileLimits(128)));
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1L << 31, Long.MAX_VALUE})
  void aLimitThatNoMappingCanMeetIsAnError(long size) {
    assertThrows(IllegalArgumentException.class, () -> new OtaFileLimits(size));
  }

  /** The value is given most significant octet first, as a person writes it. */
  private static byte[] lied(int at, int octets, String value) {
    byte[] file = soundFile();
    long number = Long.parseLong(value, 16);
    for (int i = 0; i < octets; i++) {
      file[at + i] = (byte) (number >> (8 * i));
    }
    return file;
  }

  private static OtaFileException refusal(byte[] file) {
    return assertThrows(OtaFileException.class, () -> inspect(file));
  }

  private static OtaFile inspect(byte[] file) throws OtaFileException {
    return OtaFile.inspect(ByteBuffer.wrap(file), OtaFileLimits.DEFAULT);
  }
}
