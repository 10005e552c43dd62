package io.otaupgrade.itest.scenarios;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.otaupgrade.api.drivers.BoundDriver;
import io.otaupgrade.api.drivers.DriverEvent;
import io.otaupgrade.api.drivers.DriverEvent.Kind;
import io.otaupgrade.api.drivers.DriverListener;
import io.otaupgrade.api.drivers.DriverPackages;
import io.otaupgrade.api.drivers.InstalledPackage;
import io.otaupgrade.api.image.ImageRegistry;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** Driver packages, dropped into a folder, and what their scripts see of the OTA API. */
public abstract class DriverPackageScenarios extends InstalledScenarios {

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Does what its property says, and prints what comes of it. */
  private static final String OBEDIENT =
      """
      zb = C4:RequireModule("zigbee")
      id = C4:GetDeviceID()
      function OnPropertyChanged(name)
        if Properties["Do"] ~= "" then
          print("sent " .. tostring(loadstring(Properties["Do"])()))
        end
      end
      function ReceivedFromNetwork(idBinding, port, pObject)
        local p = _G[pObject]
        _G[pObject] = nil
        print(p:operation() .. " " .. p:status())
      end
      """;

  private final List<DriverEvent> events = new CopyOnWriteArrayList<>();
  private ForeignDriver world;
  private ServiceRegistration<DriverListener> listening;
  private Path deploy;
  private Optional<Path> dropped = Optional.empty();

  /** The folder that the container takes packages from. */
  protected abstract Path deployFolder() throws Exception;

  private final Host operator =
      new Host() {
        private String location;

        @Override
        public void uninstallPlugin() throws Exception {
          Bundle plugin = installed("io.otaupgrade.cluster").orElseThrow();
          location = plugin.getLocation();
          plugin.uninstall();
        }

        @Override
        public void installPlugin() throws Exception {
          context.installBundle(location).start();
        }

        @Override
        public Path configurations() {
          throw new UnsupportedOperationException("nothing here is configured by files");
        }
      };

  @Override
  protected Host host() {
    return operator;
  }

  @Before
  public final void listen() throws Exception {
    deploy = deployFolder();
    world = new ForeignDriver(context, await);
    DriverListener listener = events::add;
    listening = context.registerService(DriverListener.class, listener, null);
  }

  @After
  public final void takeAway() throws Exception {
    if (dropped.isPresent()) {
      Files.deleteIfExists(dropped.get());
      await.until("the package is gone", () -> packages().installed().isEmpty());
    }
    listening.unregister();
    world.leave();
  }

  private DriverPackages packages() {
    ServiceReference<DriverPackages> reference = context.getServiceReference(DriverPackages.class);
    if (reference == null) {
      throw new AssertionError("no DriverPackages");
    }
    return context.getService(reference);
  }

  private void drop(DriverPackage driver) throws Exception {
    dropped = Optional.of(driver.dropInto(deploy));
    await.until(
        driver.typeId() + " is installed", () -> packages().installed(driver.typeId()).isPresent());
  }

  private List<BoundDriver> drivers(DriverPackage driver) {
    return packages()
        .installed(driver.typeId())
        .map(InstalledPackage::drivers)
        .orElseThrow(() -> new AssertionError(driver.typeId() + " is not installed"));
  }

  private void awaitRunning(DriverPackage driver, int count) throws Exception {
    await.until(
        count + " drivers run",
        () ->
            drivers(driver).stream().filter(one -> one.state() == BoundDriver.State.RUNNING).count()
                == count);
  }

  private void mesh(String model, int devices, String speed) throws Exception {
    world.mesh(
        Map.of(
            "devices",
            devices,
            "speed",
            speed,
            "manufacturerName",
            "Itest",
            "modelIdentifier",
            model,
            "firstQuerySeconds",
            1,
            "responseTimeoutMs",
            1000,
            "retries",
            60,
            "rebootSeconds",
            1));
  }

  // ---- one driver's words

  /**
   * Lets a driver do something and waits until it has printed these lines.
   *
   * @param lua gives the result of a call
   */
  private void expect(int deviceId, String lua, String... lines) throws Exception {
    int mark = order(deviceId, lua);
    awaitPrinted(deviceId, mark, lines);
  }

