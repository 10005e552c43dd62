package io.otaupgrade.cluster.internal;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.OtaCluster;
import io.otaupgrade.zcl.ota.OtaRequest.QueryDeviceSpecificFile;
import io.otaupgrade.zcl.ota.OtaRequest.QueryNextImage;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Which image is for which device. */
final class ImageFinder {
  private final Mesh mesh;
  private final ImageRegistry registry;
  private final Supplier<Optional<DeviceBindings>> bindings;

  ImageFinder(Mesh mesh, ImageRegistry registry, Supplier<Optional<DeviceBindings>> bindings) {
    this.mesh = mesh;
    this.registry = registry;
    this.bindings = bindings;
  }

  /** The image to offer to a device that queries. */
  Optional<ImageRegistration> toOffer(Eui64 device, QueryNextImage query) {
    Optional<Node> node = mesh.transport().node(device);
    return registry
        .find(
            new ImageQuery(
                mesh.name(),
                device,
                driverTypes(device),
                query.manufacturerCode(),
                query.imageType(),
                query.currentFileVersion(),
                query.hardwareVersion(),
                node.flatMap(Node::modelIdentifier),
                node.flatMap(Node::manufacturerName)))
        .filter(found -> isDestination(device, found.image()));
  }

  /**
   * The image that a device means which downloads already. It was offered before, by this server or
   * before a restart, so version and hardware version are not judged again; whether the image is
   * for this device is.
   */
  Optional<ImageRegistration> underWay(Eui64 device, ImageId id) {
    List<ImageRegistration> candidates =
        registry.registrations().stream()
            .filter(
                registration -> matches(registration.image(), id) && covers(registration, device))
            .toList();
    // ambiguous only when an operator's selectors overlap; then a driver's image wins
    return candidates.stream()
        .filter(registration -> !registration.isOperators())
        .findFirst()
        .or(() -> candidates.stream().findFirst());
  }

  /** The image that an unknown device means, if there is no doubt and it is for anybody. */
  Optional<FirmwareImage> unmistakable(ImageId id) {
    List<FirmwareImage> stored = registry.images(id);
    return stored.size() == 1
        ? Optional.of(stored.get(0))
            .filter(image -> image.header().upgradeFileDestination().isEmpty())
        : Optional.empty();
  }

  /** Whether several stored images go by this id. */
  boolean isAmbiguous(ImageId id) {
    return registry.images(id).size() > 1;
  }

  /** The file that was made for this one device. */
  Optional<ImageRegistration> deviceSpecific(Eui64 device, QueryDeviceSpecificFile query) {
    if (query.imageType() <= OtaCluster.LAST_MANUFACTURER_IMAGE_TYPE
        || query.imageType() > OtaCluster.LAST_DEVICE_SPECIFIC_IMAGE_TYPE) {
      return Optional.empty();
    }
    return registry.registrations().stream()
        .filter(this::isOnThisMesh)
        .filter(
            registration ->
                registration.image().header().upgradeFileDestination().equals(Optional.of(device)))
        .filter(
            registration -> {
              long version = registration.image().id().fileVersion();
              boolean wanted =
                  query.fileVersion() == version
                      || query.fileVersion() == OtaCluster.ANY_FILE_VERSION;
              return wanted
                  && matches(
                      registration.image(),
                      new ImageId(query.manufacturerCode(), query.imageType(), version));
            })
        .max(Comparator.comparingLong(registration -> registration.image().id().fileVersion()));
  }

  /**
   * Whether some registration still gives this image to the device. While the bindings are away a
   * driver's image may be anybody's.
   */
  boolean isCovered(Eui64 device, FirmwareImage image) {
    boolean bindingsAreAway = bindings.get().isEmpty();
    return registry.registrations().stream()
        .filter(registration -> registration.image().sha256().equals(image.sha256()))
        .anyMatch(
            registration ->
                covers(registration, device) || (bindingsAreAway && !registration.isOperators()));
  }

  /** The registrations that are for this device, whatever it runs. */
  List<ImageRegistration> covering(Eui64 device) {
    return registry.registrations().stream()
        .filter(registration -> covers(registration, device))
        .toList();
  }

  /** Whether a registration is for this device, as far as it can be said without a query. */
  boolean covers(ImageRegistration registration, Eui64 device) {
    if (!isOnThisMesh(registration) || !isDestination(device, registration.image())) {
      return false;
    }
    if (registration.image().header().upgradeFileDestination().isPresent()) {
      return true;
    }
    if (!registration.isOperators()) {
      return driverTypes(device).contains(registration.key().driverTypeId());
    }
    Optional<Node> node = mesh.transport().node(device);
    return selects(registration.selectors().modelIdentifiers(), node.flatMap(Node::modelIdentifier))
        && selects(
            registration.selectors().manufacturerNames(), node.flatMap(Node::manufacturerName));
  }

  /** The device ids of a device. */
  Set<Integer> deviceIds(Eui64 device) {
    Set<Integer> ids = new HashSet<>();
    bindings
        .get()
        .ifPresent(table -> table.bindings(device).forEach(binding -> ids.add(binding.deviceId())));
    return ids;
  }

  /** The device behind a device id. */
  Optional<Eui64> device(int deviceId) {
    return bindings.get().flatMap(table -> table.binding(deviceId)).map(DeviceBinding::device);
  }

  private Set<String> driverTypes(Eui64 device) {
    Set<String> types = new HashSet<>();
    bindings
        .get()
        .ifPresent(
            table ->
                table
                    .bindings(device)
                    .forEach(binding -> binding.driverTypeId().ifPresent(types::add)));
    return types;
  }

  private boolean isOnThisMesh(ImageRegistration registration) {
    return registration.mesh().isEmpty() || registration.mesh().get().equals(mesh.name());
  }

  private static boolean isDestination(Eui64 device, FirmwareImage image) {
    Optional<Eui64> destination = image.header().upgradeFileDestination();
    return destination.isEmpty() || destination.get().equals(device);
  }

  private static boolean selects(Set<String> wanted, Optional<String> is) {
    return wanted.isEmpty() || (is.isPresent() && wanted.contains(is.get()));
  }

  private static boolean matches(FirmwareImage image, ImageId asked) {
    ImageId id = image.id();
    return id.fileVersion() == asked.fileVersion()
        && id.imageType() == asked.imageType()
        && (id.manufacturerCode() == asked.manufacturerCode()
            || id.manufacturerCode() == OtaCluster.ANY_MANUFACTURER);
  }
}
