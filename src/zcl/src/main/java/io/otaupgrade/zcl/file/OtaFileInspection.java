package io.otaupgrade.zcl.file;

import io.otaupgrade.zcl.file.OtaFileException.Fault;
import io.otaupgrade.zcl.file.OtaFileWarning.Kind;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** One file being judged; read {@link #judge} first. */
final class OtaFileInspection {

  /** Image types from here on are not firmware; 0xFFC0..0xFFC3 have names. */
  private static final int FIRST_RESERVED_IMAGE_TYPE = 0xFFC4;

  /** Zigbee 2006, 2007, PRO and IP. */
  private static final int LAST_ZIGBEE_STACK_VERSION = 3;

  private final ByteBuffer file; // the whole of it, little-endian, position 0
  private final OtaFileLimits limits;
  private final List<OtaFileWarning> warnings = new ArrayList<>();

  OtaFileInspection(ByteBuffer file, OtaFileLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  OtaFile judge() throws OtaFileException {
    int imageOffset = findHeader();
    OtaHeader header = OtaHeader.read(file, imageOffset);
    int imageSize = Math.toIntExact(header.totalImageSize()); // read() found it within the file
    ByteBuffer image = file.slice(imageOffset, imageSize);
    int imageEnd = imageOffset + imageSize;
    int trailingBytes = file.limit() - imageEnd;

    Wrapper wrapper = wrapper(imageOffset);
    warnOfWrapper(wrapper, imageOffset, imageSize);
    warnOfHeader(header, image);
    List<OtaElement> elements = walk(header, image.order(file.order()));
    warnOfElements(elements);
    Optional<OtaElement> code = last(elements, ElementTag.IMAGE_INTEGRITY_CODE);
    Optional<IntegrityRule> rule =
        code.isEmpty() ? Optional.empty() : verify(image, code.orElseThrow());
    Integrity integrity =
        code.isEmpty()
            ? Integrity.ABSENT
            : rule.isPresent() ? Integrity.VERIFIED : Integrity.MISMATCH;
    boolean signed =
        last(elements, ElementTag.ECDSA_SIGNATURE_SUITE_1).isPresent()
            || last(elements, ElementTag.ECDSA_SIGNATURE_SUITE_2).isPresent();
    if (trailingBytes > 0) {
      warnOfTrailingBytes(image, imageEnd, trailingBytes);
    }
    return new OtaFile(
        image,
        header,
        wrapper,
        imageOffset,
        trailingBytes,
        elements,
        integrity,
        rule,
        signed ? SignatureState.PRESENT_UNVERIFIED : SignatureState.ABSENT,
        warnings);
  }

  /**
   * Where the header starts: at once, where a container says, or at the first place that looks like
   * one. A place once chosen is final. To search on behind a faulty header would find images that
   * are inside another image, and those are not for the device that runs the outer one.
   */
  private int findHeader() throws OtaFileException {
    if (hasMagic(0)) {
      return 0;
    }
    boolean container = isNgis();
    if (container) {
      long told = u32(Wrapper.NGIS_OFFSET_AT);
      if (told >= file.limit()) {
        throw new OtaFileException(
            Fault.TRUNCATED,
            "NGIS container",
            Octets.text("has its OTA file at offset %d, file has %d octets", told, file.limit()));
      }
      if (hasMagic((int) told)) {
        return (int) told;
      }
    }
    int chanceLikeness = -1;
    for (int at = 1; at <= file.limit() - Integer.BYTES; at++) {
      if (file.getInt(at) != OtaHeader.MAGIC) {
        continue;
      }
      if (OtaHeader.isPlausible(file, at)) {
        return at;
      }
      if (chanceLikeness < 0) {
        chanceLikeness = at;
      }
    }
    throw new OtaFileException(
        Fault.NOT_OTA,
        "fileIdentifier",
        chanceLikeness < 0
            ? Octets.text(
                "0x%08X is not found in the %d octets of the file", OtaHeader.MAGIC, file.limit())
            : Octets.text(
                "0x%08X at offset %d, where no header follows", OtaHeader.MAGIC, chanceLikeness));
  }

  private boolean hasMagic(int at) {
    return file.limit() - at >= Integer.BYTES && file.getInt(at) == OtaHeader.MAGIC;
  }

  private boolean isNgis() {
    return file.limit() >= Wrapper.NGIS_METADATA_END && file.getInt(0) == Wrapper.NGIS_MAGIC;
  }

  private Wrapper wrapper(int imageOffset) {
    if (imageOffset == 0) {
      return Wrapper.NONE;
    }
    if (isNgis()) {
      return Wrapper.IKEA_NGIS;
    }
    if (imageOffset == Wrapper.LEGRAND_PREFIX
        && u32(0) == file.limit() - Wrapper.LEGRAND_PREFIX - Wrapper.LEGRAND_TRAILER) {
      return Wrapper.LEGRAND;
    }
    if (imageOffset == Wrapper.THIRD_REALITY_PREFIX
        && u32(Wrapper.THIRD_REALITY_LENGTH_AT) == file.limit() - Wrapper.THIRD_REALITY_DIGEST) {
      return Wrapper.THIRD_REALITY;
    }
    return Wrapper.UNKNOWN_PREFIX;
  }

  private void warnOfWrapper(Wrapper wrapper, int imageOffset, int imageSize) {
    switch (wrapper) {
      case NONE -> {}
      case IKEA_NGIS -> {
        long offset = u32(Wrapper.NGIS_OFFSET_AT);
        long size = u32(Wrapper.NGIS_SIZE_AT);
        long end = u32(Wrapper.NGIS_END_AT);
        if (offset != imageOffset || size != imageSize || end != offset + size) {
          warn(
              Kind.WRAPPER,
              "the NGIS container tells of %d octets from offset %d to %d, the image has %d from"
                  + " offset %d",
              size,
              offset,
              end,
              imageSize,
              imageOffset);
        }
      }
      case LEGRAND -> {
        if (u32(0) != imageSize) {
          warn(
              Kind.WRAPPER,
              "the Legrand wrapper tells of %d octets, the image has %d",
              u32(0),
              imageSize);
        }
      }
      case THIRD_REALITY -> {
        if (!thirdRealityDigestFits()) {
          warn(
              Kind.WRAPPER,
              "the SHA-512 in the Third Reality wrapper is not that of the %d octets behind it",
              file.limit() - Wrapper.THIRD_REALITY_DIGEST);
        }
      }
      case UNKNOWN_PREFIX ->
          warn(Kind.UNKNOWN_PREFIX, "%d octets of unknown meaning before the header", imageOffset);
    }
  }

  private boolean thirdRealityDigestFits() {
    byte[] told = new byte[Wrapper.THIRD_REALITY_DIGEST];
    file.get(0, told);
    try {
      MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
      sha512.update(file.slice(told.length, file.limit() - told.length));
      return Arrays.equals(told, sha512.digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no SHA-512", e);
    }
  }

  private void warnOfHeader(OtaHeader header, ByteBuffer image) {
    if (header.headerVersion() != OtaHeader.VERSION) {
      warn(
          Kind.HEADER_VERSION,
          "headerVersion is 0x%04X, known is 0x%04X",
          header.headerVersion(),
          OtaHeader.VERSION);
    }
    if ((header.fieldControl() & ~OtaHeader.KNOWN_FIELD_CONTROL) != 0) {
      warn(Kind.FIELD_CONTROL, "fieldControl 0x%04X has reserved bits", header.fieldControl());
    }
    if (header.manufacturerCode() == OtaHeader.ANY) {
      warn(Kind.MANUFACTURER_CODE, "manufacturerCode is 0xFFFF, which stands for any");
    }
    if (header.imageType() >= FIRST_RESERVED_IMAGE_TYPE) {
      warn(
          Kind.IMAGE_TYPE,
          header.imageType() == OtaHeader.ANY
              ? "imageType is 0x%04X, which stands for any"
              : "imageType 0x%04X is reserved",
          header.imageType());
    }
    if (header.zigbeeStackVersion() > LAST_ZIGBEE_STACK_VERSION) {
      warn(
          Kind.ZIGBEE_STACK_VERSION,
          "zigbeeStackVersion is %d, known are 0..%d",
          header.zigbeeStackVersion(),
          LAST_ZIGBEE_STACK_VERSION);
    }
    warnOfHeaderString(image);
    header
        .hardwareVersions()
        .filter(range -> range.minimum() > range.maximum())
        .ifPresent(
            range ->
                warn(
                    Kind.HARDWARE_VERSIONS,
                    "minimumHardwareVersion 0x%04X is above maximumHardwareVersion 0x%04X",
                    range.minimum(),
                    range.maximum()));
    int fieldsLength = OtaHeader.fieldsLength(header.fieldControl());
    if (header.headerLength() > fieldsLength) {
      warn(
          Kind.HEADER_TAIL,
          "headerLength is %d, the fields of fieldControl 0x%04X take %d; the rest is skipped",
          header.headerLength(),
          header.fieldControl(),
          fieldsLength);
    }
  }

  private void warnOfHeaderString(ByteBuffer image) {
    int odd = 0;
    boolean ended = false;
    for (int i = 0; i < OtaHeader.HEADER_STRING_LENGTH; i++) {
      byte octet = image.get(OtaHeader.HEADER_STRING_AT + i);
      ended |= octet == 0;
      if (ended ? octet != 0 : !OtaHeader.isPrintable(octet)) {
        odd++;
      }
    }
    if (odd > 0) {
      warn(
          Kind.HEADER_STRING,
          "headerString: %d of its %d octets are no text",
          odd,
          OtaHeader.HEADER_STRING_LENGTH);
    }
  }

  /**
   * The elements as the specification has them; else with Telink's longer element header; else
   * none. In that order, since far more vendors use tag 0xF000 with the plain header.
   */
  private List<OtaElement> walk(OtaHeader header, ByteBuffer image) {
    if (header.headerLength() == image.limit()) {
      warn(Kind.NO_ELEMENTS, "nothing follows the header of %d octets", header.headerLength());
      return List.of();
    }
    ElementWalk plain = ElementWalk.plain(header, image, limits.maximumElements());
    if (plain.fault().isEmpty()) {
      return plain.elements();
    }
    ElementWalk telink = ElementWalk.telink(header, image, limits.maximumElements());
    if (telink.fault().isEmpty()) {
      return telink.elements();
    }
    warn(Kind.ELEMENT_WALK, "%s", plain.fault());
    return List.of();
  }

  private void warnOfElements(List<OtaElement> elements) {
    long reserved = elements.stream().filter(e -> ElementTag.isReserved(e.tag())).count();
    if (reserved > 0) {
      OtaElement first =
          elements.stream().filter(e -> ElementTag.isReserved(e.tag())).findFirst().orElseThrow();
      warn(
          Kind.RESERVED_TAG,
          "%d of %d elements with a reserved tag, first 0x%04X at offset %d",
          reserved,
          elements.size(),
          first.tag(),
          first.offset());
    }
    for (ElementTag tag : ElementTag.values()) {
      // only the last of a kind counts, and one line for each kind is enough
      last(elements, tag)
          .filter(e -> tag.fixedLength().orElse((int) e.length()) != e.length())
          .ifPresent(
              e ->
                  warn(
                      Kind.ELEMENT_LENGTH,
                      "element 0x%04X (%s) has %d octets, the specification says %d",
                      e.tag(),
                      tag.label(),
                      e.length(),
                      tag.fixedLength().orElseThrow()));
    }
  }

  private static Optional<OtaElement> last(List<OtaElement> elements, ElementTag tag) {
    return elements.stream().filter(e -> e.tag() == tag.code()).reduce((first, second) -> second);
  }

  /** One pass over everything before the code; the three rules differ in the last octets only. */
  private Optional<IntegrityRule> verify(ByteBuffer image, OtaElement code) {
    byte[] told = new byte[AesMmoHash.DIGEST_LENGTH];
    if (code.length() == told.length) {
      image.get((int) code.dataOffset(), told);
      AesMmoHash before = new AesMmoHash().update(image.slice(0, (int) code.offset()));
      ByteBuffer tagHeader = image.slice((int) code.offset(), OtaElement.HEADER_LENGTH);
      for (IntegrityRule rule : IntegrityRule.values()) {
        if (Arrays.equals(told, rule.code(before, tagHeader))) {
          return Optional.of(rule);
        }
      }
    }
    warn(
        Kind.INTEGRITY_MISMATCH,
        "the integrity code at offset %d fits the %d octets before it by none of %d rules",
        code.dataOffset(),
        code.offset(),
        IntegrityRule.values().length);
    return Optional.empty();
  }

  private void warnOfTrailingBytes(ByteBuffer image, int imageEnd, int trailingBytes) {
    String meaning = "";
    if (trailingBytes == Integer.BYTES) {
      CRC32 crc = new CRC32();
      crc.update(image.duplicate());
      int trailer = file.getInt(imageEnd);
      if (trailer == (int) crc.getValue()) {
        meaning = ": its CRC-32";
      } else if (trailer == ~(int) crc.getValue()) {
        meaning = ": its inverted CRC-32";
      }
    }
    warn(
        Kind.TRAILING_BYTES,
        "%d octets after the image of %d%s",
        trailingBytes,
        image.limit(),
        meaning);
  }

  private long u32(int at) {
    return Integer.toUnsignedLong(file.getInt(at));
  }

  private void warn(Kind kind, String format, Object... numbers) {
    warnings.add(new OtaFileWarning(kind, Octets.text(format, numbers)));
  }
}
