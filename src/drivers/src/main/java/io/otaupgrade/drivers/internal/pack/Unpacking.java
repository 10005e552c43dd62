package io.otaupgrade.drivers.internal.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Writes an accepted package to a folder of its own. */
public final class Unpacking {

  private Unpacking() {}

  /**
   * Unpacks a package that was read without an error.
   *
   * @param file the same file, which nobody can have changed since
   * @param folder is made; there must be nothing there
   */
  public static void unpack(Path file, List<ZipDirectory.Entry> entries, Path folder)
      throws IOException {
    Files.createDirectory(folder);
    try (FileChannel channel = FileChannel.open(file)) {
      Octets octets = Octets.of(channel);
      for (ZipDirectory.Entry entry : entries) {
        Path target = below(folder, entry.name());
        if (entry.isFolder()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          try (OutputStream out =
              Files.newOutputStream(
                  target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            EntryData.copy(octets, entry, out);
          }
        }
      }
    }
  }

  /** The names were judged before; this is the lock behind the door. */
  private static Path below(Path folder, String name) throws IOException {
    Path target = folder.resolve(name).normalize();
    if (EntryName.fault(name).isPresent() || !target.startsWith(folder.normalize())) {
      throw new BrokenPackageException("leads out of its folder");
    }
    return target;
  }

  /** Deletes a folder and all below it; links are deleted, not followed. */
  public static void delete(Path folder) throws IOException {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure)
                throws IOException {
              Files.delete(emptied);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException gone) {
      // as wanted
    }
  }
}