  private int order(int deviceId, String lua) {
    int mark = events.size();
    assertTrue(
        packages().setProperty(deviceId, "Do", "return " + lua + " -- " + COUNT.incrementAndGet()));
    return mark;
  }

  private String lastOfThree(int deviceId, String lua) throws Exception {
    int mark = order(deviceId, lua);
    await.until("an answer", () -> printed(deviceId, mark).size() == 3);
    return printed(deviceId, mark).get(2);
  }

  private void awaitPrinted(int deviceId, int mark, String... lines) throws Exception {
    try {
      await.until(String.join(", ", lines), () -> printed(deviceId, mark).equals(List.of(lines)));
    } catch (AssertionError late) {
      throw new AssertionError("printed " + printed(deviceId, mark), late);
    }
  }

  private List<String> printed(int deviceId, int mark) {
    return events.subList(mark, events.size()).stream()
        .filter(event -> event.deviceId() == deviceId && event.kind() == Kind.PRINTED)
        .map(DriverEvent::text)
        .toList();
  }

  private long count(Kind kind, String subject) {
    return events.stream()
        .filter(event -> event.kind() == kind && event.subject().equals(subject))
        .count();
  }

  private static String add(String type, String url, int version) {
    return "zb:otaAddImage(id, %d, %s, '%s', 'rows.c4z', %d)"
        .formatted(ForeignDriver.MANUFACTURER, type, url, version);
  }

  @Test
  public void everyRowOfTheTablesIsSeenFromLua() throws Exception {
    String type = Integer.toString(ForeignDriver.IMAGE_TYPE);
    DriverPackage rows =
        DriverPackage.of("rows", "Rows", OBEDIENT)
            .file("www/rows.zigbee", world.image(2, 1000))
            .file("www/text.zigbee.txt", new byte[100]);
    drop(rows);
    mesh("Rows", 2, "max");
    awaitRunning(rows, 2);
    int one = drivers(rows).get(0).deviceId();
    int two = drivers(rows).get(1).deviceId();
    String image = "controller://driver/rows/rows.zigbee";
    String good = add(type, image, 1);

    expect(one, "zb:otaServiceStatus(id)", "sent 0", "serviceStatusResponse serviceAvailable");

    expect(one, "zb:otaImageInfo(id)", "sent 0", "imageInfoResponse imageInfoNotFound");
    expect(one, "zb:otaImageInfo(99999)", "sent 0", "imageInfoResponse deviceNotFound");
    expect(one, "zb:otaImageInfo(0)", "sent 0", "imageInfoResponse invalidData");
    String remove = "zb:otaRemoveImage(id, " + type + ")";
    expect(one, remove, "sent 0", "removeImageResponse imageInfoNotFound");
    expect(one, "zb:otaRemoveImage(99999, 1)", "sent 0", "removeImageResponse deviceNotFound");
    expect(one, "zb:otaRemoveImage(id, 70000)", "sent 0", "removeImageResponse invalidData");

    expect(one, good.replace("(id", "(99999"), "sent 0", "addImageResponse deviceNotFound");
    expect(one, add("70000", image, 1), "sent 0", "addImageResponse invalidData");
    String[] progress = {"sent 0", "addImageResponse inProgress", ""};
    progress[2] = "addImageResponse imageAccessFailed";
    expect(one, add(type, "controller://driver/rows/none.zigbee", 1), progress);
    progress[2] = "addImageResponse imageValidationFailed";
    expect(one, add(type, "controller://driver/rows/text.zigbee.txt", 1), progress);
    world.configure("io.otaupgrade.registry", Map.of("storeQuota", "56"));
    try {
      await.until(
          "there is no room for an image",
          () -> {
            int mark = order(one, remove);
            await.until("an answer", () -> printed(one, mark).size() == 2);
            return lastOfThree(one, good).equals("addImageResponse failure");
          });
    } finally {
      world.unconfigure("io.otaupgrade.registry");
    }
    await.until(
        "there is room again", () -> lastOfThree(one, good).equals("addImageResponse success"));
    expect(one, "zb:otaImageInfo(id)", "sent 0", "imageInfoResponse success");
    progress[2] = "addImageResponse incompatibleDriverVersion";
    expect(two, add(type, image, 2), progress);
    expect(one, remove, "sent 0", "removeImageResponse success");

    withARegistryThatFails(one, remove);
    whileAFetchIsUnderWay(one, type, remove);
    withoutThePlugin(one, good, remove);
  }

