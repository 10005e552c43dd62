package io.otaupgrade.zcl.file;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.OtaFileException.Fault;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The header of an OTA file (ZCL rev 8 §11.4.2). All its numbers are little-endian in the file.
 *
 * @param headerVersion major version in the high octet, minor in the low one; 0x0100 so far
 * @param headerLength octets from the start of the header to the first element, {@value
 *     #MINIMUM_LENGTH}..{@value #MAXIMUM_LENGTH}
 * @param fieldControl which optional fields there are; bits 3 to 15 are reserved
 * @param manufacturerCode 0..0xFFFF
 * @param imageType 0..0xFFFF; below 0xFFC0 firmware, of which each manufacturer numbers its own
 * @param fileVersion u32, compared as an unsigned number
 * @param zigbeeStackVersion 2 is Zigbee PRO
 * @param headerString the text up to the first NUL, each octet that is not printable ASCII shown as
 *     a full stop
 * @param totalImageSize octets of header and elements together, which is all a device ever gets
 * @param securityCredentialVersion what security credentials the file wants, 0..255
 * @param upgradeFileDestination the one device the file is meant for
 * @param hardwareVersions the hardware the file is meant for
 */
public record OtaHeader(
    int headerVersion,
    int headerLength,
    int fieldControl,
    int manufacturerCode,
    int imageType,
    long fileVersion,
    int zigbeeStackVersion,
    String headerString,
    long totalImageSize,
    OptionalInt securityCredentialVersion,
    Optional<Eui64> upgradeFileDestination,
    Optional<HardwareVersionRange> hardwareVersions) {

  /** The first four octets of every OTA file, {@code 1E F1 EE 0B}, as a little-endian number. */
  public static final int MAGIC = 0x0BEE_F11E;

  /** The version of the header this class knows. */
  public static final int VERSION = 0x0100;

  /** The length of a header without any optional field, octets. */
  public static final int MINIMUM_LENGTH = 56;

  /**
   * The longest header believed, octets. All fields there are take 69; the rest is room for fields
   * to come, which the specification wants skipped.
   */
  public static final int MAXIMUM_LENGTH = 256;

  /** The length of the header string's field, octets. */
  public static final int HEADER_STRING_LENGTH = 32;

  /** The manufacturer code and image type that stand for any. */
  public static final int ANY = 0xFFFF;

  /** The file version that stands for any and is never that of a file. */
  public static final long ANY_FILE_VERSION = 0xFFFF_FFFFL;

  static final int HAS_SECURITY_CREDENTIAL_VERSION = 0x0001;
  static final int HAS_UPGRADE_FILE_DESTINATION = 0x0002;
  static final int HAS_HARDWARE_VERSIONS = 0x0004;
  static final int KNOWN_FIELD_CONTROL = 0x0007;

  static final int HEADER_VERSION_AT = 4;
  static final int HEADER_LENGTH_AT = 6;
  static final int FIELD_CONTROL_AT = 8;
  static final int MANUFACTURER_CODE_AT = 10;
  static final int IMAGE_TYPE_AT = 12;
  static final int FILE_VERSION_AT = 14;
  static final int ZIGBEE_STACK_VERSION_AT = 18;
  static final int HEADER_STRING_AT = 20;
  static final int TOTAL_IMAGE_SIZE_AT = 52;

  public OtaHeader {
    Octets.requireU16("headerVersion", headerVersion);
    Octets.requireU16("fieldControl", fieldControl);
    Octets.requireU16("manufacturerCode", manufacturerCode);
    Octets.requireU16("imageType", imageType);
    Octets.requireU32("fileVersion", fileVersion);
    Octets.requireU16("zigbeeStackVersion", zigbeeStackVersion);
    Octets.requireU32("totalImageSize", totalImageSize);
    Objects.requireNonNull(headerString, "headerString");
    int fieldsLength = fieldsLength(fieldControl);
    if (headerLength < fieldsLength || headerLength > MAXIMUM_LENGTH) {
      throw new IllegalArgumentException(
          Octets.text(
              "headerLength must be %d..%d, was %d", fieldsLength, MAXIMUM_LENGTH, headerLength));
    }
    if (totalImageSize < headerLength) {
      throw new IllegalArgumentException(
          Octets.text(
              "totalImageSize %d is less than headerLength %d", totalImageSize, headerLength));
    }
    int credential = securityCredentialVersion.orElse(0);
    if (credential < 0 || credential > 0xFF) {
      throw new IllegalArgumentException(
          "securityCredentialVersion must be 0..255, was " + credential);
    }
    requireBit(
        fieldControl, HAS_SECURITY_CREDENTIAL_VERSION, securityCredentialVersion.isPresent());
    requireBit(fieldControl, HAS_UPGRADE_FILE_DESTINATION, upgradeFileDestination.isPresent());
    requireBit(fieldControl, HAS_HARDWARE_VERSIONS, hardwareVersions.isPresent());
  }

  private static void requireBit(int fieldControl, int bit, boolean present) {
    if (((fieldControl & bit) != 0) != present) {
      throw new IllegalArgumentException(
          Octets.text(
              "fieldControl 0x%04X and the optional fields differ in bit 0x%04X",
              fieldControl, bit));
    }
  }

  /** Whether the file is meant for devices of this hardware version; true when it does not say. */
  public boolean suitsHardware(int hardwareVersion) {
    return hardwareVersions.isEmpty() || hardwareVersions.get().contains(hardwareVersion);
  }

  /** The octets of the fields that are there. */
  static int fieldsLength(int fieldControl) {
    int length = MINIMUM_LENGTH;
    if ((fieldControl & HAS_SECURITY_CREDENTIAL_VERSION) != 0) {
      length += 1;
    }
    if ((fieldControl & HAS_UPGRADE_FILE_DESTINATION) != 0) {
      length += Eui64.OCTETS;
    }
    if ((fieldControl & HAS_HARDWARE_VERSIONS) != 0) {
      length += 4;
    }
    return length;
  }

  /**
   * Whether what starts with the magic number at this place is likely a header, and no chance
   * likeness inside something else: firmware of OTA clients has the magic number in its code.
   *
   * @param file little-endian
   */
  static boolean isPlausible(ByteBuffer file, int at) {
    if (file.limit() - at < MINIMUM_LENGTH || file.getInt(at) != MAGIC) {
      return false;
    }
    int headerLength = u16(file, at + HEADER_LENGTH_AT);
    return u16(file, at + HEADER_VERSION_AT) >> 8 == VERSION >> 8
        && headerLength >= fieldsLength(u16(file, at + FIELD_CONTROL_AT))
        && headerLength <= MAXIMUM_LENGTH
        && u32(file, at + TOTAL_IMAGE_SIZE_AT) >= headerLength;
  }

  /**
   * Reads the header that starts at this place of a file.
   *
   * @param file little-endian; the file ends at its limit
   * @throws OtaFileException for a fault of the header or of the total size
   */
  static OtaHeader read(ByteBuffer file, int at) throws OtaFileException {
    int left = file.limit() - at;
    if (left < MINIMUM_LENGTH) {
      throw new OtaFileException(
          Fault.TRUNCATED,
          "header",
          Octets.text("needs %d octets, file has %d from offset %d", MINIMUM_LENGTH, left, at));
    }
    int headerVersion = u16(file, at + HEADER_VERSION_AT);
    if (headerVersion >> 8 != VERSION >> 8) {
      throw new OtaFileException(
          Fault.HEADER_VERSION,
          "headerVersion",
          Octets.text("is 0x%04X, known is 0x%04X", headerVersion, VERSION));
    }
    int fieldControl = u16(file, at + FIELD_CONTROL_AT);
    int fieldsLength = fieldsLength(fieldControl);
    int headerLength = u16(file, at + HEADER_LENGTH_AT);
    if (headerLength < fieldsLength) {
      throw new OtaFileException(
          Fault.HEADER_LENGTH,
          "headerLength",
          Octets.text(
              "is %d, the fields of fieldControl 0x%04X take %d",
              headerLength, fieldControl, fieldsLength));
    }
    if (headerLength > MAXIMUM_LENGTH) {
      throw new OtaFileException(
          Fault.HEADER_LENGTH,
          "headerLength",
          Octets.text(
              "is %d, the fields of fieldControl 0x%04X take %d and no header takes more than %d",
              headerLength, fieldControl, fieldsLength, MAXIMUM_LENGTH));
    }
    long fileVersion = u32(file, at + FILE_VERSION_AT);
    if (fileVersion >= ANY_FILE_VERSION - 1) {
      throw new OtaFileException(
          Fault.FILE_VERSION,
          "fileVersion",
          Octets.text("is 0x%08X, which stands for any version", fileVersion));
    }
    long totalImageSize = u32(file, at + TOTAL_IMAGE_SIZE_AT);
    if (totalImageSize < headerLength) {
      throw new OtaFileException(
          Fault.TOTAL_IMAGE_SIZE,
          "totalImageSize",
          Octets.text("is %d, the header alone has %d", totalImageSize, headerLength));
    }
    if (headerLength > left) {
      throw truncated(totalImageSize, left, at, Optional.empty());
    }

    int next = at + MINIMUM_LENGTH;
    OptionalInt credential = OptionalInt.empty();
    if ((fieldControl & HAS_SECURITY_CREDENTIAL_VERSION) != 0) {
      credential = OptionalInt.of(Byte.toUnsignedInt(file.get(next)));
      next += 1;
    }
    Optional<Eui64> destination = Optional.empty();
    if ((fieldControl & HAS_UPGRADE_FILE_DESTINATION) != 0) {
      destination = Optional.of(new Eui64(file.getLong(next)));
      next += Eui64.OCTETS;
    }
    Optional<HardwareVersionRange> hardware = Optional.empty();
    if ((fieldControl & HAS_HARDWARE_VERSIONS) != 0) {
      hardware = Optional.of(new HardwareVersionRange(u16(file, next), u16(file, next + 2)));
    }
    OtaHeader header =
        new OtaHeader(
            headerVersion,
            headerLength,
            fieldControl,
            u16(file, at + MANUFACTURER_CODE_AT),
            u16(file, at + IMAGE_TYPE_AT),
            fileVersion,
            u16(file, at + ZIGBEE_STACK_VERSION_AT),
            printable(file, at + HEADER_STRING_AT),
            totalImageSize,
            credential,
            destination,
            hardware);
    if (totalImageSize > left) {
      throw truncated(totalImageSize, left, at, Optional.of(header));
    }
    return header;
  }

  private static OtaFileException truncated(
      long totalImageSize, int left, int at, Optional<OtaHeader> header) {
    return new OtaFileException(
        Fault.TRUNCATED,
        "totalImageSize",
        Octets.text("is %d, file has %d octets from offset %d", totalImageSize, left, at),
        header);
  }

  private static String printable(ByteBuffer file, int at) {
    StringBuilder text = new StringBuilder(HEADER_STRING_LENGTH);
    for (int i = 0; i < HEADER_STRING_LENGTH && file.get(at + i) != 0; i++) {
      byte octet = file.get(at + i);
      text.append(isPrintable(octet) ? (char) octet : '.');
    }
    return text.toString();
  }

  static boolean isPrintable(byte octet) {
    return octet >= 0x20 && octet < 0x7F;
  }

  private static int u16(ByteBuffer file, int at) {
    return Short.toUnsignedInt(file.getShort(at));
  }

  private static long u32(ByteBuffer file, int at) {
    return Integer.toUnsignedLong(file.getInt(at));
  }
}
