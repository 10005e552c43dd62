package io.otaupgrade.registry.internal.store;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file so that, whenever the power goes, it is there whole or as it was before. */
public final class DurableFile {
  private DurableFile() {}

  /**
   * Writes the octets under a temporary name, forces them to the disk and renames.
   *
   * @param temporary in the same file system as the target; what was there is overwritten
   */
  public static void write(Path target, Path temporary, ByteBuffer octets) throws IOException {
    ByteBuffer left = octets.duplicate();
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (left.hasRemaining()) {
        out.write(left);
      }
      out.force(true);
    }
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(target.toAbsolutePath().getParent());
  }

  /** The name is on the disk only when the folder is; Windows cannot open one, and need not. */
  private static void forceFolder(Path folder) throws IOException {
    if (File.separatorChar == '\\') {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
