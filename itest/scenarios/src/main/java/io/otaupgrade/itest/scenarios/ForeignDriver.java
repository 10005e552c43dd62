package io.otaupgrade.itest.scenarios;

import io.otaupgrade.api.DeviceBindings;
import io.otaupgrade.api.OtaListener;
import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaResult;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.OtaUpgrades;
import io.otaupgrade.api.Submission;
import io.otaupgrade.api.image.HostedFiles;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeListener;
import io.otaupgrade.api.simulation.SimulatedCoProcessor;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.ElementTag;
import io.otaupgrade.zcl.file.IntegrityRule;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A bundle with drivers, as others write them: uses the api and nothing else. It brings a simulated
 * mesh of its own, whose devices fit the images it makes.
 */
final class ForeignDriver implements OtaListener, UpgradeListener {

  static final int MANUFACTURER = 0xFFF1;
  static final int IMAGE_TYPE = 0x0002;
  static final long OLD_VERSION = 1;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final BundleContext context;
  private final Await await;
  private final String name = "itest-" + COUNT.incrementAndGet();
  private final Path folder;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final List<OtaResult> results = new CopyOnWriteArrayList<>();
  private final Map<Eui64, Upgrade> upgrades = new ConcurrentHashMap<>();
  private final List<Integer> bound = new ArrayList<>();
  private Optional<SimulatedMesh> mesh = Optional.empty();
  private Optional<Configuration> meshConfiguration = Optional.empty();
  private Optional<Configuration> radio = Optional.empty();

  ForeignDriver(BundleContext context, Await await) throws IOException {
    this.context = context;
    this.await = await;
    folder = Files.createDirectories(Files.createTempDirectory("itest").resolve("www"));
    publish(OtaListener.class, this, Map.of());
    publish(UpgradeListener.class, this, Map.of());
    publish(HostedFiles.class, () -> folder, Map.of(HostedFiles.DRIVER_NAME, name));
  }

  private <S> void publish(Class<S> type, S service, Map<String, ?> properties) {
    registrations.add(
        context.registerService(type, service, FrameworkUtil.asDictionary(properties)));
  }

  /** Takes back all that this bundle brought. */
  void leave() throws Exception {
    if (radio.isPresent()) {
      pullOut();
    }
    for (int deviceId : bound) {
      ImageRegistry registry = service(ImageRegistry.class);
      registry
          .heldBy(deviceId)
          .forEach(held -> registry.withdraw(deviceId, held.key().imageTypeId()));
      bindings().unbind(deviceId);
    }
    registrations.forEach(ServiceRegistration::unregister);
    if (meshConfiguration.isPresent()) {
      meshConfiguration.get().delete();
      await.until(
          "the mesh is gone",
          () -> context.getServiceReferences(SimulatedMesh.class, meshFilter()).isEmpty());
    }
  }

  // ---- the runtime

  private boolean isThere(Class<?> type) {
    return context.getServiceReference(type) != null;
  }

  private <S> S service(Class<S> type) {
    ServiceReference<S> reference = context.getServiceReference(type);
    if (reference == null) {
      throw new AssertionError("no " + type);
    }
    return context.getService(reference);
  }

  OtaService ota() {
    return service(OtaService.class);
  }

  DeviceBindings bindings() {
    return service(DeviceBindings.class);
  }

  OtaUpgrades upgrades() {
    return service(OtaUpgrades.class);
  }

  void configure(String pid, Map<String, ?> settings) throws Exception {
    Configuration configuration = service(ConfigurationAdmin.class).getConfiguration(pid, "?");
    configuration.update(FrameworkUtil.asDictionary(settings));
  }

  void unconfigure(String pid) throws IOException {
    service(ConfigurationAdmin.class).getConfiguration(pid, "?").delete();
  }

  // ---- the mesh

  private String meshFilter() {
    return "(" + SimulatedMesh.MESH + "=" + name + ")";
  }

  /** Makes a mesh of devices that run {@link #OLD_VERSION}. */
  void mesh(Map<String, ?> settings) throws Exception {
    mesh(settings, IMAGE_TYPE);
  }

  /** As {@link #mesh(Map)}, of devices that ask for images of another type. */
  void mesh(Map<String, ?> settings, int imageType) throws Exception {
    mesh(SimulatedMesh.FACTORY_PID, settings, imageType);
  }

  /** The same behind a co-processor of software; nobody is connected to it yet. */
  SimulatedCoProcessor coProcessor(Map<String, ?> settings) throws Exception {
    mesh(SimulatedCoProcessor.FACTORY_PID, settings, IMAGE_TYPE);
    await.until("the co-processor", () -> !coProcessors().isEmpty());
    return context.getService(coProcessors().iterator().next());
  }

