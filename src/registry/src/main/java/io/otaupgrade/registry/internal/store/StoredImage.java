package io.otaupgrade.registry.internal.store;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;

/**
 * An image in a read-only mapping of its file. The mapping lives as long as a buffer of it is
 * referenced, and the store never writes to a file again or cuts it, so the octets stay.
 */
public final class StoredImage implements FirmwareImage {
  private final ImageId id;
  private final OtaHeader header;
  private final String sha256;
  private final String storedName;
  private final ByteBuffer octets;

  StoredImage(OtaHeader header, String sha256, String storedName, ByteBuffer octets) {
    this.id = new ImageId(header.manufacturerCode(), header.imageType(), header.fileVersion());
    this.header = header;
    this.sha256 = sha256;
    this.storedName = storedName;
    this.octets = octets;
  }

  @Override
  public ImageId id() {
    return id;
  }

  @Override
  public OtaHeader header() {
    return header;
  }

  @Override
  public int size() {
    return octets.limit();
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public String storedName() {
    return storedName;
  }

  /** A view of its own for each caller: one that moves its limit does not starve the others. */
  @Override
  public ByteBuffer octets() {
    return octets.duplicate();
  }

  @Override
  public ByteBuffer block(int offset, int length) {
    return octets.slice(offset, length);
  }

  @Override
  public String toString() {
    return id + " " + storedName;
  }
}
