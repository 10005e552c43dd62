package io.otaupgrade.itest.scenarios;

import static io.otaupgrade.api.OtaStatus.SERVICE_AVAILABLE;
import static io.otaupgrade.api.OtaStatus.SERVICE_NOT_AVAILABLE;
import static io.otaupgrade.api.OtaStatus.SUCCESS;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.otaupgrade.api.OtaStatus;
import io.otaupgrade.api.radio.RadioState;
import io.otaupgrade.api.radio.RadioStatus;
import io.otaupgrade.api.radio.Radios;
import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.zcl.Eui64;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.After;
import org.junit.Test;

/** A file in the folder of configurations is a radio; the co-processors are of software. */
public abstract class RadioScenarios extends UpgradeScenarios {

  private static final int FIRST_DEVICE_ID = 51;

  /** FileInstall looks at the files once a second. */
  private static final Duration UNSEEN = Duration.ofSeconds(5);

  private final List<Stick> sticks = new ArrayList<>();

  @After
  public final void theSticksArePulledOut() throws Exception {
    for (Stick stick : sticks) {
      stick.pullOut();
    }
  }

  @Test
  public void twoRadiosOverTcpComeAndGoWithTheirFiles() throws Exception {
    upgradeThroughAndTakeAway(
        stick("znp", Map.of("listen", "tcp://127.0.0.1:0")),
        stick("ember", Map.of("listen", "tcp://127.0.0.1:0", "ezsp", 16)));
  }

  @Test
  public void twoRadiosOnSerialPortsComeAndGoWithTheirFiles() throws Exception {
    Path dev = Files.createTempDirectory("itest-dev");
    upgradeThroughAndTakeAway(
        stick("znp", Map.of("pty", dev.resolve("ttyZNP").toString())),
        stick("ember", Map.of("pty", dev.resolve("ttyEMBER").toString())));
  }

  @Test
  public void aFileWithAMistakeSaysSoUntilItIsCorrected() throws Exception {
    Stick stick = stick("znp", Map.of("listen", "tcp://127.0.0.1:0"));
    stick.configureUntil(
        "told that there is no such port",
        is -> is.message().contains("/dev/ttyNOBODY"),
        Map.of("port", "/dev/ttyNOBODY"));
    assertTrue(stick.status().orElseThrow().state() != RadioState.UP);
    assertEquals("one line", 1, stick.status().orElseThrow().message().lines().count());

    stick.configureUntil(
        "told that the baud rate is wrong",
        is -> is.message().contains("baudRate"),
        Map.of("port", stick.address, "baudRate", "fast"));
    assertEquals(RadioState.MISCONFIGURED, stick.status().orElseThrow().state());
    assertEquals(
        "baudRate must be a whole number 1200..4000000, was 'fast'",
        stick.status().orElseThrow().message());
    assertTrue("no radio of that mesh", stick.isAway());

    stick.configureUntil("up", is -> is.state() == RadioState.UP, Map.of("port", stick.address));
    await.until("its service", () -> !stick.isAway());
  }

  private void upgradeThroughAndTakeAway(Stick... all) throws Exception {
    for (Stick stick : all) {
      stick.configure(Map.of("port", stick.address));
    }
    for (Stick stick : all) {
      await.until("the service of " + stick.address, () -> !stick.isAway());
      stick.bind();
    }
    for (Stick stick : all) {
      stick.upgrade();
    }
    for (Stick stick : all) {
      stick.awaitUpgraded();
      stick.unconfigure();
    }
    for (Stick stick : all) {
      await.until("the radio is gone", () -> stick.isAway() && stick.status().isEmpty());
      await.until("the service is gone", () -> stick.service() == SERVICE_NOT_AVAILABLE);
    }
  }

  private Stick stick(String protocol, Map<String, ?> settings) throws Exception {
    Stick stick = new Stick(protocol, settings, FIRST_DEVICE_ID + sticks.size());
    sticks.add(stick);
    return stick;
  }

  /** A co-processor with one device on its network, and the file that is its radio. */
  private final class Stick {
    private final ForeignDriver driver;
    private final String address;
    private final Path file;
    private final int deviceId;
    private final byte[] image;

