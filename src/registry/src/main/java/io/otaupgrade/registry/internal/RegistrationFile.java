package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.registry.internal.Registrations.Draft;
import io.otaupgrade.registry.internal.Registrations.Entry;
import io.otaupgrade.registry.internal.store.DurableFile;
import io.otaupgrade.registry.internal.store.Sha256;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The registrations in a file, for a registry that outlives restarts: Java properties in UTF-8,
 * under a first line with the SHA-256 of the rest. A file that is not exactly as it was written is
 * not believed.
 */
final class RegistrationFile {
  private static final String NAME = "registrations.properties";
  private static final String DIGEST_LINE = "# sha-256 ";
  private static final String FORMAT = "1";

  private final Path file;
  private final Path temporary;

  RegistrationFile(Path folder) {
    file = folder.resolve(NAME);
    temporary = folder.resolve(NAME + ".new");
  }

  /** What is kept beside the images. */
  record Contents(Registrations registrations, Map<String, Validator> validators) {
    static final Contents EMPTY = new Contents(Registrations.NONE, Map.of());

    Contents {
      validators = Map.copyOf(validators);
    }
  }

  /** Where the images of a file come from. */
  @FunctionalInterface
  interface ImageSource {
    FirmwareImage load(String sha256, String storedName) throws IOException;
  }

  /** The file is there, but it cannot be read as what it should be. */
  static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  void write(Contents contents) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("format", FORMAT);
    Map<ImageKey, Integer> numbers = new HashMap<>();
    for (Entry entry : contents.registrations().entries()) {
      int number = numbers.size();
      numbers.put(entry.key(), number);
      put(properties, "registration." + number + ".", entry);
    }
    contents
        .registrations()
        .held()
        .forEach(
            (deviceId, keys) ->
                properties.setProperty(
                    "held." + deviceId,
                    keys.stream()
                        .map(key -> numbers.get(key).toString())
                        .collect(Collectors.joining(" "))));
    int number = 0;
    for (Map.Entry<String, Validator> known : contents.validators().entrySet()) {
      String prefix = "validator." + number++ + ".";
      properties.setProperty(prefix + "url", known.getKey());
      properties.setProperty(prefix + "etag", known.getValue().etag());
      properties.setProperty(prefix + "sha256", known.getValue().sha256());
    }
    String body = text(properties);
    String digest = Sha256.of(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    DurableFile.write(
        file, temporary, StandardCharsets.UTF_8.encode(DIGEST_LINE + digest + "\n" + body));
  }

  private static void put(Properties properties, String prefix, Entry entry) {
    ImageRegistration registration = entry.registration();
    ImageKey key = entry.key();
    properties.setProperty(prefix + "driverTypeId", key.driverTypeId());
    properties.setProperty(prefix + "driverVersion", Long.toString(key.driverVersion()));
    properties.setProperty(prefix + "manufacturerId", Integer.toString(key.manufacturerId()));
    properties.setProperty(prefix + "imageTypeId", Integer.toString(key.imageTypeId()));
    properties.setProperty(prefix + "imageVersion", Long.toString(key.imageVersion()));
    properties.setProperty(prefix + "sha256", registration.image().sha256());
    properties.setProperty(prefix + "storedName", registration.image().storedName());
    properties.setProperty(prefix + "url", registration.url());
    registration.mesh().ifPresent(mesh -> properties.setProperty(prefix + "mesh", mesh));
    entry
        .askedPolicy()
        .ifPresent(policy -> properties.setProperty(prefix + "versionPolicy", policy.name()));
    registration
        .previousVersion()
        .ifPresent(
            version -> properties.setProperty(prefix + "previousVersion", version.toString()));
    ImageSelectors selectors = registration.selectors();
    putAll(properties, prefix + "modelIdentifier.", selectors.modelIdentifiers());
    putAll(properties, prefix + "manufacturerName.", selectors.manufacturerNames());
    selectors
        .hardwareVersions()
        .ifPresent(
            range ->
                properties.setProperty(
                    prefix + "hardwareVersions", range.minimum() + " " + range.maximum()));
  }

  private static void putAll(Properties properties, String prefix, Set<String> values) {
    int number = 0;
    for (String value : values) {
      properties.setProperty(prefix + number++, value);
    }
  }

