package io.otaupgrade.quality;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.Baseline.Info;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import aQute.bnd.version.MavenVersion;
import aQute.bnd.version.Version;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The released API, against which the one being built is compared. A folder holds the jar of the
 * last release of each bundle.
 *
 * @param folder with files named {@code <bundle>-<version>.jar}
 * @param project the version being built
 */
record ApiBaseline(Path folder, Version project) {
  private static final Version FIRST_RELEASE = new Version(1, 0, 0);

  static ApiBaseline ofThisBuild() {
    return new ApiBaseline(
        Path.of(System.getProperty("baseline.folder")),
        MavenVersion.parseMavenString(System.getProperty("baseline.projectVersion"))
            .getOSGiVersion());
  }

  /** The bundle's last release; empty before there was one. */
  Optional<Path> released(String bundle) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, bundle + "-*.jar")) {
      jars.forEach(found::add);
    }
    if (found.size() > 1) {
      throw new IllegalStateException("only the last release belongs in " + folder + ": " + found);
    }
    if (found.isEmpty() && project.getWithoutQualifier().compareTo(FIRST_RELEASE) > 0) {
      throw new IllegalStateException(
          "%s has been released, but %s has no jar of it to compare with"
              .formatted(bundle, folder));
    }
    return found.stream().findFirst();
  }

  /** What is wrong with the versions of the packages, one line each. */
  static List<String> faults(Jar built, Jar released) throws Exception {
    try (Processor bnd = new Processor()) {
      return new Baseline(bnd, new DiffPluginImpl())
          .baseline(built, released, null).stream()
              .filter(info -> info.mismatch)
              .sorted(Comparator.comparing(info -> info.packageName))
              .map(ApiBaseline::fault)
              .toList();
    }
  }

  private static String fault(Info info) {
    return "%s: %s change since %s, so its version must be at least %s, is %s%n%s"
        .formatted(
            info.packageName,
            info.packageDiff.getDelta(),
            info.olderVersion,
            info.suggestedVersion,
            info.newerVersion,
            info.packageDiff);
  }
}
