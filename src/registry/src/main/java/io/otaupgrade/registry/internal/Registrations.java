package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import io.otaupgrade.zcl.file.OtaHeader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * All registrations at one moment, and the answers to questions about them. Immutable: who holds
 * one sees no half-made change, and needs no lock.
 */
final class Registrations {

  /** None at all. */
  static final Registrations NONE = new Registrations(new Draft(Map.of(), Map.of()));

  /**
   * A registration and what the request left open.
   *
   * @param askedPolicy empty = as the configuration says, also when that changes later
   */
  record Entry(ImageRegistration registration, Optional<VersionPolicy> askedPolicy) {
    ImageKey key() {
      return registration.key();
    }

    String sha256() {
      return registration.image().sha256();
    }

    Entry withKey(ImageKey key) {
      return new Entry(
          copy(key, registration.image(), registration.holders(), registration.versionPolicy()),
          askedPolicy);
    }

    Entry withHolders(Set<Integer> holders) {
      return new Entry(
          copy(key(), registration.image(), holders, registration.versionPolicy()), askedPolicy);
    }

    Entry withImage(FirmwareImage image) {
      return new Entry(
          copy(key(), image, registration.holders(), registration.versionPolicy()), askedPolicy);
    }

    Entry withDefaultPolicy(VersionPolicy policy) {
      return new Entry(
          copy(key(), registration.image(), registration.holders(), askedPolicy.orElse(policy)),
          askedPolicy);
    }

    private ImageRegistration copy(
        ImageKey key, FirmwareImage image, Set<Integer> holders, VersionPolicy policy) {
      return new ImageRegistration(
          key,
          image,
          registration.url(),
          holders,
          registration.mesh(),
          registration.selectors(),
          policy,
          registration.previousVersion());
    }
  }

  private final Map<ImageKey, Entry> entries;
  private final Map<Integer, List<ImageKey>> held;
  private final List<ImageRegistration> all;
  private final Map<Integer, List<Entry>> byImageType = new HashMap<>();
  private final Map<String, FirmwareImage> byStoredName = new HashMap<>();
  private final Map<String, FirmwareImage> byDigest = new HashMap<>();
  private final Set<ImageKey> ambiguous = new HashSet<>();

  private Registrations(Draft draft) {
    entries = Collections.unmodifiableMap(draft.entries);
    held = Map.copyOf(draft.held);
    List<ImageRegistration> registrations = new ArrayList<>(entries.size());
    for (Entry entry : entries.values()) {
      FirmwareImage image = entry.registration.image();
      registrations.add(entry.registration);
      byImageType.computeIfAbsent(entry.key().imageTypeId(), type -> new ArrayList<>()).add(entry);
      byStoredName.put(image.storedName(), image);
      byDigest.put(image.sha256(), image);
    }
    all = List.copyOf(registrations);
    for (Entry entry : entries.values()) {
      if (entry.registration.isOperators()
          && entry.registration.selectors().isEmpty()
          && !rivals(entry).isEmpty()) {
        ambiguous.add(entry.key());
      }
    }
  }

  /** In the order of registration. */
  List<ImageRegistration> all() {
    return all;
  }

  /** In the order of registration. */
  Collection<Entry> entries() {
    return entries.values();
  }

