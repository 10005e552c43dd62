package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageEvent.Kind;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationOutcome.Verdict;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.registry.internal.Registrations.Draft;
import io.otaupgrade.registry.internal.Registrations.Entry;
import io.otaupgrade.zcl.file.HardwareVersionRange;
import io.otaupgrade.zcl.file.OtaHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a request does to the registrations. Functions of their arguments alone; docs/images.md
 * tells the rules in prose.
 */
final class RegistrationRules {
  private static final int MAXIMUM_DRIVER_TYPE_LENGTH = 255;
  private static final int MAXIMUM_URL_LENGTH = 2048;
  private static final int MAXIMUM_SELECTOR_LENGTH = 255;
  private static final int MAXIMUM_SELECTORS = 1000;

  private RegistrationRules() {}

  /** The registrations afterwards, and what to tell of it. */
  record Change(Registrations next, List<ImageEvent> events) {
    Change {
      events = List.copyOf(events);
    }
  }

  /** What a request comes to; the change is there when the outcome is that it is registered. */
  record Decision(RegistrationOutcome outcome, Optional<Change> change) {
    private static Decision refuse(RegistrationOutcome refusal) {
      return new Decision(refusal, Optional.empty());
    }

    private static Decision refuse(Verdict verdict, String detail) {
      return refuse(RegistrationOutcome.rejected(verdict, detail));
    }

    private static Decision accept(Entry entry, Draft draft, List<ImageEvent> events) {
      return new Decision(
          RegistrationOutcome.registered(entry.registration()),
          Optional.of(new Change(draft.done(), events)));
    }
  }

  /** What can be refused without knowing the image. */
  static Optional<RegistrationOutcome> refusalBeforeFetch(
      Registrations now, RegistrationRequest request) {
    return invalid(request)
        .map(detail -> RegistrationOutcome.rejected(Verdict.INVALID_DATA, detail))
        .or(() -> incompatible(now, request));
  }

  /** In what the image's header differs from what was announced. */
  static Optional<RegistrationOutcome> mismatch(RegistrationRequest request, OtaHeader header) {
    return differs("manufacturerCode", header.manufacturerCode(), request.manufacturerId())
        .or(() -> differs("imageType", header.imageType(), request.imageTypeId()))
        .map(detail -> RegistrationOutcome.rejected(Verdict.VALIDATION_FAILED, detail));
  }

  private static Optional<String> differs(String field, int inHeader, Optional<Integer> asked) {
    if (asked.isEmpty()) {
      return inHeader == OtaHeader.ANY && field.equals("imageType")
          ? Optional.of("imageType is 0xFFFF, which stands for any: say which one it is for")
          : Optional.empty();
    }
    return inHeader == asked.get() || inHeader == OtaHeader.ANY
        ? Optional.empty()
        : Optional.of(text("%s is 0x%04X, announced was 0x%04X", field, inHeader, asked.get()));
  }

  /** Registers an image that {@linkplain #mismatch matches} its request. */
  static Decision register(
      Registrations now,
      RegistrationRequest request,
      FirmwareImage image,
      VersionPolicy defaultPolicy) {
    Optional<RegistrationOutcome> refusal =
        refusalBeforeFetch(now, request).or(() -> mismatch(request, image.header()));
    if (refusal.isPresent()) {
      return Decision.refuse(refusal.get());
    }
    return isOperators(request)
        ? registerOperators(now, request, image, defaultPolicy)
        : registerDrivers(now, request, image, defaultPolicy);
  }

