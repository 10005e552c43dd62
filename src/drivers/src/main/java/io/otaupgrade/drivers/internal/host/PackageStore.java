package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.drivers.internal.DurableFiles;
import io.otaupgrade.drivers.internal.pack.PackageContents;
import io.otaupgrade.drivers.internal.pack.PackageReader;
import io.otaupgrade.drivers.internal.pack.Unpacking;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The installed packages on disk, each unpacked in a folder {@code <type id>~<generation>}. A
 * folder gets its name when all of it is on the disk, so a crash or a power cut leaves the old
 * package, the new one, or both, of which the newest that can be read counts.
 */
final class PackageStore {

  private static final Logger LOG = LoggerFactory.getLogger(PackageStore.class);

  private static final String MANIFEST = "package.properties";
  private static final String CONTENT = "content";
  private static final String ARCHIVE = "archive";
  private static final String IMAGE = "image.";

  private final Path packages;
  private final Path incoming;
  private final Path state;
  private final AtomicLong generation = new AtomicLong();

  /**
   * A package on disk.
   *
   * @param folder all of it
   * @param origin the file it was dropped as, else empty
   * @param octets size of all its files
   */
  record Stored(
      PackageContents contents, Path folder, String sha256, Optional<Path> origin, long octets) {

    String typeId() {
      return contents.identity().typeId();
    }

    Path content() {
      return folder.resolve(CONTENT);
    }

    Optional<Path> www() {
      return Optional.of(content().resolve("www")).filter(Files::isDirectory);
    }
  }

  /**
   * A package that is about to be installed.
   *
   * @param unpacked it; empty if it was refused
   */
  record Prepared(PackageCheck check, Optional<Stored> unpacked) {}

  PackageStore(Path root) throws IOException {
    packages = Files.createDirectories(root.resolve("packages"));
    incoming = Files.createDirectories(root.resolve("incoming"));
    state = root.resolve("state");
  }