    Stick(String protocol, Map<String, ?> settings, int deviceId) throws Exception {
      this.deviceId = deviceId;
      driver = new ForeignDriver(context, await);
      image = driver.image(2, 5_000 + deviceId);
      Map<String, Object> all = new HashMap<>(settings);
      all.putAll(
          Map.of(
              "ncp", protocol,
              "devices", 1,
              "fastChannel", true,
              "firstQuerySeconds", 2,
              "rebootSeconds", 1));
      address = driver.coProcessor(all).address();
      file =
          host()
              .configurations()
              .resolve("io.otaupgrade.transport." + protocol + "-" + driver.name() + ".cfg");
    }

    void configure(Map<String, String> keys) throws Exception {
      Path fresh = Files.createTempFile(file.getParent(), "fresh", ".tmp");
      Files.write(
          fresh,
          keys.entrySet().stream().map(key -> key.getKey() + " = " + key.getValue()).toList());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Configures it until its state shows it. Karaf saves into the file what it took from it a
     * moment ago: that may undo a change that follows at once, or make FileInstall take the change
     * for what it saved itself. So the file is written anew when it says something else, and now
     * and then while nothing shows; a configuration that is in force already is not updated by it.
     */
    void configureUntil(String what, Predicate<RadioStatus> shows, Map<String, String> keys)
        throws Exception {
      configure(keys);
      AtomicLong written = new AtomicLong(System.nanoTime());
      await.until(
          what,
          () -> {
            boolean unseen = System.nanoTime() - written.get() > UNSEEN.toNanos();
            if (unseen || !configured().equals(keys)) {
              configure(keys);
              written.set(System.nanoTime());
            }
            RadioStatus status = status().orElseThrow();
            if (shows.test(status)) {
              return true;
            }
            throw new IllegalStateException("the radio says " + status);
          });
    }

    /** What the file says, without what FileInstall adds. */
    private Map<String, String> configured() throws Exception {
      Properties properties = new Properties();
      try (Reader in = Files.newBufferedReader(file)) {
        properties.load(in);
      }
      Map<String, String> keys = new HashMap<>();
      for (String key : properties.stringPropertyNames()) {
        if (!key.startsWith("felix.") && !key.startsWith("service.")) {
          keys.put(key, properties.getProperty(key).replace("\"", ""));
        }
      }
      return keys;
    }

    void unconfigure() throws Exception {
      Files.deleteIfExists(file);
    }

    void pullOut() throws Exception {
      unconfigure();
      await.until("its radio is gone", () -> isAway() && status().isEmpty());
      driver.leave();
    }

    Optional<RadioStatus> status() {
      Radios radios = context.getService(context.getServiceReference(Radios.class));
      return radios.radios().stream().filter(is -> is.mesh().equals(driver.name())).findFirst();
    }

    boolean isAway() throws Exception {
      return !driver.isRadioUp();
    }

    OtaStatus service() throws Exception {
      return driver.last(driver.ota().serviceStatus(deviceId)).status();
    }

    void bind() throws Exception {
      driver.bindDevices(deviceId);
      await.until("it is served", () -> service() == SERVICE_AVAILABLE);
    }

    void upgrade() throws Exception {
      driver.host("device.zigbee", image);
      assertEquals(
          SUCCESS,
          driver
              .last(
                  driver
                      .ota()
                      .addImage(
                          deviceId,
                          ForeignDriver.MANUFACTURER,
                          ForeignDriver.IMAGE_TYPE,
                          driver.url("device.zigbee"),
                          "device-" + deviceId + ".c4z",
                          1))
              .status());
    }

    void awaitUpgraded() throws Exception {
      Eui64 device = driver.devices().get(0).eui64();
      await.until(
          "the device behind " + address + " was seen running the image",
          () ->
              driver
                  .upgrade(device)
                  .map(Upgrade::state)
                  .equals(Optional.of(UpgradeState.UPGRADED)));
      SimulatedDeviceReport after = driver.devices().get(0);
      assertEquals(
          "octet by octet",
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image)),
          after.imageSha256());
    }
  }
}
