package io.otaupgrade.drivers.internal.pack;

import io.otaupgrade.api.drivers.PackageCheck;
import io.otaupgrade.api.drivers.PackageFinding;
import io.otaupgrade.drivers.internal.instance.DriverIdentity;
import io.otaupgrade.zcl.file.OtaFile;
import io.otaupgrade.zcl.file.OtaFileException;
import io.otaupgrade.zcl.file.OtaFileLimits;
import io.otaupgrade.zcl.file.OtaHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a package and says everything that is wrong with it. */
public final class PackageReader {

  /** How the name of every package ends. */
  public static final String EXTENSION = ".c4z";

  private static final String WWW = "www/";
  private static final String USUAL_SCRIPT = "driver.lua";
  private static final String ENCRYPTED = ".encrypted";
  private static final List<String> IMAGE_EXTENSIONS = List.of(".zigbee", ".ota");
  private static final int IMAGE_MAGIC = 0x1EF1EE0B; // as the octets lie in the file
  private static final Pattern DOT = Pattern.compile("\\.");
  private static final int[] OTA_SINCE = {3, 3, 2};

  private final Octets octets;
  private final PackageLimits limits;
  private final Findings findings = new Findings();

  private final Map<String, ZipDirectory.Entry> files = new LinkedHashMap<>();
  private final Map<String, OtaHeader> images = new LinkedHashMap<>();

  /** Entries whose octets were seen to be good; the others are looked at in the end. */
  private final Set<String> seen = new HashSet<>();

  /**
   * What came of it.
   *
   * @param contents as far as it could be read; whole if there is no error among the findings
   */
  public record Reading(
      Optional<PackageContents> contents,
      List<PackageFinding> findings,
      List<ZipDirectory.Entry> entries) {

    /** As the API has it. */
    public PackageCheck check() {
      return new PackageCheck(contents.map(PackageContents::description), findings);
    }
  }

  private PackageReader(Octets octets, PackageLimits limits) {
    this.octets = octets;
    this.limits = limits;
  }

  /** Reads a file; that there is none is a finding as well. */
  public static Reading read(Path file) {
    return read(file.getFileName().toString(), file);
  }

