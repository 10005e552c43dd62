package io.otaupgrade.itest.scenarios;

import static io.otaupgrade.api.OtaStatus.DEVICE_NOT_FOUND;
import static io.otaupgrade.api.OtaStatus.FAILURE;
import static io.otaupgrade.api.OtaStatus.IMAGE_ACCESS_FAILED;
import static io.otaupgrade.api.OtaStatus.IMAGE_INFO_NOT_FOUND;
import static io.otaupgrade.api.OtaStatus.IMAGE_VALIDATION_FAILED;
import static io.otaupgrade.api.OtaStatus.INCOMPATIBLE_DRIVER_VERSION;
import static io.otaupgrade.api.OtaStatus.INVALID_DATA;
import static io.otaupgrade.api.OtaStatus.IN_PROGRESS;
import static io.otaupgrade.api.OtaStatus.SERVICE_AVAILABLE;
import static io.otaupgrade.api.OtaStatus.SERVICE_NOT_AVAILABLE;
import static io.otaupgrade.api.OtaStatus.SUCCESS;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.otaupgrade.api.OtaOperation;
import io.otaupgrade.api.OtaService;
import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.SendStatus;
import io.otaupgrade.api.Submission;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Every status of every operation of the driver API, as a foreign bundle sees it. */
public abstract class DriverApiScenarios extends InstalledScenarios {

  private static final int LAMP = 12;
  private static final int SECOND_LAMP = 13;
  private static final int UNBOUND = 99;
  private static final String TYPE = "lamp.c4z";

  private final List<Socket> connections = new ArrayList<>();
  private ForeignDriver driver;

  @Before
  public final void aMeshWithTwoBoundLamps() throws Exception {
    driver = new ForeignDriver(context, await);
    driver.mesh(Map.of("devices", 2, "speed", "max"));
    driver.bindDevices(LAMP);
    await.until("the service", () -> status(LAMP) == SERVICE_AVAILABLE);
  }

  @After
  public final void leaveNothingBehind() throws Exception {
    driver.leave();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private OtaStatus status(int deviceId) throws Exception {
    return driver.last(driver.ota().serviceStatus(deviceId)).status();
  }

  private Submission add(int deviceId, String file, long driverVersion) {
    return driver
        .ota()
        .addImage(
            deviceId,
            ForeignDriver.MANUFACTURER,
            ForeignDriver.IMAGE_TYPE,
            driver.url(file),
            TYPE,
            driverVersion);
  }

  @Test
  public void serviceStatusFollowsThePlugin() throws Exception {
    assertEquals(SERVICE_AVAILABLE, status(LAMP));
    assertEquals("for an unbound id: is any server there?", SERVICE_AVAILABLE, status(UNBOUND));

    host().uninstallPlugin();
    assertEquals("uninstalled", SERVICE_NOT_AVAILABLE, status(LAMP));
    host().installPlugin();
    await.until("back", () -> status(LAMP) == SERVICE_AVAILABLE);

    Bundle plugin = installed("io.otaupgrade.cluster").orElseThrow();
    plugin.stop();
    assertEquals("stopped", SERVICE_NOT_AVAILABLE, status(LAMP));
    plugin.start();
    await.until("started again", () -> status(LAMP) == SERVICE_AVAILABLE);

    driver.configure("io.otaupgrade.cluster", Map.of("enabled", "false"));
    await.until("disabled", () -> status(LAMP) == SERVICE_NOT_AVAILABLE);
    driver.configure("io.otaupgrade.cluster", Map.of("enabled", "true"));
    await.until("enabled again", () -> status(LAMP) == SERVICE_AVAILABLE);
  }

  @Test
  public void everyOperationIsNotAvailableWithoutThePlugin() throws Exception {
    driver.host("lamp.zigbee", driver.image(2, 1000));
    installed("io.otaupgrade.cluster").orElseThrow().stop();
    try {
      assertEquals(List.of(SERVICE_NOT_AVAILABLE), driver.all(add(LAMP, "lamp.zigbee", 1)));
      assertEquals(List.of(SERVICE_NOT_AVAILABLE), driver.all(driver.ota().removeImage(LAMP, 1)));
      assertEquals(List.of(SERVICE_NOT_AVAILABLE), driver.all(driver.ota().imageInfo(LAMP)));
      assertEquals(
          "bad arguments come first", List.of(INVALID_DATA), driver.all(add(0, "lamp.zigbee", 1)));
    } finally {
      installed("io.otaupgrade.cluster").orElseThrow().start();
    }
  }

  @Test
  public void anImageIsAddedToldOfAndRemoved() throws Exception {
    driver.host("lamp.zigbee", driver.image(2, 1000));
    assertEquals(List.of(IMAGE_INFO_NOT_FOUND), driver.all(driver.ota().imageInfo(LAMP)));

    Submission added = add(LAMP, "lamp.zigbee", 7);
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(added));
    OtaOperation operation = driver.last(added);
    assertEquals("addImageResponse", operation.operation().word());
    assertEquals(2, operation.imageVersion());
    assertEquals(7, operation.driverVersion());
    assertEquals(TYPE, operation.driverTypeId());
    assertTrue(operation.euid().isPresent());

    OtaOperation info = driver.last(driver.ota().imageInfo(LAMP));
    assertEquals(SUCCESS, info.status());
    assertEquals(2, info.imageVersion());
    assertEquals(driver.url("lamp.zigbee"), info.url());

    assertEquals(
        List.of(SUCCESS), driver.all(driver.ota().removeImage(LAMP, ForeignDriver.IMAGE_TYPE)));
    assertEquals(
        List.of(IMAGE_INFO_NOT_FOUND),
        driver.all(driver.ota().removeImage(LAMP, ForeignDriver.IMAGE_TYPE)));
  }

