package io.otaupgrade.bench;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A registry that holds one image for everybody, off the heap as a mapped file is. */
final class OneImage implements ImageRegistry {

  private final ImageRegistration registration;

  OneImage(byte[] octets) throws OtaFileException {
    ByteBuffer mapping = ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    OtaHeader header = OtaFile.inspect(mapping, OtaFileLimits.DEFAULT).header();
    ImageId id = new ImageId(header.manufacturerCode(), header.imageType(), header.fileVersion());
    registration =
        new ImageRegistration(
            new ImageKey(
                ImageKey.OPERATOR, 0, id.manufacturerCode(), id.imageType(), id.fileVersion()),
            new MappedImage(id, header, mapping.asReadOnlyBuffer()),
            "http://localhost/bench.zigbee",
            Set.of(),
            Optional.empty(),
            ImageSelectors.NONE,
            VersionPolicy.NEWER,
            Optional.empty());
  }

  /** The image. */
  private record MappedImage(ImageId id, OtaHeader header, ByteBuffer octets)
      implements FirmwareImage {
    @Override
    public String sha256() {
      return "";
    }

    @Override
    public String storedName() {
      return "bench.zigbee";
    }
  }

  @Override
  public Optional<ImageRegistration> find(ImageQuery query) {
    return Optional.of(registration)
        .filter(one -> query.currentFileVersion() < one.image().id().fileVersion());
  }

  @Override
  public List<FirmwareImage> images(ImageId id) {
    return id.equals(registration.image().id()) ? List.of(registration.image()) : List.of();
  }

  @Override
  public List<ImageRegistration> registrations() {
    return List.of(registration);
  }

  @Override
  public List<ImageRegistration> heldBy(int deviceId) {
    return List.of();
  }

  @Override
  public PendingRegistration register(RegistrationRequest request) {
    throw new UnsupportedOperationException("one image is all there is");
  }

  @Override
  public boolean withdraw(int deviceId, int imageTypeId) {
    return false;
  }

  @Override
  public boolean remove(ImageKey key) {
    return false;
  }
}
