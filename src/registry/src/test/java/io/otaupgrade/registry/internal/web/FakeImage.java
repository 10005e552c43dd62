package io.otaupgrade.registry.internal.web;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;

/** An image of which hosting knows no more than name, hash and octets. */
record FakeImage(String storedName, String sha256, ByteBuffer octets) implements FirmwareImage {
  FakeImage {
    octets = octets.asReadOnlyBuffer();
  }

  @Override
  public ImageId id() {
    return new ImageId(0x1234, 1, 2);
  }

  @Override
  public OtaHeader header() {
    throw new AssertionError("hosting does not read headers");
  }
}
