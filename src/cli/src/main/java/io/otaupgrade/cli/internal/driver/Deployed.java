package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.cli.internal.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The folder that {@code ota serve} takes packages from, while it runs and when it starts. */
final class Deployed {

  private final Path folder;

  private Deployed(Path folder) {
    this.folder = folder;
  }

  /** That of a data folder. */
  static Path folder(Path data) {
    return data.resolve("deploy");
  }

  static Deployed in(Optional<Path> data) throws CommandFailed {
    return new Deployed(
        folder(
            data.orElseThrow(
                () -> new CommandFailed("there is no data folder: OTA_DATA must name one"))));
  }

  /** Copies a package; under its name when it is whole. */
  Path put(Path file) throws IOException, CommandFailed {
    try {
      Files.createDirectories(folder);
      Path target = folder.resolve(file.getFileName().toString());
      Path fresh = folder.resolve("." + file.getFileName() + ".new");
      Files.copy(file, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } catch (IOException e) {
      throw new CommandFailed("cannot write to " + folder + ": " + e.getMessage());
    }
  }

  boolean remove(String typeId) throws IOException {
    Path file = folder.resolve(typeId).normalize();
    return folder.normalize().equals(file.getParent()) && Files.deleteIfExists(file);
  }
}
