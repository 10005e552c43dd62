package io.otaupgrade.director.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageId;
import io.otaupgrade.api.image.ImageKey;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.api.image.VersionPolicy;
import io.otaupgrade.zcl.file.OtaHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A registry whose fetches end when the test says so. */
final class FakeRegistry implements ImageRegistry {

  final List<Pending> pending = new ArrayList<>();
  final List<ImageRegistration> held = new ArrayList<>();
  Optional<RuntimeException> fault = Optional.empty();

  /** A fetch that waits. */
  static final class Pending implements PendingRegistration {
    final RegistrationRequest request;
    final CompletableFuture<RegistrationOutcome> outcome = new CompletableFuture<>();
    boolean cancelled;

    Pending(RegistrationRequest request) {
      this.request = request;
    }

    @Override
    public CompletionStage<RegistrationOutcome> outcome() {
      return outcome;
    }

    @Override
    public void cancel() {
      cancelled = true;
      outcome.complete(
          RegistrationOutcome.rejected(RegistrationOutcome.Verdict.CANCELLED, "cancelled"));
    }
  }

  static ImageRegistration registration(
      RegistrationRequest request, long version, Optional<Long> previous) {
    return new ImageRegistration(
        new ImageKey(
            request.driverTypeId(),
            request.driverVersion(),
            request.manufacturerId().orElseThrow(),
            request.imageTypeId().orElseThrow(),
            version),
        new NoImage(),
        request.url(),
        request.holders(),
        Optional.empty(),
        ImageSelectors.NONE,
        VersionPolicy.NEWER,
        previous);
  }

  /** The director looks at keys alone. */
  private record NoImage() implements FirmwareImage {
    @Override
    public ImageId id() {
      throw new AssertionError("not asked for");
    }

    @Override
    public OtaHeader header() {
      throw new AssertionError("not asked for");
    }

    @Override
    public String sha256() {
      throw new AssertionError("not asked for");
    }

    @Override
    public String storedName() {
      throw new AssertionError("not asked for");
    }

    @Override
    public ByteBuffer octets() {
      throw new AssertionError("not asked for");
    }
  }

  @Override
  public PendingRegistration register(RegistrationRequest request) {
    fault.ifPresent(
        e -> {
          throw e;
        });
    Pending fetch = new Pending(request);
    pending.add(fetch);
    return fetch;
  }

  @Override
  public boolean withdraw(int deviceId, int imageTypeId) {
    fault.ifPresent(
        e -> {
          throw e;
        });
    return held.removeIf(
        one -> one.holders().contains(deviceId) && one.key().imageTypeId() == imageTypeId);
  }

  @Override
  public boolean remove(ImageKey key) {
    return held.removeIf(one -> one.key().equals(key));
  }

  @Override
  public List<ImageRegistration> heldBy(int deviceId) {
    fault.ifPresent(
        e -> {
          throw e;
        });
    return held.stream().filter(one -> one.holders().contains(deviceId)).toList();
  }

  @Override
  public List<ImageRegistration> registrations() {
    return List.copyOf(held);
  }

  @Override
  public Optional<ImageRegistration> find(ImageQuery query) {
    throw new AssertionError("the director does not offer images");
  }

  @Override
  public List<FirmwareImage> images(ImageId id) {
    throw new AssertionError("the director does not serve images");
  }
}
