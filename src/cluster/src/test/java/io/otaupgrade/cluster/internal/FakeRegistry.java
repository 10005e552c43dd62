package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageRegistryListener;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A registry that holds what the test puts in, matches as the real one, and tells its listener. */
final class FakeRegistry implements ImageRegistry {

  final List<ImageRegistration> registrations = new ArrayList<>();
  private final Runnable afterEvent;

  FakeRegistry(Runnable afterEvent) {
    this.afterEvent = afterEvent;
  }

  Optional<ImageRegistryListener> listener = Optional.empty();

  /** A driver's image for all devices of its type. */
  ImageRegistration register(FirmwareImage image, String driverTypeId, Integer... holders) {
    return add(
        registration(
            image,
            driverTypeId,
            Set.of(holders),
            Optional.empty(),
            ImageSelectors.NONE,
            VersionPolicy.NEWER));
  }

  static ImageRegistration registration(
      FirmwareImage image,
      String driverTypeId,
      Set<Integer> holders,
      Optional<String> mesh,
      ImageSelectors selectors,
      VersionPolicy policy) {
    ImageId id = image.id();
    return new ImageRegistration(
        new ImageKey(driverTypeId, 1, id.manufacturerCode(), id.imageType(), id.fileVersion()),
        image,
        "http://example.test/" + image.storedName(),
        holders,
        mesh,
        selectors,
        policy,
        Optional.empty());
  }

  ImageRegistration add(ImageRegistration registration) {
    registrations.add(registration);
    tell(ImageEvent.Kind.REGISTERED, registration, registration.holders());
    return registration;
  }

  void addHolder(ImageRegistration registration, int deviceId) {
    Set<Integer> holders = new HashSet<>(registration.holders());
    holders.add(deviceId);
    replaceHolders(registration, holders, ImageEvent.Kind.HOLDER_ADDED, deviceId);
  }

  void withdrawHolder(ImageRegistration registration, int deviceId) {
    Set<Integer> holders = new HashSet<>(registration.holders());
    holders.remove(deviceId);
    replaceHolders(registration, holders, ImageEvent.Kind.HOLDER_WITHDRAWN, deviceId);
  }

  private void replaceHolders(
      ImageRegistration registration, Set<Integer> holders, ImageEvent.Kind kind, int deviceId) {
    ImageRegistration changed =
        new ImageRegistration(
            registration.key(),
            registration.image(),
            registration.url(),
            holders,
            registration.mesh(),
            registration.selectors(),
            registration.versionPolicy(),
            registration.previousVersion());
    registrations.replaceAll(other -> other.key().equals(registration.key()) ? changed : other);
    tell(kind, changed, Set.of(deviceId));
  }

  void removeRegistration(ImageRegistration registration) {
    registrations.removeIf(other -> other.key().equals(registration.key()));
    tell(ImageEvent.Kind.REMOVED, registration, registration.holders());
  }

  void tell(ImageEvent.Kind kind) {
    listener.ifPresent(
        hearing -> hearing.changed(new ImageEvent(kind, Optional.empty(), Set.of())));
    afterEvent.run();
  }

  private void tell(ImageEvent.Kind kind, ImageRegistration registration, Set<Integer> ids) {
    listener.ifPresent(
        hearing -> hearing.changed(new ImageEvent(kind, Optional.of(registration), ids)));
    afterEvent.run();
  }

  @Override
  public Optional<ImageRegistration> find(ImageQuery query) {
    return registrations.stream()
        .filter(registration -> registration.mesh().map(query.mesh()::equals).orElse(true))
        .filter(registration -> isFor(registration, query))
        .filter(
            registration ->
                matches(
                    registration.image(),
                    query.manufacturerCode(),
                    query.imageType(),
                    registration.image().id().fileVersion()))
        .filter(
            registration ->
                registration.image().header().hardwareVersions().isEmpty()
                    || (query.hardwareVersion().isPresent()
                        && registration
                            .image()
                            .header()
                            .suitsHardware(query.hardwareVersion().getAsInt())))
        .filter(
            registration ->
                registration
                    .versionPolicy()
                    .offers(registration.image().id().fileVersion(), query.currentFileVersion()))
        .max(Comparator.comparingLong(registration -> registration.image().id().fileVersion()));
  }

  private static boolean isFor(ImageRegistration registration, ImageQuery query) {
    if (!registration.isOperators()) {
      return query.driverTypeIds().contains(registration.key().driverTypeId());
    }
    ImageSelectors selectors = registration.selectors();
    return (selectors.modelIdentifiers().isEmpty()
            || query.modelIdentifier().map(selectors.modelIdentifiers()::contains).orElse(false))
        && (selectors.manufacturerNames().isEmpty()
            || query.manufacturerName().map(selectors.manufacturerNames()::contains).orElse(false));
  }

  private static boolean matches(
      FirmwareImage image, int manufacturerCode, int imageType, long fileVersion) {
    ImageId id = image.id();
    return (id.manufacturerCode() == manufacturerCode || id.manufacturerCode() == 0xFFFF)
        && id.imageType() == imageType
        && id.fileVersion() == fileVersion;
  }

  @Override
  public List<ImageRegistration> registrations() {
    return List.copyOf(registrations);
  }

  @Override
  public List<FirmwareImage> images(ImageId id) {
    return registrations.stream()
        .map(ImageRegistration::image)
        .filter(image -> matches(image, id.manufacturerCode(), id.imageType(), id.fileVersion()))
        .distinct()
        .toList();
  }

  @Override
  public PendingRegistration register(RegistrationRequest request) {
    throw new UnsupportedOperationException("the cluster registers nothing");
  }

  @Override
  public boolean withdraw(int deviceId, int imageTypeId) {
    throw new UnsupportedOperationException("the cluster withdraws nothing");
  }

  @Override
  public boolean remove(ImageKey key) {
    throw new UnsupportedOperationException("the cluster removes nothing");
  }

  @Override
  public List<ImageRegistration> heldBy(int deviceId) {
    return registrations.stream()
        .filter(registration -> registration.holders().contains(deviceId))
        .toList();
  }
}
