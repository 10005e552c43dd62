package io.otaupgrade.api.image;

import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A verified image: exactly the octets that devices get. Immutable and safe from any thread; its
 * octets stay readable as long as the object is referenced, also after the image was removed.
 */
@ProviderType
public interface FirmwareImage {

  /** Manufacturer code, image type and file version, from the header. */
  ImageId id();

  /** The image's header. */
  OtaHeader header();

  /** Size of the image, octets. */
  default int size() {
    return octets().limit();
  }

  /** SHA-256 over the image's octets, lower-case hexadecimal. */
  String sha256();

  /** The name under which the image is stored and hosted; unique. */
  String storedName();

  /**
   * The whole image, position 0; one read-only mapping shared by everybody. Read it with absolute
   * gets or from a duplicate.
   */
  ByteBuffer octets();

  /**
   * Octets from {@code offset} (0 = first octet of the OTA header); a read-only view, no copy.
   *
   * @throws IndexOutOfBoundsException when that is not all within the image
   */
  default ByteBuffer block(int offset, int length) {
    return octets().slice(offset, length);
  }
}