  @Test
  public void whatIsWrongWithAnImageIsTold() throws Exception {
    byte[] image = driver.image(2, 1000);
    driver.host("text.zigbee", "no firmware".getBytes(StandardCharsets.US_ASCII));
    driver.host("cut.zigbee", Arrays.copyOf(image, 500));
    driver.host("lamp.zigbee", image);
    assertEquals(
        List.of(IN_PROGRESS, IMAGE_ACCESS_FAILED), driver.all(add(LAMP, "missing.zigbee", 1)));
    assertEquals(
        "private addresses are not fetched from",
        IMAGE_ACCESS_FAILED,
        driver
            .last(driver.ota().addImage(LAMP, 1, 1, "http://10.0.0.1/lamp.zigbee", TYPE, 1))
            .status());
    assertEquals(
        List.of(IN_PROGRESS, IMAGE_VALIDATION_FAILED), driver.all(add(LAMP, "text.zigbee", 1)));
    assertEquals(
        List.of(IN_PROGRESS, IMAGE_VALIDATION_FAILED), driver.all(add(LAMP, "cut.zigbee", 1)));
    assertEquals(
        "another manufacturer than the header's",
        IMAGE_VALIDATION_FAILED,
        driver
            .last(
                driver
                    .ota()
                    .addImage(
                        LAMP,
                        ForeignDriver.MANUFACTURER + 1,
                        ForeignDriver.IMAGE_TYPE,
                        driver.url("lamp.zigbee"),
                        TYPE,
                        1))
            .status());
  }

  @Test
  public void theDeviceIdMustBeBound() throws Exception {
    driver.host("lamp.zigbee", driver.image(2, 1000));
    assertEquals(List.of(DEVICE_NOT_FOUND), driver.all(add(UNBOUND, "lamp.zigbee", 1)));
    assertEquals(List.of(DEVICE_NOT_FOUND), driver.all(driver.ota().removeImage(UNBOUND, 1)));
    assertEquals(List.of(DEVICE_NOT_FOUND), driver.all(driver.ota().imageInfo(UNBOUND)));
  }

