package io.otaupgrade.drivers.internal.host;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationRequest;
import java.util.List;
import java.util.Optional;

/** Holds nothing; hears whose holdings are looked for. */
final class FakeRegistry implements ImageRegistry {

  final List<String> order;

  FakeRegistry(List<String> order) {
    this.order = order;
  }

  @Override
  public List<ImageRegistration> heldBy(int deviceId) {
    order.add("withdrawn " + deviceId);
    return List.of();
  }

  @Override
  public PendingRegistration register(RegistrationRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean withdraw(int deviceId, int imageTypeId) {
    throw new UnsupportedOperationException();
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
