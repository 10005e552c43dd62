package io.otaupgrade.registry.internal;

import io.otaupgrade.api.image.FirmwareImage;
import io.otaupgrade.api.image.ImageEvent;
import io.otaupgrade.api.image.ImageQuery;
import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.image.ImageSelectors;
import io.otaupgrade.api.image.PendingRegistration;
import io.otaupgrade.api.image.RegistrationOutcome;
import io.otaupgrade.api.image.RegistrationRequest;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A registry on a folder, with a web to fetch from and ears for its events. */
final class RegistryFixture implements AutoCloseable {
  static final int MANUFACTURER = 0x1234;
  static final int TYPE = 0x0101;
  static final String LAMP = "lamp.c4z";
  static final Eui64 DEVICE = new Eui64(0x00124b0000112233L);

  final FakeWeb web;
  final FetchingImageRegistry registry;
  final List<ImageEvent> events = new CopyOnWriteArrayList<>();
  private final ExecutorService worker = Executors.newSingleThreadExecutor();

  RegistryFixture(Path folder) {
    this(folder, new FakeWeb(), Map.of());
  }

  RegistryFixture(Path folder, FakeWeb web, Map<String, ?> configuration) {
    this.web = web;
    try {
      registry =
          new FetchingImageRegistry(
              web, RegistrySettings.read(configuration).settings(), folder, worker);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    registry.listeners = List.of(events::add);
  }

  /** An image of a few hundred octets. */
  static byte[] image(int manufacturer, int type, long version, String content) {
    return writer(manufacturer, type, version, content).toByteArray();
  }

  static byte[] image(long version) {
    return image(MANUFACTURER, TYPE, version, "firmware " + version);
  }

  static OtaFileWriter writer(int manufacturer, int type, long version, String content) {
    byte[] data = new byte[300];
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, data, 0, text.length);
    return new OtaFileWriter(manufacturer, type, version).headerString("test").element(0, data);
  }

  RegistrationRequest ofLamp(int deviceId, String url) {
    return RegistrationRequest.ofDriver(deviceId, MANUFACTURER, TYPE, url, LAMP, 1);
  }

  RegistrationRequest ofOperator(String url, String... models) {
    return RegistrationRequest.ofOperator(
        url,
        Optional.empty(),
        new ImageSelectors(Set.of(models), Set.of(), Optional.empty()),
        Optional.empty());
  }

  PendingRegistration add(int deviceId, String url) {
    return registry.register(ofLamp(deviceId, url));
  }

  /** Registers, and waits until all that follows from it is done. */
  RegistrationOutcome added(RegistrationRequest request) {
    RegistrationOutcome outcome = outcome(registry.register(request));
    settle();
    return outcome;
  }

  RegistrationOutcome added(int deviceId, String url) {
    return added(ofLamp(deviceId, url));
  }

  ImageRegistration registered(RegistrationRequest request) {
    RegistrationOutcome outcome = added(request);
    return outcome
        .registration()
        .orElseThrow(() -> new AssertionError(outcome.verdict() + " " + outcome.detail()));
  }

  ImageRegistration registered(int deviceId, String url) {
    return registered(ofLamp(deviceId, url));
  }

  static RegistrationOutcome outcome(PendingRegistration pending) {
    return pending.outcome().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Waits until the worker has done all that it was given. */
  void settle() {
    if (worker.isShutdown()) {
      return;
    }
    try {
      worker.submit(() -> {}).get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A lamp that runs a version. */
  static ImageQuery lamp(long running) {
    return query(running, OptionalInt.empty(), "Lamp 1", LAMP);
  }

  static ImageQuery query(
      long running, OptionalInt hardwareVersion, String model, String... driverTypeIds) {
    return new ImageQuery(
        "home",
        DEVICE,
        Set.of(driverTypeIds),
        MANUFACTURER,
        TYPE,
        running,
        hardwareVersion,
        Optional.of(model),
        Optional.of("Acme"));
  }

  Optional<FirmwareImage> find(ImageQuery query) {
    return registry.find(query).map(ImageRegistration::image);
  }

  static byte[] octets(FirmwareImage image) {
    byte[] octets = new byte[image.size()];
    image.octets().get(octets);
    return octets;
  }

  List<String> told() {
    return events.stream()
        .map(
            event ->
                event.kind()
                    + event
                        .registration()
                        .map(
                            registration ->
                                " v"
                                    + registration.key().imageVersion()
                                    + event.deviceIds().stream().sorted().toList())
                        .orElse(""))
        .collect(Collectors.toList());
  }

  @Override
  public void close() {
    try {
      registry.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