  @Test
  public void argumentsOutOfRangeAreInvalidData() throws Exception {
    OtaService ota = driver.ota();
    assertEquals(
        List.of(INVALID_DATA), driver.all(ota.addImage(LAMP, 0x10000, 1, "http://h/", TYPE, 1)));
    assertEquals(
        List.of(INVALID_DATA), driver.all(ota.addImage(LAMP, 1, 1, "file:///etc", TYPE, 1)));
    assertEquals(List.of(INVALID_DATA), driver.all(ota.removeImage(LAMP, -1)));
    assertEquals(List.of(INVALID_DATA), driver.all(ota.imageInfo(0)));
  }

  @Test
  public void theSameKeyWithOtherOctetsIsInvalidData() throws Exception {
    driver.host("one.zigbee", driver.image(2, 1000));
    driver.host("other.zigbee", driver.image(2, 1001));
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(LAMP, "one.zigbee", 1)));
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(SECOND_LAMP, "one.zigbee", 1)));
    assertEquals(
        List.of(IN_PROGRESS, INVALID_DATA), driver.all(add(SECOND_LAMP, "other.zigbee", 1)));
  }

  @Test
  public void anotherDriverVersionWaitsUntilTheLastHolderChanges() throws Exception {
    driver.host("lamp.zigbee", driver.image(2, 1000));
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(LAMP, "lamp.zigbee", 1)));
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(SECOND_LAMP, "lamp.zigbee", 1)));
    assertEquals(
        List.of(IN_PROGRESS, INCOMPATIBLE_DRIVER_VERSION), driver.all(add(LAMP, "lamp.zigbee", 2)));
    driver.all(driver.ota().removeImage(SECOND_LAMP, ForeignDriver.IMAGE_TYPE));
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(LAMP, "lamp.zigbee", 2)));
  }

  @Test
  public void aStoreWithoutRoomIsAFailure() throws Exception {
    driver.host("lamp.zigbee", driver.image(2, 200_000));
    driver.configure("io.otaupgrade.registry", Map.of("storeQuota", "100000"));
    try {
      await.until(
          "the quota holds",
          () -> driver.all(add(LAMP, "lamp.zigbee", 1)).equals(List.of(IN_PROGRESS, FAILURE)));
    } finally {
      driver.unconfigure("io.otaupgrade.registry");
    }
  }

  /** Adds an image from a server that takes the connection and says nothing. */
  private Submission aFetchWithoutAnAnswer(ServerSocket silent) throws Exception {
    silent.setSoTimeout(1000);
    String url = "http://127.0.0.1:" + silent.getLocalPort() + "/lamp.zigbee";
    AtomicReference<Submission> add = new AtomicReference<>();
    await.until(
        "the new configuration lets it connect",
        () -> {
          add.set(driver.ota().addImage(LAMP, 1, 1, url, TYPE, 1));
          return connections.add(silent.accept()); // times out where the fetch was refused
        });
    return add.get();
  }

  @Test
  public void requestsBehindAFetchAreInProgressAndFailWhenTheDirectorStops() throws Exception {
    driver.configure("io.otaupgrade.registry.fetch", Map.of("allowedHosts", "127.0.0.1"));
    Bundle director = installed("io.otaupgrade.director").orElseThrow();
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Submission add = aFetchWithoutAnAnswer(silent);
      Submission remove = driver.ota().removeImage(LAMP, 1);
      Submission info = driver.ota().imageInfo(LAMP);
      await.until("all are in progress", () -> driver.soFar(info).contains(IN_PROGRESS));
      director.stop();
      assertEquals(List.of(IN_PROGRESS, FAILURE), driver.all(add));
      assertEquals(List.of(IN_PROGRESS, FAILURE), driver.all(remove));
      assertEquals(List.of(IN_PROGRESS, FAILURE), driver.all(info));
    } finally {
      director.start();
      driver.unconfigure("io.otaupgrade.registry.fetch");
    }
  }

  @Test
  public void aFetchUnderWayEndsWhenThePluginGoes() throws Exception {
    driver.configure("io.otaupgrade.registry.fetch", Map.of("allowedHosts", "127.0.0.1"));
    Bundle plugin = installed("io.otaupgrade.cluster").orElseThrow();
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Submission add = aFetchWithoutAnAnswer(silent);
      assertEquals(SendStatus.SENT, add.status());
      plugin.stop();
      assertEquals(List.of(IN_PROGRESS, SERVICE_NOT_AVAILABLE), driver.all(add));
    } finally {
      plugin.start();
      driver.unconfigure("io.otaupgrade.registry.fetch");
    }
  }

  @Test
  public void bindingsOutliveTheDirector() throws Exception {
    Bundle director = installed("io.otaupgrade.director").orElseThrow();
    director.stop();
    director.start();
    await.until("the binding is there", () -> driver.bindings().binding(LAMP).isPresent());
    driver.host("lamp.zigbee", driver.image(2, 1000));
    await.until("the service", () -> status(LAMP) == SERVICE_AVAILABLE);
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(LAMP, "lamp.zigbee", 1)));
  }

  @Test
  public void badConfigurationChangesNothing() throws Exception {
    driver.configure("io.otaupgrade.cluster", Map.of("startGrace", "-5"));
    driver.configure("io.otaupgrade.director", Map.of("queueLimit", "lots"));
    driver.configure("io.otaupgrade.registry", Map.of("versionPolicy", "sideways"));
    try {
      driver.host("lamp.zigbee", driver.image(2, 1000));
      await.until("the service stays", () -> status(LAMP) == SERVICE_AVAILABLE);
      assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(LAMP, "lamp.zigbee", 1)));
    } finally {
      driver.unconfigure("io.otaupgrade.cluster");
      driver.unconfigure("io.otaupgrade.director");
      driver.unconfigure("io.otaupgrade.registry");
    }
  }

  @Test
  public void hostedFilesAndImagesAreServedAndNothingElse() throws Exception {
    byte[] image = driver.image(2, 1000);
    driver.host("lamp.zigbee", image);
    assertEquals(List.of(IN_PROGRESS, SUCCESS), driver.all(add(LAMP, "lamp.zigbee", 1)));
    String stored = driver.storedName(LAMP);
    assertTrue(stored, stored.startsWith("lamp"));
    HttpProbe http = new HttpProbe(httpEndpoints().get(0));
    for (String path : List.of("/ota/images/" + stored, driver.path("lamp.zigbee"))) {
      HttpProbe.Answer whole = http.get(path);
      assertEquals(200, whole.status());
      assertArrayEquals(image, whole.body());
      HttpProbe.Answer part = http.get(path, "Range", "bytes=4-7");
      assertEquals(206, part.status());
      assertArrayEquals(Arrays.copyOfRange(image, 4, 8), part.body());
      assertEquals("bytes 4-7/" + image.length, part.header("Content-Range"));
      assertEquals(416, http.get(path, "Range", "bytes=999999-").status());
      assertEquals(304, http.get(path, "If-None-Match", whole.header("ETag")).status());
      assertEquals(405, http.send("DELETE", path, Map.of()).status());
      HttpProbe.Answer head = http.send("HEAD", path, Map.of());
      assertEquals(200, head.status());
      assertEquals(0, head.body().length);
    }
  }

  @Test
  public void noSpellingOfAPathLeavesTheHostedFolder() throws Exception {
    driver.host("lamp.zigbee", driver.image(2, 1000));
    Files.writeString(driver.folder().resolveSibling("secret"), "secret");
    HttpProbe http = new HttpProbe(httpEndpoints().get(0));
    for (String path :
        List.of(
            driver.path("../secret"),
            driver.path("%2e%2e/secret"),
            driver.path("..%2fsecret"),
            driver.path("%252e%252e/secret"),
            driver.path("..%5csecret"),
            driver.path("..;/secret"),
            driver.path("lamp.zigbee%00"),
            driver.path("lamp.zigbee/"),
            driver.path(""),
            "/ota/images/../../secret",
            "/ota/images/none",
            "/ota/images/",
            "/driver/none/lamp.zigbee")) {
      int status = http.get(path).status();
      // the web servers themselves refuse some spellings before anybody looks for a file
      assertTrue(path + " gave " + status, status == 404 || status == 400);
    }
  }
}