  private static Decision registerDrivers(
      Registrations now,
      RegistrationRequest request,
      FirmwareImage image,
      VersionPolicy defaultPolicy) {
    ImageKey key = key(request, image);
    List<Entry> ofType =
        now.entries().stream()
            .filter(entry -> entry.key().driverTypeId().equals(key.driverTypeId()))
            .toList();
    // a type has one registration for a manufacturer and image type at most
    Optional<Entry> previous =
        ofType.stream()
            .filter(entry -> entry.key().manufacturerId() == key.manufacturerId())
            .filter(entry -> entry.key().imageTypeId() == key.imageTypeId())
            .findFirst();
    if (previous.isPresent()
        && previous.get().key().equals(key)
        && !previous.get().sha256().equals(image.sha256())) {
      return Decision.refuse(Verdict.INVALID_DATA, otherOctets(previous.get(), image));
    }

    Draft draft = now.draft();
    List<ImageEvent> removed = new ArrayList<>();
    List<ImageEvent> added = new ArrayList<>();
    Set<Integer> holders = new HashSet<>(request.holders());
    previous.ifPresent(entry -> holders.addAll(entry.registration().holders()));
    Entry entry =
        new Entry(
            new ImageRegistration(
                key,
                image,
                request.url(),
                holders,
                Optional.empty(),
                ImageSelectors.NONE,
                request.versionPolicy().orElse(defaultPolicy),
                previous.flatMap(old -> versionBefore(old, key))),
            request.versionPolicy());
    if (previous.isEmpty()) {
      draft.put(entry);
      added.add(event(Kind.REGISTERED, entry));
    } else if (previous.get().key().equals(key)) {
      draft.put(entry);
      Set<Integer> newHolders = new HashSet<>(request.holders());
      newHolders.removeAll(previous.get().registration().holders());
      if (!newHolders.isEmpty()) {
        added.add(event(Kind.HOLDER_ADDED, entry, newHolders));
      }
    } else {
      draft.replace(previous.get().key(), entry);
      removed.add(event(Kind.REMOVED, previous.get()));
      added.add(event(Kind.REGISTERED, entry));
    }
    // the type's driver has another version now, and so have its other images
    for (Entry other : ofType) {
      if (other.key().driverVersion() != key.driverVersion() && !isSame(other, previous)) {
        Entry moved = withDriverVersion(other, key.driverVersion());
        draft.replace(other.key(), moved);
        removed.add(event(Kind.REMOVED, other));
        added.add(event(Kind.REGISTERED, moved));
      }
    }
    request.holders().forEach(deviceId -> draft.addedLast(deviceId, key));

    List<ImageEvent> events = new ArrayList<>(removed);
    events.addAll(added);
    return Decision.accept(entry, draft, events);
  }

  private static boolean isSame(Entry entry, Optional<Entry> other) {
    return other.map(Entry::key).map(entry.key()::equals).orElse(false);
  }

  private static Optional<Long> versionBefore(Entry old, ImageKey key) {
    return old.key().imageVersion() == key.imageVersion()
        ? old.registration().previousVersion()
        : Optional.of(old.key().imageVersion());
  }

  private static Entry withDriverVersion(Entry entry, long driverVersion) {
    ImageKey old = entry.key();
    return entry.withKey(
        new ImageKey(
            old.driverTypeId(),
            driverVersion,
            old.manufacturerId(),
            old.imageTypeId(),
            old.imageVersion()));
  }

  private static Decision registerOperators(
      Registrations now,
      RegistrationRequest request,
      FirmwareImage image,
      VersionPolicy defaultPolicy) {
    ImageKey asked = key(request, image);
    List<Entry> ofSameId =
        now.entries().stream()
            .filter(entry -> entry.registration().isOperators())
            .filter(entry -> entry.key().manufacturerId() == asked.manufacturerId())
            .filter(entry -> entry.key().imageTypeId() == asked.imageTypeId())
            .filter(entry -> entry.key().imageVersion() == asked.imageVersion())
            .toList();
    // an operator who registers the same image again has changed their mind about its devices
    Optional<Entry> previous =
        ofSameId.stream()
            .filter(entry -> entry.sha256().equals(image.sha256()))
            .filter(entry -> Registrations.shareMesh(entry.registration().mesh(), request.mesh()))
            .findFirst();
    Entry entry =
        new Entry(
            new ImageRegistration(
                previous.map(Entry::key).orElseGet(() -> freeKey(now, asked)),
                image,
                request.url(),
                Set.of(),
                request.mesh(),
                request.selectors(),
                request.versionPolicy().orElse(defaultPolicy),
                Optional.empty()),
            request.versionPolicy());

    List<Entry> rivals = now.rivals(entry);
    if (request.selectors().isEmpty() && !rivals.isEmpty()) {
      return Decision.refuse(
          Verdict.SELECTORS_REQUIRED,
          "manufacturer and image type are those of " + names(rivals) + " too");
    }
    List<Entry> unselective =
        rivals.stream()
            .filter(rival -> rival.registration().isOperators())
            .filter(rival -> rival.registration().selectors().isEmpty())
            .toList();
    if (!unselective.isEmpty()) {
      return Decision.refuse(
          Verdict.SELECTORS_REQUIRED,
          names(unselective)
              + " has the same manufacturer and image type and no selectors: register it again with"
              + " some, or remove it");
    }
    for (Entry other : ofSameId) {
      if (!other.sha256().equals(image.sha256()) && !areApart(other, request)) {
        return Decision.refuse(Verdict.INVALID_DATA, otherOctets(other, image));
      }
    }

    boolean isNews =
        previous.isEmpty() || !sameReach(previous.get().registration(), entry.registration());
    return Decision.accept(
        entry, now.draft().put(entry), isNews ? List.of(event(Kind.REGISTERED, entry)) : List.of());
  }

