package org.example.acmelamp;

import io.otaupgrade.api.DeviceBinding;
import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.radio.NodeListener;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.zcl.Eui64;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each lamp a device id, and adds the image in the bundle whenever the lamp comes online: is
 * there an OTA server? Then the image is added, and what comes of it asked for. What may get better
 * by itself is tried again, on the clock of the lamp's mesh.
 */
@Component(
    immediate = true,
    service = {NodeListener.class, HostedFiles.class},
    property = HostedFiles.DRIVER_NAME + "=" + AcmeLamps.NAME)
public final class AcmeLamps implements NodeListener, HostedFiles {

  static final String NAME = "acme-lamp-java";
  static final String DRIVER_TYPE = NAME + ".jar";
  static final String URL = "controller://driver/" + NAME + "/acme-lamp.zigbee";
  static final int MANUFACTURER = 0xFFF1;
  static final int IMAGE_TYPE = 0x0001;
  static final long DRIVER_VERSION = 1;

  private static final Logger LOG = LoggerFactory.getLogger(AcmeLamps.class);
  private static final int FIRST_DEVICE_ID = 2000;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final OtaService ota;
  private final DeviceBindings bindings;
  private final Path folder;
  private final List<RadioTransport> radios = new CopyOnWriteArrayList<>();
  private final Map<Integer, Duration> pauses = new ConcurrentHashMap<>();

  /** Made by Declarative Services. */
  @Activate
  public AcmeLamps(
      @Reference(name = "ota") OtaService ota,
      @Reference(name = "bindings") DeviceBindings bindings,
      BundleContext context)
      throws IOException {
    this(ota, bindings, context.getDataFile("www").toPath());
    Files.createDirectories(folder);
    try (InputStream image = AcmeLamps.class.getResourceAsStream("/firmware/acme-lamp.zigbee")) {
      Files.copy(image, folder.resolve("acme-lamp.zigbee"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  AcmeLamps(OtaService ota, DeviceBindings bindings, Path folder) {
    this.ota = ota;
    this.bindings = bindings;
    this.folder = folder;
  }

  @Override
  public Path folder() {
    return folder;
  }

  /** Lamps that are there already. */
  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void addRadio(RadioTransport radio) {
    radios.add(radio);
    radio.loop().execute(() -> radio.nodes().forEach(node -> online(radio.mesh(), node)));
  }

  void removeRadio(RadioTransport radio) {
    radios.remove(radio);
  }

  @Override
  public void nodeEvent(String mesh, NodeEvent event) {
    if (event.kind() != NodeEvent.Kind.LEFT) {
      online(mesh, event.node());
    }
  }

  private void online(String mesh, Node node) {
    boolean isLamp =
        node.manufacturerName().equals(Optional.of("Acme"))
            && node.modelIdentifier().equals(Optional.of("Lamp 1"));
    if (isLamp && node.online()) {
      deviceId(node.eui64()).ifPresent(deviceId -> checkService(mesh, deviceId));
    }
  }

  /** The id of a lamp; empty if another driver has it. */
  private synchronized Optional<Integer> deviceId(Eui64 lamp) {
    List<DeviceBinding> known = bindings.bindings(lamp);
    for (DeviceBinding binding : known) {
      if (binding.driverTypeId().equals(Optional.of(DRIVER_TYPE))) {
        return Optional.of(binding.deviceId());
      }
    }
    if (!known.isEmpty()) {
      return Optional.empty();
    }
    int deviceId = FIRST_DEVICE_ID;
    while (bindings.binding(deviceId).isPresent()) {
      deviceId++;
    }
    bindings.bind(deviceId, lamp, DRIVER_TYPE);
    return Optional.of(deviceId);
  }

  private void checkService(String mesh, int deviceId) {
    then(
        mesh,
        deviceId,
        ota.serviceStatus(deviceId),
        result -> {
          switch (result.status()) {
            case SERVICE_AVAILABLE -> addImage(mesh, deviceId);
            default -> tryAgain(mesh, deviceId, result.status().word());
          }
        });
  }

  private void addImage(String mesh, int deviceId) {
    then(
        mesh,
        deviceId,
        ota.addImage(deviceId, MANUFACTURER, IMAGE_TYPE, URL, DRIVER_TYPE, DRIVER_VERSION),
        result -> {
          switch (result.status()) {
            case SUCCESS -> askForImage(mesh, deviceId);
            case INVALID_DATA, IMAGE_VALIDATION_FAILED, INCOMPATIBLE_DRIVER_VERSION ->
                LOG.warn("lamp {}: {}", deviceId, result.status().word()); // no try mends it
            default -> tryAgain(mesh, deviceId, result.status().word());
          }
        });
  }

  private void askForImage(String mesh, int deviceId) {
    pauses.remove(deviceId);
    then(
        mesh,
        deviceId,
        ota.imageInfo(deviceId),
        result ->
            LOG.info(
                "lamp {} runs {}, the image is {}",
                deviceId,
                result.oldImageVersion(),
                result.imageVersion()));
  }

  /** What becomes of an answer. */
  @FunctionalInterface
  private interface Answer {
    void take(OtaOperation result);
  }

  private void then(String mesh, int deviceId, Submission request, Answer answer) {
    request
        .finalResult()
        .whenComplete(
            (OtaResult result, Throwable notSent) -> {
              if (notSent != null) {
                tryAgain(mesh, deviceId, notSent.getMessage());
              } else {
                answer.take(result.operation());
              }
            });
  }

  private void tryAgain(String mesh, int deviceId, String why) {
    Duration pause = pauses.getOrDefault(deviceId, FIRST_PAUSE);
    Duration next = pause.multipliedBy(2);
    pauses.put(deviceId, next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next);
    LOG.info("lamp {}: {}, next try in {} s", deviceId, why, pause.toSeconds());
    loop(mesh).ifPresent(loop -> loop.after(pause, () -> checkService(mesh, deviceId)));
  }

  /** Without its radio a lamp cannot be reached; it is told of when that is back. */
  private Optional<EventLoop> loop(String mesh) {
    return radios.stream()
        .filter(radio -> radio.mesh().equals(mesh))
        .map(RadioTransport::loop)
        .findFirst();
  }
}
