package io.otaupgrade.registry.internal.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds files in a folder, and nothing outside. */
final class HostedFolder {
  private HostedFolder() {}

  /**
   * The real path of a regular file in the folder or below. Links are followed as long as they stay
   * inside; hidden files and folders are not there.
   *
   * @param names each one a {@linkplain RequestPath#isName name}
   */
  static Optional<Path> find(Path folder, List<String> names) {
    try {
      Path root = folder.toRealPath();
      Path file = root;
      for (String name : names) {
        file = file.resolve(name);
      }
      Path real = file.toRealPath();
      if (!real.startsWith(root) || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      for (Path name : root.relativize(real)) {
        if (name.toString().startsWith(".")) {
          return Optional.empty();
        }
      }
      return Optional.of(real);
    } catch (IOException | InvalidPathException e) {
      // Not there, not ours to read, or not a name on this file system: all the same to a client.
      return Optional.empty();
    }
  }
}