  /** A registry of another bundle takes the place of ours, and is none. */
  private void withARegistryThatFails(int one, String remove) throws Exception {
    ImageRegistry failing =
        (ImageRegistry)
            Proxy.newProxyInstance(
                ImageRegistry.class.getClassLoader(),
                new Class<?>[] {ImageRegistry.class},
                (self, method, arguments) -> {
                  throw new IllegalStateException("a registry fails, as the test wants");
                });
    ServiceRegistration<ImageRegistry> registration =
        context.registerService(
            ImageRegistry.class,
            failing,
            FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 1000)));
    try {
      expect(one, remove, "sent 0", "removeImageResponse failure");
      expect(one, "zb:otaImageInfo(id)", "sent 0", "imageInfoResponse failure");
    } finally {
      registration.unregister();
    }
    expect(one, "zb:otaImageInfo(id)", "sent 0", "imageInfoResponse imageInfoNotFound");
  }

  private void whileAFetchIsUnderWay(int one, String type, String remove) throws Exception {
    Bundle plugin = installed("io.otaupgrade.cluster").orElseThrow();
    world.configure("io.otaupgrade.registry.fetch", Map.of("allowedHosts", "127.0.0.1"));
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/x.zigbee";
      int[] mark = {0};
      silent.setSoTimeout(500);
      Socket[] connection = {null};
      await.until(
          "the fetch",
          () -> {
            mark[0] = order(one, add(type, url, 1));
            connection[0] = silent.accept();
            return true;
          });
      order(one, remove);
      order(one, "zb:otaImageInfo(id)");
      await.until(
          "all are in progress",
          () -> {
            List<String> lines = printed(one, mark[0]);
            return lines.contains("addImageResponse inProgress")
                && lines.contains("removeImageResponse inProgress")
                && lines.contains("imageInfoResponse inProgress");
          });
      plugin.stop();
      await.until(
          "all have ended",
          () -> {
            List<String> lines = printed(one, mark[0]);
            return lines.contains("addImageResponse serviceNotAvailable")
                && lines.contains("removeImageResponse serviceNotAvailable")
                && lines.contains("imageInfoResponse serviceNotAvailable");
          });
      connection[0].close();
    } finally {
      plugin.start();
      world.unconfigure("io.otaupgrade.registry.fetch");
    }
  }

  private void withoutThePlugin(int one, String good, String remove) throws Exception {
    awaitStatus(one, "serviceAvailable");
    world.configure("io.otaupgrade.cluster", Map.of("enabled", "false"));
    try {
      awaitStatus(one, "serviceNotAvailable");
      allAnswerNotAvailable(one, good, remove);
    } finally {
      world.unconfigure("io.otaupgrade.cluster");
    }
    awaitStatus(one, "serviceAvailable");
    operator.uninstallPlugin();
    try {
      awaitStatus(one, "serviceNotAvailable");
      allAnswerNotAvailable(one, good, remove);
    } finally {
      operator.installPlugin();
    }
    awaitStatus(one, "serviceAvailable");
  }

  private void allAnswerNotAvailable(int one, String good, String remove) throws Exception {
    expect(one, good, "sent 0", "addImageResponse serviceNotAvailable");
    expect(one, remove, "sent 0", "removeImageResponse serviceNotAvailable");
    expect(one, "zb:otaImageInfo(id)", "sent 0", "imageInfoResponse serviceNotAvailable");
  }

  private void awaitStatus(int one, String status) throws Exception {
    await.until(
        status,
        () -> {
          int mark = order(one, "zb:otaServiceStatus(id)");
          await.until("an answer", () -> printed(one, mark).size() == 2);
          return printed(one, mark).get(1).equals("serviceStatusResponse " + status);
        });
  }

  @Test
  public void theExampleUpgradesItsLampsAndGoesWithItsFile() throws Exception {
    DriverPackage example = DriverPackage.example();
    world.mesh(
        Map.of(
            "devices", 2,
            "speed", "fast",
            "manufacturerName", "Acme",
            "modelIdentifier", "Lamp 1"),
        1);
    drop(example);
    awaitRunning(example, 2);
    for (SimulatedDeviceReport lamp : world.devices()) {
      await.until(
          lamp.eui64() + " is upgraded",
          () ->
              world
                  .upgrade(lamp.eui64())
                  .map(Upgrade::state)
                  .equals(Optional.of(UpgradeState.UPGRADED)));
    }
    String sha256 = sha256(example.octets("www/acme-lamp.zigbee"));
    for (SimulatedDeviceReport lamp : world.devices()) {
      assertEquals(sha256, lamp.imageSha256());
    }
    await.until(
        "the property says so",
        () ->
            drivers(example).stream()
                .allMatch(
                    one -> one.properties().get("Firmware").equals("0x02000000, up to date")));

    int deviceId = drivers(example).get(0).deviceId();
    assertEquals(1, registry().heldBy(deviceId).size());
    Files.delete(dropped.orElseThrow());
    await.until("the package is gone", () -> packages().installed().isEmpty());
    await.until("its image is withdrawn", () -> registry().heldBy(deviceId).isEmpty());
    await.until("its id is free", () -> world.bindings().binding(deviceId).isEmpty());
    HttpProbe http = new HttpProbe(httpEndpoints().get(0));
    assertEquals(404, http.get("/driver/acme-lamp/acme-lamp.zigbee").status());
  }

  private ImageRegistry registry() {
    return context.getService(context.getServiceReference(ImageRegistry.class));
  }

  private static String sha256(byte[] octets) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
  }

  @Test
  public void aDriverAddsAgainAndItsTransferGoesOnWhenThePluginRestarts() throws Exception {
    Bundle plugin = installed("io.otaupgrade.cluster").orElseThrow();
    goesOnAfter(
        "plugin",
        () -> mesh("plugin", 1, "real"),
        () -> {
          plugin.stop();
          plugin.start();
        });
  }

  @Test
  public void aDriverAddsAgainAndItsTransferGoesOnWhenTheRadioRestarts() throws Exception {
    goesOnAfter(
        "radio",
        () -> {
          world.coProcessor(
              Map.of(
                  "ncp", "znp",
                  "listen", "tcp://127.0.0.1:0",
                  "devices", 1,
                  "manufacturerName", "Itest",
                  "modelIdentifier", "radio",
                  "firstQuerySeconds", 2,
                  "responseTimeoutMs", 1000,
                  "retries", 60,
                  "rebootSeconds", 1));
          world.plugIn();
        },
        () -> {
          world.pullOut();
          world.plugIn();
        });
  }

  /** What a test does to the world. */
  @FunctionalInterface
  private interface Deed {
    void run() throws Exception;
  }

  /**
   * A driver that adds its image whenever the service comes, as drivers should, has its device
   * upgraded though something restarts amidst the transfer.
   *
   * @param model of the device that the deed {@code mesh} brings
   */
  private void goesOnAfter(String model, Deed mesh, Deed restart) throws Exception {
    byte[] image = world.image(2, 12_000);
    DriverPackage driver =
        DriverPackage.of(
                "again",
                model,
                """
                zb = C4:RequireModule("zigbee")
                function OnZigbeeOnlineStatusChanged(status)
                  if status == "ONLINE" then
                    zb:otaAddImage(C4:GetDeviceID(), %d, %d,
                      "controller://driver/again/again.zigbee", "again.c4z", 1)
                  end
                end
                """
                    .formatted(ForeignDriver.MANUFACTURER, ForeignDriver.IMAGE_TYPE))
            .file("www/again.zigbee", image);
    drop(driver);
    mesh.run();
    SimulatedDeviceReport plug = world.devices().get(0);
    await.until(
        "blocks are served",
        () ->
            world
                .upgrade(plug.eui64())
                .filter(
                    one -> one.state() == UpgradeState.DOWNLOADING && one.furthestOctet() > 1000)
                .isPresent());
    long before = count(Kind.CALLED, "zb:otaAddImage");
    restart.run();
    await.until("it adds again", () -> count(Kind.CALLED, "zb:otaAddImage") > before);
    await.until(
        "the device runs the image",
        () -> world.devices().get(0).imageSha256().equals(sha256(image)));
  }
}