  /** As {@link Properties#store} writes it, without its date, and sorted. */
  private static String text(Properties properties) throws IOException {
    StringWriter out = new StringWriter();
    properties.store(out, null);
    return out.toString()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .sorted()
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** Deletes the file: the next start shall be an empty one. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  /** Moves a file that could not be read out of the way, for a person to look at. */
  void setAside() throws IOException {
    Files.move(
        file, file.resolveSibling(NAME + ".unreadable"), StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads the file; one that is not there is an empty one.
   *
   * @param policy of registrations that did not ask for one
   * @param dropped gets a line for each image that could not be loaded, with which its
   *     registrations are lost
   * @throws UnreadableException when the file is damaged or of an unknown format
   */
  Contents read(ImageSource images, VersionPolicy policy, List<String> dropped) throws IOException {
    Files.deleteIfExists(temporary);
    String text;
    try {
      // octets that are no UTF-8 do not matter here: the digest will not fit
      text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Contents.EMPTY;
    }
    try {
      return new Parser(properties(text), images, policy, dropped).contents();
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(file + ": " + e.getMessage(), e);
    }
  }

  private static Properties properties(String text) throws IOException {
    int end = text.indexOf('\n');
    if (end < 0 || !text.startsWith(DIGEST_LINE)) {
      throw new IllegalArgumentException("the digest of the first line is missing");
    }
    String told = text.substring(DIGEST_LINE.length(), end);
    String body = text.substring(end + 1);
    if (!Sha256.of(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8))).equals(told)) {
      throw new IllegalArgumentException("the octets are not those that were written");
    }
    Properties properties = new Properties();
    properties.load(new StringReader(body));
    if (!FORMAT.equals(properties.getProperty("format"))) {
      throw new IllegalArgumentException(
          "format must be " + FORMAT + ", is " + properties.getProperty("format"));
    }
    return properties;
  }

  /** Makes the registrations of what a file says. */
  private static final class Parser {
    private final Properties properties;
    private final ImageSource images;
    private final VersionPolicy policy;
    private final List<String> dropped;
    private final Map<String, FirmwareImage> loaded = new HashMap<>();
    private final Set<String> lost = new HashSet<>();

    Parser(Properties properties, ImageSource images, VersionPolicy policy, List<String> dropped) {
      this.properties = properties;
      this.images = images;
      this.policy = policy;
      this.dropped = dropped;
    }

    Contents contents() throws IOException {
      Map<Integer, List<Integer>> held = new TreeMap<>();
      for (String name : properties.stringPropertyNames()) {
        if (name.startsWith("held.")) {
          List<Integer> numbers = new ArrayList<>();
          for (String number : properties.getProperty(name).split(" ", -1)) {
            numbers.add(Integer.valueOf(number));
          }
          held.put(Integer.valueOf(name.substring("held.".length())), numbers);
        }
      }
      Draft draft = Registrations.NONE.draft();
      Map<Integer, ImageKey> keys = new HashMap<>();
      for (int number = 0; has("registration." + number + ".sha256"); number++) {
        int wanted = number;
        Set<Integer> holders =
            held.entrySet().stream()
                .filter(entry -> entry.getValue().contains(wanted))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Optional<Entry> entry = entry("registration." + number + ".", holders);
        if (entry.isPresent()) {
          draft.put(entry.get());
          keys.put(number, entry.get().key());
        }
      }
      held.forEach(
          (deviceId, numbers) -> {
            for (int i = numbers.size() - 1; i >= 0; i--) {
              ImageKey key = keys.get(numbers.get(i));
              if (key != null) {
                draft.addedLast(deviceId, key);
              }
            }
          });
      Map<String, Validator> validators = new HashMap<>();
      for (int number = 0; has("validator." + number + ".url"); number++) {
        String prefix = "validator." + number + ".";
        validators.put(
            text(prefix + "url"), new Validator(text(prefix + "etag"), text(prefix + "sha256")));
      }
      validators.values().removeIf(validator -> !loaded.containsKey(validator.sha256()));
      return new Contents(draft.done(), validators);
    }

    private Optional<Entry> entry(String prefix, Set<Integer> holders) {
      ImageKey key =
          new ImageKey(
              text(prefix + "driverTypeId"),
              Long.parseLong(text(prefix + "driverVersion")),
              Integer.parseInt(text(prefix + "manufacturerId")),
              Integer.parseInt(text(prefix + "imageTypeId")),
              Long.parseLong(text(prefix + "imageVersion")));
      Optional<FirmwareImage> image = image(text(prefix + "sha256"), text(prefix + "storedName"));
      if (image.isEmpty()) {
        dropped.add(key + " from " + text(prefix + "url"));
        return Optional.empty();
      }
      Optional<VersionPolicy> askedPolicy =
          optional(prefix + "versionPolicy").map(VersionPolicy::valueOf);
      return Optional.of(
          new Entry(
              new ImageRegistration(
                  key,
                  image.get(),
                  text(prefix + "url"),
                  holders,
                  optional(prefix + "mesh"),
                  new ImageSelectors(
                      all(prefix + "modelIdentifier."),
                      all(prefix + "manufacturerName."),
                      optional(prefix + "hardwareVersions").map(Parser::range)),
                  askedPolicy.orElse(policy),
                  optional(prefix + "previousVersion").map(Long::valueOf)),
              askedPolicy));
    }

    /** Each image once, however many registrations share it. */
    private Optional<FirmwareImage> image(String sha256, String storedName) {
      if (!Sha256.isDigest(sha256)) {
        throw new IllegalArgumentException("sha256 is '" + sha256 + "'");
      }
      if (!loaded.containsKey(sha256) && !lost.contains(sha256)) {
        try {
          loaded.put(sha256, images.load(sha256, storedName));
        } catch (IOException e) {
          lost.add(sha256);
          dropped.add(storedName + ": " + e);
        }
      }
      return Optional.ofNullable(loaded.get(sha256));
    }

    private static HardwareVersionRange range(String text) {
      String[] ends = text.split(" ", 2);
      if (ends.length != 2) {
        throw new IllegalArgumentException("hardwareVersions is '" + text + "'");
      }
      return new HardwareVersionRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }

    private Set<String> all(String prefix) {
      Set<String> values = new HashSet<>();
      for (int number = 0; has(prefix + number); number++) {
        values.add(text(prefix + number));
      }
      return values;
    }

    private boolean has(String name) {
      return properties.getProperty(name) != null;
    }

    private Optional<String> optional(String name) {
      return Optional.ofNullable(properties.getProperty(name));
    }

    private String text(String name) {
      return optional(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }
  }
}
