package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaFileWriter;
import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** An image in memory, made of octets that differ from place to place. */
record TestImage(OtaHeader header, ByteBuffer octets, String sha256) implements FirmwareImage {

  /** What the header and the one element's tag and length take. */
  static final int OVERHEAD = OtaHeader.MINIMUM_LENGTH + 6;

  /** An image of so many octets in all, at least {@link #OVERHEAD}. */
  static TestImage of(int manufacturerCode, int imageType, long fileVersion, int size) {
    return of(new OtaFileWriter(manufacturerCode, imageType, fileVersion), size - OVERHEAD, size);
  }

  static TestImage forDevice(
      Eui64 device, int manufacturerCode, int imageType, long fileVersion, int size) {
    return of(
        new OtaFileWriter(manufacturerCode, imageType, fileVersion).upgradeFileDestination(device),
        size - OVERHEAD - 8,
        size);
  }

  static TestImage forHardware(
      HardwareVersionRange range, int manufacturerCode, int imageType, long fileVersion) {
    return of(
        new OtaFileWriter(manufacturerCode, imageType, fileVersion).hardwareVersions(range),
        200,
        fileVersion);
  }

  /** An image that has these octets at this offset; its header must stay one. */
  TestImage with(int offset, String hex) {
    byte[] file = new byte[octets.limit()];
    octets.get(0, file);
    byte[] part = HexFormat.of().parseHex(hex);
    System.arraycopy(part, 0, file, offset, part.length);
    return of(file);
  }

  private static TestImage of(OtaFileWriter writer, int payload, long seed) {
    byte[] data = new byte[payload];
    new Random(seed).nextBytes(data);
    return of(writer.element(ElementTag.UPGRADE_IMAGE.code(), data).toByteArray());
  }

  private static TestImage of(byte[] file) {
    try {
      OtaHeader header = OtaFile.inspect(ByteBuffer.wrap(file), OtaFileLimits.DEFAULT).header();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(file);
      return new TestImage(
          header, ByteBuffer.wrap(file).asReadOnlyBuffer(), HexFormat.of().formatHex(digest));
    } catch (OtaFileException | NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public ImageId id() {
    return new ImageId(header.manufacturerCode(), header.imageType(), header.fileVersion());
  }

  @Override
  public String storedName() {
    return "image-" + id() + ".ota";
  }

  /** Octets from an offset as hexadecimal digits. */
  String hex(int offset, int length) {
    byte[] part = new byte[length];
    octets.get(offset, part);
    return HexFormat.of().withUpperCase().formatHex(part);
  }
}
