package io.otaupgrade.simulator.internal.device;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaCluster;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A device's look at the OTA header of what it downloads (ZCL rev 8 §11.4): is this what was
 * offered, and is it for me? It reads the octets by itself, so that a fault of the server's parser
 * does not go unnoticed.
 */
record ImageCheck(
    Eui64 self,
    int manufacturerCode,
    int imageType,
    long fileVersion,
    long imageSize,
    OptionalInt hardwareVersion) {

  /** Octets that every header has. */
  static final int MANDATORY_OCTETS = 56;

  private static final long IDENTIFIER = 0x0BEEF11EL;
  private static final int HEADER_VERSION = 0x0100;
  private static final int SECURITY_CREDENTIAL_VERSION = 1 << 0;
  private static final int DEVICE_SPECIFIC = 1 << 1;
  private static final int HARDWARE_VERSIONS = 1 << 2;

  /** How long the header says it is; {@code image} holds the mandatory part at least. */
  static int headerOctets(ByteBuffer image) {
    return u16(image, 6);
  }

  /**
   * What is wrong with the header.
   *
   * @param image from its first octet, the whole header at least unless it is shorter than that
   * @return empty when it is right
   */
  Optional<String> fault(ByteBuffer image) {
    if (imageSize < MANDATORY_OCTETS) {
      return Optional.of("image of " + imageSize + " octets has no room for a header");
    }
    int fieldControl = u16(image, 8);
    int least =
        MANDATORY_OCTETS
            + ((fieldControl & SECURITY_CREDENTIAL_VERSION) != 0 ? 1 : 0)
            + ((fieldControl & DEVICE_SPECIFIC) != 0 ? 8 : 0)
            + ((fieldControl & HARDWARE_VERSIONS) != 0 ? 4 : 0);
    int headerLength = headerOctets(image);
    if (headerLength < least || headerLength > imageSize) {
      return Optional.of(
          "header length must be " + least + ".." + imageSize + ", was " + headerLength);
    }
    return wrong("file identifier", u32(image, 0), IDENTIFIER)
        .or(() -> wrong("header version", u16(image, 4), HEADER_VERSION))
        .or(
            () ->
                u16(image, 10) == OtaCluster.ANY_MANUFACTURER
                    ? Optional.empty()
                    : wrong("manufacturer code", u16(image, 10), manufacturerCode))
        .or(() -> wrong("image type", u16(image, 12), imageType))
        .or(() -> wrong("file version", u32(image, 14), fileVersion))
        .or(() -> wrong("total image size", u32(image, 52), imageSize))
        .or(() -> optionalFields(image, fieldControl));
  }

  private Optional<String> optionalFields(ByteBuffer image, int fieldControl) {
    int at = MANDATORY_OCTETS + ((fieldControl & SECURITY_CREDENTIAL_VERSION) != 0 ? 1 : 0);
    if ((fieldControl & DEVICE_SPECIFIC) != 0) {
      long destination = image.duplicate().order(LITTLE_ENDIAN).getLong(at);
      if (destination != self.value()) {
        return Optional.of("upgrade file destination is " + new Eui64(destination));
      }
      at += Eui64.OCTETS;
    }
    if ((fieldControl & HARDWARE_VERSIONS) != 0 && hardwareVersion.isPresent()) {
      int own = hardwareVersion.getAsInt();
      int minimum = u16(image, at);
      int maximum = u16(image, at + 2);
      if (own < minimum || own > maximum) {
        return Optional.of(
            "hardware version must be %04x..%04x, is %04x".formatted(minimum, maximum, own));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> wrong(String field, long value, long expected) {
    return value == expected
        ? Optional.empty()
        : Optional.of("%s must be 0x%x, was 0x%x".formatted(field, expected, value));
  }

  private static int u16(ByteBuffer image, int at) {
    return image.duplicate().order(LITTLE_ENDIAN).getShort(at) & 0xFFFF;
  }

  private static long u32(ByteBuffer image, int at) {
    return image.duplicate().order(LITTLE_ENDIAN).getInt(at) & 0xFFFF_FFFFL;
  }
}