  /** Clears away what a crash left; nobody else may use the folder now. */
  void clean() {
    try (Stream<Path> left = Files.list(incoming)) {
      for (Path one : left.toList()) {
        Unpacking.delete(one);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be cleared: {}", incoming, e.toString());
    }
  }

  /**
   * What is there, by type id; what cannot be read is told and left out.
   *
   * @param tidy whether to delete, of a package that could be read, all but that
   */
  Map<String, Stored> load(boolean tidy) {
    Map<String, Stored> loaded = new TreeMap<>();
    Map<String, NavigableMap<Long, Path>> all = generations();
    all.forEach(
        (typeId, folders) ->
            firstReadable(typeId, folders.descendingMap().values())
                .ifPresent(stored -> loaded.put(typeId, stored)));
    if (tidy) {
      loaded.forEach((typeId, stored) -> discardOthers(all.get(typeId).values(), stored));
    }
    return loaded;
  }

  private void discardOthers(Collection<Path> folders, Stored stored) {
    folders.stream().filter(folder -> !folder.equals(stored.folder())).forEach(this::discard);
  }

  /** The folders of each type id, by generation. */
  private Map<String, NavigableMap<Long, Path>> generations() {
    Map<String, NavigableMap<Long, Path>> folders = new TreeMap<>();
    try (Stream<Path> all = Files.list(packages)) {
      for (Path folder : all.toList()) {
        String name = folder.getFileName().toString();
        int tilde = name.lastIndexOf('~');
        long number = number(name.substring(tilde + 1));
        if (tilde >= 1 && number >= 0) {
          generation.accumulateAndGet(number, Math::max);
          folders
              .computeIfAbsent(name.substring(0, tilde), typeId -> new TreeMap<>())
              .put(number, folder);
        }
      }
    } catch (IOException e) {
      LOG.warn("the packages in {} cannot be read: {}", packages, e.toString());
    }
    return folders;
  }

  private static Optional<Stored> firstReadable(String typeId, Collection<Path> folders) {
    for (Path folder : folders) {
      try {
        return Optional.of(read(typeId, folder));
      } catch (IOException | IllegalArgumentException e) {
        LOG.warn("the package {} cannot be read from {}: {}", typeId, folder, e.toString());
      }
    }
    return Optional.empty();
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  private static Stored read(String typeId, Path folder) throws IOException {
    Properties manifest = new Properties();
    try (InputStream in = Files.newInputStream(folder.resolve(MANIFEST))) {
      manifest.load(in);
    }
    List<String> images = new ArrayList<>();
    for (int i = 0; manifest.getProperty(IMAGE + i) != null; i++) {
      images.add(manifest.getProperty(IMAGE + i));
    }
    PackageContents contents =
        PackageReader.reopen(
                typeId,
                Files.readAllBytes(folder.resolve(CONTENT).resolve("driver.xml")),
                required(manifest, "script"),
                images)
            .orElseThrow(() -> new IOException("driver.xml cannot be read any more"));
    return new Stored(
        contents,
        folder,
        required(manifest, "sha256"),
        Optional.ofNullable(manifest.getProperty("origin")).map(Path::of),
        Math.max(0, number(required(manifest, "octets"))));
  }

  private static String required(Properties manifest, String key) throws IOException {
    String value = manifest.getProperty(key);
    if (value == null) {
      throw new IOException(MANIFEST + " has no " + key);
    }
    return value;
  }

  /** Copies, judges and unpacks a package; on any thread. */
  Prepared prepare(Path file, Optional<Path> origin) throws IOException {
    String name = file.getFileName().toString();
    if (!Files.isRegularFile(file) || Files.size(file) > PackageReader.mostOctets()) {
      return new Prepared(PackageReader.read(file).check(), Optional.empty());
    }
    Path folder = Files.createTempDirectory(incoming, "new");
    boolean kept = false;
    try {
      Path archive = folder.resolve(ARCHIVE);
      String sha256 = copy(file, archive);
      PackageReader.Reading reading = PackageReader.read(name, archive);
      PackageCheck check = reading.check();
      if (!check.isAccepted()) {
        return new Prepared(check, Optional.empty());
      }
      PackageContents contents = reading.contents().orElseThrow();
      Unpacking.unpack(archive, reading.entries(), folder.resolve(CONTENT));
      Files.delete(archive);
      long octets = reading.entries().stream().mapToLong(entry -> entry.size()).sum();
      Stored stored = new Stored(contents, folder, sha256, origin, octets);
      DurableFiles.forceAll(stored.content());
      writeManifest(stored); // last: it has the folder's own names on the disk, too
      kept = true;
      return new Prepared(check, Optional.of(stored));
    } finally {
      if (!kept) {
        Unpacking.delete(folder);
      }
    }
  }

  private static String copy(Path from, Path to) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(to), digest)) {
      byte[] chunk = new byte[64 * 1024];
      long left = PackageReader.mostOctets() + 1; // it may grow while it is copied
      for (int count;
          left > 0 && (count = in.read(chunk, 0, (int) Math.min(chunk.length, left))) > 0; ) {
        out.write(chunk, 0, count);
        left -= count;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void writeManifest(Stored stored) throws IOException {
    Properties manifest = new Properties();
    manifest.setProperty("sha256", stored.sha256());
    manifest.setProperty("script", stored.contents().script());
    manifest.setProperty("octets", Long.toString(stored.octets()));
    stored.origin().ifPresent(file -> manifest.setProperty("origin", file.toString()));
    List<String> images = stored.contents().images();
    for (int i = 0; i < images.size(); i++) {
      manifest.setProperty(IMAGE + i, images.get(i));
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    manifest.store(text, null);
    DurableFiles.write(stored.folder().resolve(MANIFEST), text.toByteArray());
  }

  /** Gives a prepared package its place; when it returns, no power cut takes that back. */
  Stored commit(Stored prepared) throws IOException {
    Path target = packages.resolve(prepared.typeId() + "~" + generation.incrementAndGet());
    Files.move(prepared.folder(), target, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.forceFolder(packages);
    return new Stored(
        prepared.contents(), target, prepared.sha256(), prepared.origin(), prepared.octets());
  }

  /** The same package, dropped as another file. */
  Stored withOrigin(Stored stored, Optional<Path> origin) throws IOException {
    Stored moved =
        new Stored(stored.contents(), stored.folder(), stored.sha256(), origin, stored.octets());
    writeManifest(moved);
    return moved;
  }

  /** Deletes a package. */
  void delete(Stored stored) {
    discard(stored.folder());
  }

  private void discard(Path folder) {
    try {
      Unpacking.delete(folder);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted: {}", folder, e.toString());
    }
  }

  /** Where the driver of a device persists what it wants to keep. */
  Path persistence(Stored stored, int deviceId) throws IOException {
    return Files.createDirectories(state.resolve(stored.typeId())).resolve(deviceId + ".json");
  }

  /** Deletes what one driver of a package persisted. */
  void forget(String typeId, int deviceId) {
    discard(state.resolve(typeId).resolve(deviceId + ".json"));
  }

  /** Deletes what all drivers of a package persisted. */
  void forget(String typeId) {
    discard(state.resolve(typeId));
  }

  /** A check with one finding. */
  static PackageCheck refusal(PackageCheck check, String message) {
    List<PackageFinding> findings = new ArrayList<>(check.findings());
    findings.add(new PackageFinding(PackageFinding.Severity.ERROR, "", message));
    return new PackageCheck(check.description(), findings);
  }
}