  private static boolean sameReach(ImageRegistration one, ImageRegistration other) {
    return one.mesh().equals(other.mesh())
        && one.selectors().equals(other.selectors())
        && one.versionPolicy() == other.versionPolicy();
  }

  /** An operator has no driver whose version could tell images of one id apart: count it up. */
  private static ImageKey freeKey(Registrations now, ImageKey asked) {
    ImageKey key = asked;
    while (now.entry(key).isPresent()) {
      key =
          new ImageKey(
              key.driverTypeId(),
              (key.driverVersion() + 1) & 0xFFFF_FFFFL,
              key.manufacturerId(),
              key.imageTypeId(),
              key.imageVersion());
    }
    return key;
  }

  /** Whether no device can be meant by both. */
  private static boolean areApart(Entry entry, RegistrationRequest request) {
    ImageSelectors one = entry.registration().selectors();
    ImageSelectors other = request.selectors();
    return !Registrations.shareMesh(entry.registration().mesh(), request.mesh())
        || areApart(one.modelIdentifiers(), other.modelIdentifiers())
        || areApart(one.manufacturerNames(), other.manufacturerNames())
        || areApart(one.hardwareVersions(), other.hardwareVersions());
  }

  private static boolean areApart(Set<String> one, Set<String> other) {
    return !one.isEmpty() && !other.isEmpty() && Collections.disjoint(one, other);
  }

  private static boolean areApart(
      Optional<HardwareVersionRange> one, Optional<HardwareVersionRange> other) {
    return one.isPresent()
        && other.isPresent()
        && (one.get().maximum() < other.get().minimum()
            || other.get().maximum() < one.get().minimum());
  }

  /** Withdraws a device id from what it holds of an image type; empty when it holds nothing. */
  static Optional<Change> withdraw(Registrations now, int deviceId, int imageTypeId) {
    Draft draft = now.draft();
    List<ImageEvent> events = new ArrayList<>();
    for (ImageKey key : now.held().getOrDefault(deviceId, List.of())) {
      if (key.imageTypeId() != imageTypeId) {
        continue;
      }
      Entry entry = now.entry(key).orElseThrow();
      Set<Integer> left = new HashSet<>(entry.registration().holders());
      left.remove(deviceId);
      if (left.isEmpty()) {
        draft.remove(key);
        events.add(event(Kind.REMOVED, entry));
      } else {
        Entry without = entry.withHolders(left);
        draft.withdraw(deviceId, without);
        events.add(event(Kind.HOLDER_WITHDRAWN, without, Set.of(deviceId)));
      }
    }
    return events.isEmpty() ? Optional.empty() : Optional.of(new Change(draft.done(), events));
  }

  /** Removes a registration from all its holders; empty when it is not there. */
  static Optional<Change> remove(Registrations now, ImageKey key) {
    return now.entry(key)
        .map(
            entry ->
                new Change(now.draft().remove(key).done(), List.of(event(Kind.REMOVED, entry))));
  }

  private static Optional<RegistrationOutcome> incompatible(
      Registrations now, RegistrationRequest request) {
    if (isOperators(request)) {
      return Optional.empty();
    }
    for (Entry entry : now.entries()) {
      if (entry.key().driverTypeId().equals(request.driverTypeId())
          && entry.key().driverVersion() != request.driverVersion()
          && !request.holders().containsAll(entry.registration().holders())) {
        Set<Integer> others = new TreeSet<>(entry.registration().holders());
        others.removeAll(request.holders());
        return Optional.of(
            RegistrationOutcome.rejected(
                Verdict.INCOMPATIBLE_DRIVER_VERSION,
                text(
                    "driver version is %d, device ids %s hold images of %s under version %d",
                    request.driverVersion(),
                    others,
                    request.driverTypeId(),
                    entry.key().driverVersion())));
      }
    }
    return Optional.empty();
  }

