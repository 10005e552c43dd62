package io.otaupgrade.zcl.file;

import io.otaupgrade.zcl.Eui64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Makes OTA files: sample images, and images with the oddities that are found in the field.
 *
 * <pre>{@code
 * byte[] file =
 *     new OtaFileWriter(0x1234, 0x0001, 0x00000002)
 *         .headerString("a sample")
 *         .element(ElementTag.UPGRADE_IMAGE.code(), firmware)
 *         .integrityCode(IntegrityRule.STANDARD)
 *         .toByteArray();
 * }</pre>
 *
 * <p>The octets after the header come out in the order of the calls. The file is made on the heap.
 */
public final class OtaFileWriter {
  private final int manufacturerCode;
  private final int imageType;
  private final long fileVersion;
  private int headerVersion = OtaHeader.VERSION;
  private int zigbeeStackVersion = 2; // PRO, as in every published image
  private byte[] headerString = {};
  private int reservedFieldControl;
  private byte[] headerTail = {};
  private OptionalInt securityCredentialVersion = OptionalInt.empty();
  private Optional<Eui64> upgradeFileDestination = Optional.empty();
  private Optional<HardwareVersionRange> hardwareVersions = Optional.empty();
  private final List<Part> parts = new ArrayList<>();
  private Wrapper wrapper = Wrapper.NONE;
  private byte[] prefix = {};
  private byte[] trailer = {};

  /** Something after the header; an integrity code is known only when all before it is written. */
  private interface Part {
    int length();

    void write(ByteBuffer image);
  }

  /**
   * @param manufacturerCode 0..0xFFFF
   * @param imageType 0..0xFFFF
   * @param fileVersion 0..0xFFFFFFFF
   */
  public OtaFileWriter(int manufacturerCode, int imageType, long fileVersion) {
    this.manufacturerCode = Octets.requireU16("manufacturerCode", manufacturerCode);
    this.imageType = Octets.requireU16("imageType", imageType);
    this.fileVersion = Octets.requireU32("fileVersion", fileVersion);
  }

  /** Another version than 0x0100. */
  public OtaFileWriter headerVersion(int version) {
    headerVersion = Octets.requireU16("headerVersion", version);
    return this;
  }

  /** Another Zigbee stack than PRO (2). */
  public OtaFileWriter zigbeeStackVersion(int version) {
    zigbeeStackVersion = Octets.requireU16("zigbeeStackVersion", version);
    return this;
  }

