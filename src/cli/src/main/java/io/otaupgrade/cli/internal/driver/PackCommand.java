package io.otaupgrade.cli.internal.driver;

import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.Json;
import io.otaupgrade.cli.internal.Services;
import io.otaupgrade.cli.internal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ota driver pack}: a package from a folder. The same folder gives the same octets. */
@Command(
    name = "pack",
    description = {
      "Packs a folder into a package, and checks it.",
      "The folder has driver.xml, the script and www, which are checked against each",
      "other, too. Hidden files are left out.",
      "Exit code 0: packed; 1: refused, and nothing is written."
    })
final class PackCommand implements Callable<Integer> {

  private static final String EXTENSION = ".c4z";

  /** The earliest time that a zip entry can have, so that no time of the build is in it. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Terminal terminal;
  private final Services services;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The folder; its name is the driver's.")
  private Path folder;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The package to write; DIR.c4z beside the folder if it is not given.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  PackCommand(Terminal terminal, Services services) {
    this.terminal = terminal;
    this.services = services;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    if (!Files.isDirectory(folder)) {
      throw new ParameterException(spec.commandLine(), "DIR must be a folder, was " + folder);
    }
    Path source = folder.toRealPath();
    Path target = out.orElseGet(() -> source.resolveSibling(source.getFileName() + EXTENSION));
    if (!target.getFileName().toString().endsWith(EXTENSION)) {
      throw new ParameterException(
          spec.commandLine(), "--out must end in " + EXTENSION + ", was " + target);
    }
    Path parent = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new CommandFailed("cannot write " + target + ": there is no folder " + parent);
    }
    DriverPackages packages = services.await(DriverPackages.class);
    Path draft =
        Files.createDirectories(services.folder("pack")).resolve(target.getFileName().toString());
    write(source, draft);
    CheckReport report = new CheckReport(target.toString(), packages.check(draft));
    boolean accepted = report.check().isAccepted();
    if (accepted) {
      Path fresh = target.resolveSibling(target.getFileName() + ".new");
      try {
        Files.copy(draft, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new CommandFailed("cannot write " + target + ": " + e.getMessage());
      }
    }
    if (json) {
      Json.line(terminal.out(), report::writeMembers);
    } else {
      report.print(terminal.out());
      if (accepted) {
        terminal.out().printf("  packed             %d octets%n", Files.size(target));
      }
    }
    return accepted ? 0 : 1;
  }

  private static void write(Path source, Path draft) throws IOException, CommandFailed {
    List<Path> files;
    try (Stream<Path> all = Files.walk(source)) {
      files = all.filter(path -> isWanted(source.relativize(path))).sorted().toList();
    }
    try (OutputStream octets = Files.newOutputStream(draft);
        ZipOutputStream zip = new ZipOutputStream(octets)) {
      for (Path file : files) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          continue;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new CommandFailed(file + " is a link or no file: a package cannot have it");
        }
        ZipEntry entry = new ZipEntry(String.join("/", names(source.relativize(file)).toList()));
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  private static Stream<String> names(Path relative) {
    return Stream.iterate(0, i -> i < relative.getNameCount(), i -> i + 1)
        .map(i -> relative.getName(i).toString());
  }

  private static boolean isWanted(Path relative) {
    return names(relative).noneMatch(name -> name.isEmpty() || name.startsWith("."));
  }
}