  /** Reads a file as if it had another name. */
  public static Reading read(String fileName, Path file) {
    // asked first: to open a named pipe takes until somebody writes to it
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return refused("is no file");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      return read(fileName, Octets.of(channel), PackageLimits.DEFAULT);
    } catch (NoSuchFileException e) {
      return refused("no such file");
    } catch (IOException e) {
      return refused("cannot be read: " + e.getMessage());
    }
  }

  /** How many octets a package may have. */
  public static long mostOctets() {
    return PackageLimits.DEFAULT.archive();
  }

  private static Reading refused(String message) {
    Findings findings = new Findings();
    findings.error("", message);
    return new Reading(Optional.empty(), findings.list(), List.of());
  }

  /** Reads octets that are a file of this name. */
  static Reading read(String fileName, Octets octets, PackageLimits limits) {
    return new PackageReader(octets, limits).read(fileName);
  }

  private Reading read(String fileName) {
    checkFileName(fileName, findings);
    List<ZipDirectory.Entry> entries = List.of();
    Optional<PackageContents> contents = Optional.empty();
    try {
      entries = ZipDirectory.read(octets, limits, findings);
      for (ZipDirectory.Entry entry : entries) {
        if (!entry.isFolder()) {
          files.put(entry.name(), entry);
        }
      }
      contents = contents(fileName);
      checkOthers();
    } catch (BrokenPackageException e) {
      findings.error("", e.getMessage());
    } catch (IOException e) {
      findings.error("", "cannot be read: " + e.getMessage());
    }
    return new Reading(contents, findings.list(), List.copyOf(entries));
  }

  /**
   * What was read before, of a package that is unpacked.
   *
   * @param driverXml its octets
   */
  public static Optional<PackageContents> reopen(
      String typeId, byte[] driverXml, String script, List<String> images) {
    return DriverXmlReader.read(driverXml, new Findings())
        .map(xml -> new PackageContents(identity(typeId, xml), xml, script, images));
  }

  private static DriverIdentity identity(String typeId, DriverXml xml) {
    return new DriverIdentity(
        typeId,
        driverName(typeId),
        xml.displayName(),
        xml.version(),
        xml.model(),
        xml.manufacturer());
  }

  private static void checkFileName(String name, Findings findings) {
    if (!name.endsWith(EXTENSION) || name.length() == EXTENSION.length()) {
      findings.error("", "the name of a package must end in " + EXTENSION + ", was " + name);
    }
    EntryName.segmentFault(name).ifPresent(fault -> findings.error("", "the package " + fault));
    if (name.startsWith(".")) {
      findings.error("", "the name of a package must not begin with a dot");
    }
  }

  /** Whether a package can have this file name. */
  public static boolean isFileName(String name) {
    Findings findings = new Findings();
    checkFileName(name, findings);
    return !findings.hasErrors();
  }

  /** The name under which the files of a package are hosted. */
  public static String driverName(String fileName) {
    return fileName.endsWith(EXTENSION)
        ? fileName.substring(0, fileName.length() - EXTENSION.length())
        : fileName;
  }

  private Optional<PackageContents> contents(String fileName) throws IOException {
    Optional<DriverXml> driverXml =
        load(DriverXml.NAME, limits.driverXml())
            .flatMap(text -> DriverXmlReader.read(text, findings));
    if (!files.containsKey(DriverXml.NAME)) {
      findings.error("", "has no driver.xml at its root" + elsewhere(DriverXml.NAME));
    }
    readImages();
    if (driverXml.isEmpty()) {
      return Optional.empty();
    }
    DriverXml xml = driverXml.get();
    DriverIdentity identity = identity(fileName, xml);
    String script = script(xml);
    checkScripts(identity, xml, script);
    return Optional.of(
        new PackageContents(
            identity,
            xml,
            script,
            images.keySet().stream().map(name -> name.substring(WWW.length())).toList()));
  }

  private String elsewhere(String name) {
    return files.keySet().stream()
        .filter(path -> path.toLowerCase(Locale.ROOT).endsWith(name))
        .findFirst()
        .map(path -> "; there is " + path)
        .orElse("");
  }

  private Optional<byte[]> load(String name, long most) throws IOException {
    ZipDirectory.Entry entry = files.get(name);
    if (entry == null) {
      return Optional.empty();
    }
    seen.add(name);
    if (entry.size() > most) {
      findings.error(name, "has " + entry.size() + " octets, at most " + most);
      return Optional.empty();
    }
    try {
      return Optional.of(EntryData.read(octets, entry));
    } catch (BrokenPackageException e) {
      findings.error(name, e.getMessage());
      return Optional.empty();
    }
  }

  private String script(DriverXml xml) {
    String where = DriverXml.NAME + ":" + xml.scriptLine();
    String script = xml.script().map(file -> file.replace('\\', '/')).orElse(USUAL_SCRIPT);
    boolean encrypted = xml.isEncrypted() || script.endsWith(ENCRYPTED);
    if (encrypted || (!files.containsKey(script) && files.containsKey(USUAL_SCRIPT + ENCRYPTED))) {
      findings.error(where, "the script is encrypted: only a host with its maker's key can run it");
    } else if (!files.containsKey(script)) {
      findings.error(where, "the script " + script + " is missing" + elsewhere(".lua"));
    }
    return script;
  }

  private void readImages() throws IOException {
    Map<String, String> ids = new HashMap<>();
    for (ZipDirectory.Entry entry : files.values()) {
      if (!entry.name().startsWith(WWW) || entry.size() > limits.file()) {
        continue;
      }
      boolean named =
          IMAGE_EXTENSIONS.stream()
              .anyMatch(end -> entry.name().toLowerCase(Locale.ROOT).endsWith(end));
      Optional<byte[]> content = load(entry.name(), limits.file());
      if (content.isPresent()) {
        readImage(entry.name(), content.get(), named)
            .ifPresent(
                header -> {
                  images.put(entry.name(), header);
                  String id =
                      String.format(
                          "manufacturer 0x%04X, type 0x%04X",
                          header.manufacturerCode(), header.imageType());
                  String other = ids.putIfAbsent(id, entry.name());
                  if (other != null) {
                    findings.warning(
                        entry.name(),
                        "is for " + id + ", as " + other + ": a driver registers one of them only");
                  }
                });
      }
    }
  }

  private Optional<OtaHeader> readImage(String name, byte[] content, boolean named) {
    boolean magic = content.length > 4 && ByteBuffer.wrap(content).getInt() == IMAGE_MAGIC;
    if (!named && !magic) {
      return Optional.empty();
    }
    try {
      OtaFile image = OtaFile.inspect(ByteBuffer.wrap(content), OtaFileLimits.DEFAULT);
      image.warnings().forEach(warning -> findings.warning(name, warning.text()));
      if (!name.toLowerCase(Locale.ROOT).endsWith(IMAGE_EXTENSIONS.get(0))) {
        findings.warning(name, "is an image, so its name should end in .zigbee");
      }
      return Optional.of(image.header());
    } catch (OtaFileException refused) {
      findings.error(name, "is no image that can be served: " + refused.getMessage());
      return Optional.empty();
    }
  }

  private void checkScripts(DriverIdentity identity, DriverXml xml, String main)
      throws IOException {
    boolean callsOta = false;
    Set<Long> numbers = new HashSet<>();
    for (String name : List.copyOf(files.keySet())) {
      if (!name.equals(main) && !name.endsWith(".lua")) {
        continue;
      }
      Optional<byte[]> content = load(name, limits.script());
      if (content.isEmpty()) {
        continue;
      }
      if (name.equals(main) && !main.endsWith(ENCRYPTED)) {
        checkCanRun(name, content.get());
      }
      ScriptText text = ScriptText.of(new String(content.get(), StandardCharsets.ISO_8859_1));
      callsOta |= text.callsOta();
      numbers.addAll(text.numbers());
      for (ScriptText.Reference reference : text.references()) {
        checkReference(name, identity, reference);
      }
      for (String typeId : text.typeIds()) {
        if (!typeId.equals(identity.typeId())) {
          findings.warning(
              name,
              "names the driver type " + typeId + ", but the package is " + identity.typeId());
        }
      }
    }
    if (callsOta) {
      checkCalls(xml, main, numbers);
    }
  }

  private void checkCanRun(String name, byte[] script) {
    ScriptText.encryption(script)
        .ifPresent(
            form ->
                findings.error(
                    name,
                    "is encrypted (" + form + "): only a host with its maker's key can run it"));
    if (ScriptText.isCompiled(script)) {
      findings.error(name, "is compiled Lua, which nobody can check; the source is needed");
    }
  }

  private void checkReference(
      String script, DriverIdentity identity, ScriptText.Reference reference) {
    String url = "controller://driver/" + reference.driver() + "/" + reference.file();
    if (!reference.driver().equals(identity.name())) {
      findings.warning(
          script, "refers to " + url + ", but the package's files are under " + identity.name());
    } else if (!files.containsKey(WWW + reference.file()) && reference.file().indexOf('%') < 0) {
      findings.warning(script, "refers to " + url + ", but there is no www/" + reference.file());
    }
  }

  private void checkCalls(DriverXml xml, String main, Set<Long> numbers) {
    if (!isAtLeast(xml.minimumOsVersion().orElse("0"), OTA_SINCE)) {
      findings.warning(DriverXml.NAME, "the OTA calls need a minimum_os_version of 3.3.2 or later");
    }
    if (images.isEmpty() && xml.blobs().isEmpty()) {
      findings.warning("", "calls otaAddImage, but there is no image in www");
    }
    images.forEach(
        (name, header) -> {
          if (header.manufacturerCode() != OtaHeader.ANY
              && !numbers.contains((long) header.manufacturerCode())) {
            findings.warning(
                main,
                String.format(
                    "does not name the manufacturer 0x%04X (%d) of %s",
                    header.manufacturerCode(), header.manufacturerCode(), name));
          }
          if (header.imageType() != OtaHeader.ANY && !numbers.contains((long) header.imageType())) {
            findings.warning(
                main,
                String.format(
                    "does not name the image type 0x%04X (%d) of %s",
                    header.imageType(), header.imageType(), name));
          }
        });
  }

  private static boolean isAtLeast(String version, int[] wanted) {
    String[] parts = DOT.split(version, -1);
    for (int i = 0; i < wanted.length; i++) {
      String digits = i < parts.length ? parts[i].replaceAll("[^0-9].*", "") : "";
      int part = digits.isEmpty() || digits.length() > 8 ? 0 : Integer.parseInt(digits);
      if (part != wanted[i]) {
        return part > wanted[i];
      }
    }
    return true;
  }

  /** Files that nobody has looked into must be what the directory says, too. */
  private void checkOthers() throws IOException {
    if (findings.hasErrors()) {
      return; // sizes may be lies
    }
    for (ZipDirectory.Entry entry : files.values()) {
      if (!seen.contains(entry.name())) {
        try {
          EntryData.copy(octets, entry, OutputStream.nullOutputStream());
        } catch (BrokenPackageException e) {
          findings.error(entry.name(), e.getMessage());
        }
      }
    }
  }
}
