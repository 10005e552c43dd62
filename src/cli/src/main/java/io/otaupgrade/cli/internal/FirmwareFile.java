package io.otaupgrade.cli.internal;

import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A firmware file that a command was given, or the sample.
 *
 * @param path a copy of it, in a folder of its own
 * @param header of the image in it
 * @param sha256 of the image, not of the file: what a device must end up with
 */
public record FirmwareFile(Path path, OtaHeader header, String sha256) {

  /**
   * Copies a file into the folder and looks at it.
   *
   * @param file empty for the sample image
   */
  public static FirmwareFile in(Path folder, Optional<Path> file)
      throws IOException, CommandFailed {
    Files.createDirectories(folder);
    Path copy = folder.resolve(file.map(FirmwareFile::fileName).orElse(SampleImage.NAME));
    try (InputStream in =
        file.isPresent()
            ? Files.newInputStream(file.get())
            : SampleImage.class.getResourceAsStream(SampleImage.NAME)) {
      Files.copy(in, copy);
    } catch (IOException e) {
      throw new CommandFailed("cannot read " + file.map(Path::toString).orElse("the sample"));
    }
    try (FileChannel channel = FileChannel.open(copy)) {
      OtaFileLimits.DEFAULT.check(channel.size());
      ByteBuffer octets = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      OtaFile image = OtaFile.inspect(octets, OtaFileLimits.DEFAULT);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(image.image());
      return new FirmwareFile(copy, image.header(), HexFormat.of().formatHex(digest.digest()));
    } catch (OtaFileException refused) {
      throw new CommandFailed(
          file.map(Path::toString).orElse("sample") + ": " + refused.getMessage());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What goes into a URL without escapes; the registry keeps the bulk of it. */
  private static String fileName(Path path) {
    String name = path.getFileName().toString();
    // a dot in front would hide it from the hosting, too
    return name.replaceAll("[^A-Za-z0-9._-]|^\\.|\\.$", "_");
  }

  /** What names the image on the air. */
  public ImageId id() {
    return new ImageId(header.manufacturerCode(), header.imageType(), header.fileVersion());
  }

  /** The manufacturer code that devices for this image have. */
  int deviceManufacturerCode() {
    return header.manufacturerCode() == OtaHeader.ANY
        ? SampleImage.MANUFACTURER_CODE
        : header.manufacturerCode();
  }

  /** A version that the image takes the place of. */
  public long olderVersion() {
    return Math.max(0, header.fileVersion() - 1);
  }
}