  /** Configures a radio on the ZNP co-processor that was made. */
  void plugIn() throws Exception {
    Configuration configuration =
        service(ConfigurationAdmin.class)
            .getFactoryConfiguration("io.otaupgrade.transport.znp", name, "?");
    radio = Optional.of(configuration);
    String port = context.getService(coProcessors().iterator().next()).address();
    configuration.update(FrameworkUtil.asDictionary(Map.of("port", port)));
    await.until("the radio", this::isRadioUp);
  }

  /** Takes the radio away. */
  void pullOut() throws Exception {
    radio.orElseThrow().delete();
    radio = Optional.empty();
    await.until("the radio is gone", () -> !isRadioUp());
  }

  /** Whether a radio of the mesh's name is on its network. */
  boolean isRadioUp() throws InvalidSyntaxException {
    return !context
        .getServiceReferences(RadioTransport.class, "(" + RadioTransport.MESH + "=" + name + ")")
        .isEmpty();
  }

  private Collection<ServiceReference<SimulatedCoProcessor>> coProcessors()
      throws InvalidSyntaxException {
    return context.getServiceReferences(SimulatedCoProcessor.class, meshFilter());
  }

  String name() {
    return name;
  }

  private void mesh(String factoryPid, Map<String, ?> settings, int imageType) throws Exception {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("mesh", name);
    all.put("manufacturerCode", MANUFACTURER);
    all.put("imageType", imageType);
    all.put("fileVersion", OLD_VERSION);
    Configuration configuration =
        service(ConfigurationAdmin.class).getFactoryConfiguration(factoryPid, name, "?");
    meshConfiguration = Optional.of(configuration);
    configuration.update(FrameworkUtil.asDictionary(all));
    await.until("the mesh", () -> !meshes().isEmpty());
    mesh = Optional.of(context.getService(meshes().iterator().next()));
  }

  private Collection<ServiceReference<SimulatedMesh>> meshes() throws InvalidSyntaxException {
    return context.getServiceReferences(SimulatedMesh.class, meshFilter());
  }

  /** Binds ids from this one on to the devices of the mesh. */
  void bindDevices(int firstDeviceId) throws Exception {
    await.until("the director", () -> isThere(DeviceBindings.class));
    int deviceId = firstDeviceId;
    for (SimulatedDeviceReport device : devices()) {
      bindings().bind(deviceId, device.eui64());
      bound.add(deviceId);
      deviceId++;
    }
  }

  List<SimulatedDeviceReport> devices() {
    return mesh.orElseThrow().devices();
  }

  Optional<Upgrade> upgrade(Eui64 device) {
    return Optional.ofNullable(upgrades.get(device));
  }

  @Override
  public void changed(Upgrade upgrade) {
    upgrades.put(upgrade.device(), upgrade);
  }

  // ---- images

  byte[] image(long version, int firmwareOctets) {
    byte[] firmware = new byte[firmwareOctets];
    new SplittableRandom(version).nextBytes(firmware);
    return new OtaFileWriter(MANUFACTURER, IMAGE_TYPE, version)
        .headerString("integration test")
        .element(ElementTag.UPGRADE_IMAGE.code(), firmware)
        .integrityCode(IntegrityRule.STANDARD)
        .toByteArray();
  }

  Path folder() {
    return folder;
  }

  void host(String file, byte[] octets) throws IOException {
    Files.write(folder.resolve(file), octets);
  }

  String path(String file) {
    return "/driver/" + name + "/" + file;
  }

  String url(String file) {
    return "controller://driver/" + name + "/" + file;
  }

  /** The name under which the image that this id holds is stored. */
  String storedName(int deviceId) {
    return service(ImageRegistry.class).heldBy(deviceId).get(0).image().storedName();
  }

  // ---- results

  @Override
  public void received(OtaResult result) {
    results.add(result);
  }

  /** The statuses that came for a request, up to now. */
  List<OtaStatus> soFar(Submission submission) {
    return results.stream()
        .filter(result -> result.requestId() == submission.requestId())
        .map(result -> result.operation().status())
        .toList();
  }

  /** All statuses of a request; waits for the final one. */
  List<OtaStatus> all(Submission submission) throws Exception {
    last(submission);
    return soFar(submission);
  }

  /** The final result of a request. */
  OtaOperation last(Submission submission) throws Exception {
    await.until(
        "the final status of request " + submission.requestId(),
        () -> soFar(submission).stream().anyMatch(OtaStatus::isFinal));
    return submission.finalResult().toCompletableFuture().get().operation();
  }
}
