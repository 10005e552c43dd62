package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Holds what the test says; hears whose holdings are looked for. */
final class FakeRegistry implements ImageRegistry {

  final List<String> order;
  final Map<Integer, List<ImageRegistration>> held = new TreeMap<>();

  FakeRegistry(List<String> order) {
    this.order = order;
  }

  /** The device id holds an image that a driver of this version registered. */
  void hold(int deviceId, String driverTypeId, long driverVersion) {
    List<ImageRegistration> its = held.computeIfAbsent(deviceId, none -> new ArrayList<>());
    its.add(
        new ImageRegistration(
            new ImageKey(driverTypeId, driverVersion, 0xFFF1, its.size(), 1),
            new NoImage(),
            "controller://driver/lamp/lamp.zigbee",
            Set.of(deviceId),
            Optional.empty(),
            ImageSelectors.NONE,
            VersionPolicy.NEWER,
            Optional.empty()));
  }

  /** The versions of the drivers whose images the device id holds. */
  List<Long> versionsHeldBy(int deviceId) {
    return held.getOrDefault(deviceId, List.of()).stream()
        .map(registration -> registration.key().driverVersion())
        .toList();
  }

  private static final class NoImage implements FirmwareImage {
    @Override
    public ImageId id() {
      throw new UnsupportedOperationException();
    }

    @Override
    public OtaHeader header() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String sha256() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String storedName() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ByteBuffer octets() {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public List<ImageRegistration> heldBy(int deviceId) {
    order.add("withdrawn " + deviceId);
    return List.copyOf(held.getOrDefault(deviceId, List.of()));
  }

  @Override
  public PendingRegistration register(RegistrationRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean withdraw(int deviceId, int imageTypeId) {
    return held.getOrDefault(deviceId, new ArrayList<>())
        .removeIf(registration -> registration.key().imageTypeId() == imageTypeId);
  }

  @Override
  public boolean remove(ImageKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ImageRegistration> registrations() {
    return List.of();
  }

  @Override
  public Optional<ImageRegistration> find(ImageQuery query) {
    return Optional.empty();
  }

  @Override
  public List<FirmwareImage> images(ImageId id) {
    return List.of();
  }
}
