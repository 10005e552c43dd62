package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.registry.internal.store.Sha256;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;

/** An image on the heap. */
record FakeImage(OtaHeader header, ByteBuffer octets, String sha256) implements FirmwareImage {

  static FakeImage of(byte[] file) {
    try {
      OtaFile ota = OtaFile.inspect(ByteBuffer.wrap(file), OtaFileLimits.DEFAULT);
      return new FakeImage(ota.header(), ota.image(), Sha256.of(ota.image()));
    } catch (OtaFileException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public ImageId id() {
    return new ImageId(header.manufacturerCode(), header.imageType(), header.fileVersion());
  }

  @Override
  public String storedName() {
    return "image-" + sha256.substring(0, 8) + ".zigbee";
  }

  /** The same image loaded at another time is equal. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FakeImage image && image.sha256.equals(sha256);
  }

  @Override
  public int hashCode() {
    return sha256.hashCode();
  }

  @Override
  public String toString() {
    return id() + "/" + sha256.substring(0, 4);
  }
}