  /** What is wrong with the request's arguments. */
  private static Optional<String> invalid(RegistrationRequest request) {
    if (isNoText(request.driverTypeId(), MAXIMUM_DRIVER_TYPE_LENGTH)) {
      return Optional.of(
          text(
              "driverTypeId must have 1..%d printable characters, has %d",
              MAXIMUM_DRIVER_TYPE_LENGTH, request.driverTypeId().length()));
    }
    if (request.driverVersion() < 0 || request.driverVersion() > 0xFFFF_FFFFL) {
      return Optional.of(
          text("driverVersion must be 0..4294967295, was %d", request.driverVersion()));
    }
    if (isNoText(request.url(), MAXIMUM_URL_LENGTH)) {
      return Optional.of(
          text(
              "url must have 1..%d printable characters, has %d",
              MAXIMUM_URL_LENGTH, request.url().length()));
    }
    return notU16("manufacturerId", request.manufacturerId())
        .or(() -> notU16("imageTypeId", request.imageTypeId()))
        .or(() -> isOperators(request) ? invalidOperators(request) : invalidDrivers(request));
  }

  private static Optional<String> invalidDrivers(RegistrationRequest request) {
    if (request.holders().isEmpty()) {
      return Optional.of(
          request.driverTypeId() + " is a driver's type: the device id that holds it is missing");
    }
    for (int deviceId : request.holders()) {
      if (deviceId <= 0) {
        return Optional.of(text("device id must be 1..2147483647, was %d", deviceId));
      }
    }
    if (request.manufacturerId().isEmpty() || request.imageTypeId().isEmpty()) {
      return Optional.of("a driver must say manufacturerId and imageTypeId");
    }
    if (request.mesh().isPresent() || !request.selectors().isEmpty()) {
      return Optional.of("mesh and selectors are for an operator's image, not a driver's");
    }
    return Optional.empty();
  }

  private static Optional<String> invalidOperators(RegistrationRequest request) {
    if (!request.holders().isEmpty()) {
      return Optional.of(
          "driverTypeId " + ImageKey.OPERATOR + " is reserved, no device id may use it");
    }
    for (Set<String> names :
        List.of(request.selectors().modelIdentifiers(), request.selectors().manufacturerNames())) {
      if (names.size() > MAXIMUM_SELECTORS
          || names.stream().anyMatch(name -> isNoText(name, MAXIMUM_SELECTOR_LENGTH))) {
        return Optional.of(
            text(
                "selectors may be %d names of 1..%d printable characters",
                MAXIMUM_SELECTORS, MAXIMUM_SELECTOR_LENGTH));
      }
    }
    if (request.mesh().isPresent() && isNoText(request.mesh().get(), MAXIMUM_SELECTOR_LENGTH)) {
      return Optional.of(
          text("mesh must have 1..%d printable characters", MAXIMUM_SELECTOR_LENGTH));
    }
    return Optional.empty();
  }

  private static Optional<String> notU16(String name, Optional<Integer> value) {
    return value
        .filter(number -> number < 0 || number > 0xFFFF)
        .map(number -> text("%s must be 0..65535, was %d", name, number));
  }

  /** Control characters would go into logs and pages. */
  private static boolean isNoText(String text, int maximumLength) {
    return text.isBlank()
        || text.length() > maximumLength
        || text.chars().anyMatch(Character::isISOControl);
  }

  private static boolean isOperators(RegistrationRequest request) {
    return request.driverTypeId().equals(ImageKey.OPERATOR);
  }

  private static ImageKey key(RegistrationRequest request, FirmwareImage image) {
    OtaHeader header = image.header();
    return new ImageKey(
        request.driverTypeId(),
        request.driverVersion(),
        request.manufacturerId().orElse(header.manufacturerCode()),
        request.imageTypeId().orElse(header.imageType()),
        header.fileVersion());
  }

  private static ImageEvent event(Kind kind, Entry entry) {
    return event(kind, entry, entry.registration().holders());
  }

  private static ImageEvent event(Kind kind, Entry entry, Set<Integer> deviceIds) {
    return new ImageEvent(kind, Optional.of(entry.registration()), deviceIds);
  }

  private static String otherOctets(Entry entry, FirmwareImage image) {
    return text(
        "%s is registered with other octets: SHA-256 %s, these have %s",
        entry.key(), entry.sha256(), image.sha256());
  }

  private static String names(List<Entry> entries) {
    return entries.stream()
        .map(entry -> entry.key() + " (" + entry.registration().image().storedName() + ")")
        .collect(Collectors.joining(", "));
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