  /** At most {@value OtaHeader#HEADER_STRING_LENGTH} characters of ASCII. */
  public OtaFileWriter headerString(String text) {
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("headerString must be ASCII, was " + text);
    }
    return headerString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** At most {@value OtaHeader#HEADER_STRING_LENGTH} octets of anything; NULs fill up the rest. */
  public OtaFileWriter headerString(byte[] octets) {
    if (octets.length > OtaHeader.HEADER_STRING_LENGTH) {
      throw new IllegalArgumentException(
          Octets.text(
              "headerString must have 0..%d octets, has %d",
              OtaHeader.HEADER_STRING_LENGTH, octets.length));
    }
    headerString = octets.clone();
    return this;
  }

  /** 0..255. */
  public OtaFileWriter securityCredentialVersion(int version) {
    if (version < 0 || version > 0xFF) {
      throw new IllegalArgumentException(
          "securityCredentialVersion must be 0..255, was " + version);
    }
    securityCredentialVersion = OptionalInt.of(version);
    return this;
  }

  /** Makes the file one for a single device. */
  public OtaFileWriter upgradeFileDestination(Eui64 device) {
    upgradeFileDestination = Optional.of(device);
    return this;
  }

  /** The hardware the image is for. */
  public OtaFileWriter hardwareVersions(HardwareVersionRange range) {
    hardwareVersions = Optional.of(range);
    return this;
  }

  /**
   * Fields of a header yet to be specified.
   *
   * @param fieldControlBits bits 3 to 15 that announce them, or 0
   * @param octets what is behind the known fields
   */
  public OtaFileWriter headerTail(int fieldControlBits, byte[] octets) {
    if ((fieldControlBits & ~0xFFFF) != 0
        || (fieldControlBits & OtaHeader.KNOWN_FIELD_CONTROL) != 0) {
      throw new IllegalArgumentException(
          Octets.text("fieldControlBits must be of 0xFFF8, was 0x%X", fieldControlBits));
    }
    reservedFieldControl = fieldControlBits;
    headerTail = octets.clone();
    return this;
  }

  /**
   * An element with the plain header of 6 octets.
   *
   * @param tag 0..0xFFFF, see {@link ElementTag#code}
   */
  public OtaFileWriter element(int tag, byte[] data) {
    Octets.requireU16("tag", tag);
    byte[] element = new byte[Math.addExact(OtaElement.HEADER_LENGTH, data.length)];
    littleEndian(element).putShort((short) tag).putInt(data.length).put(data);
    return octets(element);
  }

  /**
   * An element 0xF000 with Telink's header of 8 octets.
   *
   * @param data a multiple of 16 octets, since Telink's is encrypted by blocks
   * @param fill how many octets at the end of the data are fill
   */
  public OtaFileWriter telinkElement(byte[] data, int fill) {
    byte[] element = new byte[Math.addExact(OtaElement.TELINK_HEADER_LENGTH, data.length)];
    ByteBuffer out = littleEndian(element);
    out.putShort((short) OtaElement.TELINK_TAG).putInt(data.length);
    out.put((byte) 1).put((byte) fill).put(data);
    return octets(element);
  }

  /** Octets that are no element, as some vendors have behind the header or the last element. */
  public OtaFileWriter octets(byte[] octets) {
    byte[] copy = octets.clone();
    parts.add(
        new Part() {
          @Override
          public int length() {
            return copy.length;
          }

          @Override
          public void write(ByteBuffer image) {
            image.put(copy);
          }
        });
    return this;
  }

  /** The integrity code of everything added so far. */
  public OtaFileWriter integrityCode(IntegrityRule rule) {
    Objects.requireNonNull(rule, "rule");
    parts.add(
        new Part() {
          @Override
          public int length() {
            return OtaElement.HEADER_LENGTH + AesMmoHash.DIGEST_LENGTH;
          }

          @Override
          public void write(ByteBuffer image) {
            int tagAt = image.position();
            image.putShort((short) ElementTag.IMAGE_INTEGRITY_CODE.code());
            image.putInt(AesMmoHash.DIGEST_LENGTH);
            AesMmoHash before = new AesMmoHash().update(image.slice(0, tagAt));
            image.put(rule.code(before, image.slice(tagAt, OtaElement.HEADER_LENGTH)));
          }
        });
    return this;
  }

  /**
   * Puts a vendor's container around the image; for {@link Wrapper#UNKNOWN_PREFIX} there is {@link
   * #prefix}.
   */
  public OtaFileWriter wrapper(Wrapper container) {
    if (container == Wrapper.UNKNOWN_PREFIX) {
      throw new IllegalArgumentException("what an unknown prefix is must be given as a prefix");
    }
    wrapper = Objects.requireNonNull(container, "container");
    return this;
  }

  /** Octets before everything else, a container included. */
  public OtaFileWriter prefix(byte[] octets) {
    prefix = octets.clone();
    return this;
  }

  /** Octets after the image, and inside a container. */
  public OtaFileWriter trailer(byte[] octets) {
    trailer = octets.clone();
    return this;
  }

  /** The file. The same calls give the same octets. */
  public byte[] toByteArray() {
    byte[] image = image();
    byte[] contained = concat(image, trailer);
    byte[] wrapped =
        switch (wrapper) {
          case NONE, UNKNOWN_PREFIX -> contained; // the latter is kept out above
          case IKEA_NGIS -> ngis(contained, image.length);
          case LEGRAND -> legrand(contained);
          case THIRD_REALITY -> thirdReality(contained);
        };
    return concat(prefix, wrapped);
  }

  private byte[] image() {
    int fieldControl = reservedFieldControl;
    if (securityCredentialVersion.isPresent()) {
      fieldControl |= OtaHeader.HAS_SECURITY_CREDENTIAL_VERSION;
    }
    if (upgradeFileDestination.isPresent()) {
      fieldControl |= OtaHeader.HAS_UPGRADE_FILE_DESTINATION;
    }
    if (hardwareVersions.isPresent()) {
      fieldControl |= OtaHeader.HAS_HARDWARE_VERSIONS;
    }
    int headerLength = OtaHeader.fieldsLength(fieldControl) + headerTail.length;
    int total = parts.stream().mapToInt(Part::length).reduce(headerLength, Math::addExact);
    byte[] octets = new byte[total];
    ByteBuffer image = littleEndian(octets);
    image.putInt(OtaHeader.MAGIC).putShort((short) headerVersion).putShort((short) headerLength);
    image.putShort((short) fieldControl).putShort((short) manufacturerCode);
    image.putShort((short) imageType).putInt((int) fileVersion);
    image.putShort((short) zigbeeStackVersion).put(headerString);
    image.position(OtaHeader.TOTAL_IMAGE_SIZE_AT).putInt(total);
    securityCredentialVersion.ifPresent(version -> image.put((byte) version));
    upgradeFileDestination.ifPresent(device -> image.putLong(device.value()));
    hardwareVersions.ifPresent(
        range -> image.putShort((short) range.minimum()).putShort((short) range.maximum()));
    image.put(headerTail);
    parts.forEach(part -> part.write(image));
    return octets;
  }

  private static byte[] ngis(byte[] contained, int imageSize) {
    int offset = 424; // the smallest seen
    byte[] file = new byte[offset + contained.length + Wrapper.NGIS_SIGNATURE_LENGTH];
    ByteBuffer out = littleEndian(file);
    out.putInt(Wrapper.NGIS_MAGIC).putInt(12).putInt(0x7DA).putInt(offset - 12);
    out.putInt(offset).putInt(imageSize).putInt(offset + imageSize);
    out.put(offset, contained);
    return file;
  }

  private static byte[] legrand(byte[] contained) {
    byte[] file = new byte[Wrapper.LEGRAND_PREFIX + contained.length + Wrapper.LEGRAND_TRAILER];
    littleEndian(file).putInt(contained.length).put(contained);
    return file;
  }

  private static byte[] thirdReality(byte[] contained) {
    byte[] file = new byte[Wrapper.THIRD_REALITY_PREFIX + contained.length];
    int digested = file.length - Wrapper.THIRD_REALITY_DIGEST;
    littleEndian(file)
        .putInt(Wrapper.THIRD_REALITY_LENGTH_AT, digested)
        .put(Wrapper.THIRD_REALITY_PREFIX, contained);
    try {
      MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
      sha512.update(file, Wrapper.THIRD_REALITY_DIGEST, digested);
      System.arraycopy(sha512.digest(), 0, file, 0, Wrapper.THIRD_REALITY_DIGEST);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no SHA-512", e);
    }
    return file;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, Math.addExact(first.length, second.length));
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static ByteBuffer littleEndian(byte[] octets) {
    return ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
  }
}