  Optional<Entry> entry(ImageKey key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** For each device id the keys that it holds, the latest addition first. */
  Map<Integer, List<ImageKey>> held() {
    return held;
  }

  List<ImageRegistration> heldBy(int deviceId) {
    return held.getOrDefault(deviceId, List.of()).stream()
        .map(key -> entries.get(key).registration)
        .toList();
  }

  Optional<FirmwareImage> byStoredName(String storedName) {
    return Optional.ofNullable(byStoredName.get(storedName));
  }

  Optional<FirmwareImage> byDigest(String sha256) {
    return Optional.ofNullable(byDigest.get(sha256));
  }

  /** SHA-256 of every image. */
  Set<String> digests() {
    return Collections.unmodifiableSet(byDigest.keySet());
  }

  /**
   * Operators' images that lack the selectors which others of the same manufacturer and type have
   * made necessary. They are offered to nobody until they get some.
   */
  Set<ImageKey> ambiguous() {
    return Collections.unmodifiableSet(ambiguous);
  }

  /** As {@link io.otaupgrade.api.image.ImageRegistry#images}. */
  List<FirmwareImage> images(ImageId id) {
    List<FirmwareImage> images = new ArrayList<>(1);
    for (Entry entry : byImageType.getOrDefault(id.imageType(), List.of())) {
      FirmwareImage image = entry.registration.image();
      int manufacturerCode = image.header().manufacturerCode();
      if (image.header().fileVersion() == id.fileVersion()
          && (manufacturerCode == id.manufacturerCode() || manufacturerCode == OtaHeader.ANY)
          && images.stream().noneMatch(other -> other.sha256().equals(image.sha256()))) {
        images.add(image);
      }
    }
    return List.copyOf(images);
  }

  /**
   * As {@link io.otaupgrade.api.image.ImageRegistry#find}.
   *
   * @param hardwareVersionRequired whether an image for certain hardware is kept from a device that
   *     does not say what hardware it is
   */
  Optional<ImageRegistration> find(ImageQuery query, boolean hardwareVersionRequired) {
    Entry best = null;
    for (Entry entry : byImageType.getOrDefault(query.imageType(), List.of())) {
      if (isFor(entry, query, hardwareVersionRequired) && (best == null || isBetter(entry, best))) {
        best = entry;
      }
    }
    return Optional.ofNullable(best).map(Entry::registration);
  }

  private boolean isFor(Entry entry, ImageQuery query, boolean hardwareVersionRequired) {
    ImageRegistration registration = entry.registration;
    OtaHeader header = registration.image().header();
    int manufacturerId = entry.key().manufacturerId();
    return (manufacturerId == query.manufacturerCode() || manufacturerId == OtaHeader.ANY)
        && registration
            .versionPolicy()
            .offers(entry.key().imageVersion(), query.currentFileVersion())
        && header.upgradeFileDestination().map(query.device()::equals).orElse(true)
        && suitsHardware(
            header.hardwareVersions(), query.hardwareVersion(), hardwareVersionRequired)
        && covers(entry, query);
  }

  private boolean covers(Entry entry, ImageQuery query) {
    ImageRegistration registration = entry.registration;
    if (!registration.isOperators()) {
      return query.driverTypeIds().contains(entry.key().driverTypeId());
    }
    ImageSelectors selectors = registration.selectors();
    return registration.mesh().map(query.mesh()::equals).orElse(true)
        && !ambiguous.contains(entry.key())
        && selects(selectors.modelIdentifiers(), query.modelIdentifier())
        && selects(selectors.manufacturerNames(), query.manufacturerName())
        && suitsHardware(selectors.hardwareVersions(), query.hardwareVersion(), true);
  }

  private static boolean selects(Set<String> names, Optional<String> name) {
    return names.isEmpty() || name.map(names::contains).orElse(false);
  }

  private static boolean suitsHardware(
      Optional<HardwareVersionRange> range, OptionalInt hardwareVersion, boolean required) {
    return range.isEmpty()
        || (hardwareVersion.isPresent()
            ? range.get().contains(hardwareVersion.getAsInt())
            : !required);
  }

  /**
   * Whether an image goes before another that is for the same device too: by its version, else the
   * one that knows the device better; the rest only makes the answer always the same.
   */
  private static boolean isBetter(Entry entry, Entry other) {
    if (entry.key().imageVersion() != other.key().imageVersion()) {
      return entry.key().imageVersion() > other.key().imageVersion();
    }
    OtaHeader header = entry.registration.image().header();
    OtaHeader otherHeader = other.registration.image().header();
    if (header.upgradeFileDestination().isPresent()
        != otherHeader.upgradeFileDestination().isPresent()) {
      return header.upgradeFileDestination().isPresent();
    }
    if (entry.registration.isOperators() != other.registration.isOperators()) {
      return !entry.registration.isOperators();
    }
    if (entry.key().manufacturerId() != other.key().manufacturerId()) {
      return other.key().manufacturerId() == OtaHeader.ANY;
    }
    return entry.sha256().compareTo(other.sha256()) < 0;
  }

  /**
   * The registrations of other octets that a device cannot tell from this one by manufacturer and
   * image type on any common mesh.
   */
  List<Entry> rivals(Entry entry) {
    return byImageType.getOrDefault(entry.key().imageTypeId(), List.of()).stream()
        .filter(other -> !other.key().equals(entry.key()))
        .filter(other -> !other.sha256().equals(entry.sha256()))
        .filter(
            other -> sameManufacturer(other.key().manufacturerId(), entry.key().manufacturerId()))
        .filter(other -> shareMesh(other.registration.mesh(), entry.registration.mesh()))
        .toList();
  }

  private static boolean sameManufacturer(int one, int other) {
    return one == other || one == OtaHeader.ANY || other == OtaHeader.ANY;
  }

  static boolean shareMesh(Optional<String> one, Optional<String> other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }

  /** Begins a change. */
  Draft draft() {
    return new Draft(entries, held);
  }

  /** A change of the registrations that is being put together; of one thread. */
  static final class Draft {
    private final Map<ImageKey, Entry> entries; // in the order of registration
    private final Map<Integer, List<ImageKey>> held;

    private Draft(Map<ImageKey, Entry> entries, Map<Integer, List<ImageKey>> held) {
      this.entries = new LinkedHashMap<>(entries);
      this.held = new HashMap<>(held);
    }

    /** Adds a registration behind the others, or puts it in the place of that of the same key. */
    Draft put(Entry entry) {
      entries.put(entry.key(), entry);
      for (int deviceId : entry.registration.holders()) {
        List<ImageKey> keys = held.getOrDefault(deviceId, List.of());
        if (!keys.contains(entry.key())) {
          held.put(deviceId, prepend(entry.key(), keys));
        }
      }
      return this;
    }

    /** Removes a registration, whoever holds it. */
    Draft remove(ImageKey key) {
      Entry entry = entries.remove(key);
      if (entry != null) {
        entry.registration.holders().forEach(deviceId -> drop(deviceId, key));
      }
      return this;
    }

    /** Puts a registration in the place of one of another key, for all who held that. */
    Draft replace(ImageKey old, Entry entry) {
      entries.remove(old);
      held.replaceAll(
          (deviceId, keys) ->
              keys.stream().map(key -> key.equals(old) ? entry.key() : key).toList());
      return put(entry);
    }

    /** Notes that this is what the device id added last. */
    Draft addedLast(int deviceId, ImageKey key) {
      List<ImageKey> others =
          held.getOrDefault(deviceId, List.of()).stream()
              .filter(other -> !other.equals(key))
              .toList();
      held.put(deviceId, prepend(key, others));
      return this;
    }

    /** Takes the device id from a registration that has other holders too. */
    Draft withdraw(int deviceId, Entry without) {
      entries.put(without.key(), without);
      drop(deviceId, without.key());
      return this;
    }

    /** Changes every registration, but not its key. */
    Draft replaceAll(UnaryOperator<Entry> change) {
      entries.replaceAll((key, entry) -> change.apply(entry));
      return this;
    }

    /** The registrations as they are after the change. */
    Registrations done() {
      return new Registrations(new Draft(entries, held));
    }

    private void drop(int deviceId, ImageKey key) {
      List<ImageKey> left =
          held.getOrDefault(deviceId, List.of()).stream()
              .filter(other -> !other.equals(key))
              .toList();
      if (left.isEmpty()) {
        held.remove(deviceId);
      } else {
        held.put(deviceId, left);
      }
    }

    private static List<ImageKey> prepend(ImageKey key, List<ImageKey> keys) {
      List<ImageKey> longer = new ArrayList<>(keys.size() + 1);
      longer.add(key);
      longer.addAll(keys);
      return List.copyOf(longer);
    }
  }
}
