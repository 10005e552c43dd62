package io.otaupgrade.itest.scenarios;

import static io.otaupgrade.api.OtaStatus.SERVICE_NOT_AVAILABLE;
import static io.otaupgrade.api.OtaStatus.SUCCESS;
import static org.junit.Assert.assertEquals;

import io.otaupgrade.api.server.Upgrade;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Whole upgrades: an image goes in, the device runs it. */
public abstract class UpgradeScenarios extends DriverApiScenarios {

  private static final int PLUG = 31;
  private static final int FIRMWARE_OCTETS = 12_000;

  private ForeignDriver plugs;

  @Before
  public final void aDriverForPlugs() throws Exception {
    plugs = new ForeignDriver(context, await);
  }

  @After
  public final void thePlugsLeave() throws Exception {
    plugs.leave();
  }

  /**
   * Adds an image for a device of a mesh that runs in real time, and waits for its first blocks.
   */
  private SimulatedDeviceReport aTransferUnderWay(byte[] image) throws Exception {
    // an impatient device: most of the time these tests take is its waiting
    plugs.mesh(
        Map.of(
            "devices", 1,
            "speed", "real",
            "firstQuerySeconds", 1,
            "responseTimeoutMs", 1000,
            "retries", 60,
            "rebootSeconds", 1));
    plugs.bindDevices(PLUG);
    plugs.host("plug.zigbee", image);
    await.until(
        "the image is added",
        () ->
            plugs
                    .last(
                        plugs
                            .ota()
                            .addImage(
                                PLUG,
                                ForeignDriver.MANUFACTURER,
                                ForeignDriver.IMAGE_TYPE,
                                plugs.url("plug.zigbee"),
                                "plug.c4z",
                                1))
                    .status()
                == SUCCESS);
    SimulatedDeviceReport plug = plugs.devices().get(0);
    await.until(
        "blocks are served",
        () -> plugs.upgrade(plug.eui64()).filter(UpgradeScenarios::isHalfway).isPresent());
    return plug;
  }

  private static boolean isHalfway(Upgrade upgrade) {
    return upgrade.state() == UpgradeState.DOWNLOADING && upgrade.furthestOctet() > 1000;
  }

  private void awaitUpgraded(SimulatedDeviceReport plug, byte[] image) throws Exception {
    await.until(
        "the device was seen running the image",
        () ->
            plugs
                .upgrade(plug.eui64())
                .map(Upgrade::state)
                .equals(Optional.of(UpgradeState.UPGRADED)));
    SimulatedDeviceReport after = plugs.devices().get(0);
    assertEquals(2, after.runningVersion());
    assertEquals(
        "octet by octet",
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image)),
        after.imageSha256());
  }

  @Test
  public void aTransferGoesOnWhenTheStoppedPluginIsBack() throws Exception {
    byte[] image = plugs.image(2, FIRMWARE_OCTETS);
    SimulatedDeviceReport plug = aTransferUnderWay(image);
    Bundle plugin = installed("io.otaupgrade.cluster").orElseThrow();
    plugin.stop();
    assertEquals(SERVICE_NOT_AVAILABLE, plugs.last(plugs.ota().serviceStatus(PLUG)).status());
    plugin.start();
    awaitUpgraded(plug, image);
  }

  @Test
  public void aTransferGoesOnWhenTheUninstalledPluginIsBack() throws Exception {
    byte[] image = plugs.image(2, FIRMWARE_OCTETS);
    SimulatedDeviceReport plug = aTransferUnderWay(image);
    host().uninstallPlugin();
    assertEquals(SERVICE_NOT_AVAILABLE, plugs.last(plugs.ota().serviceStatus(PLUG)).status());
    host().installPlugin();
    awaitUpgraded(plug, image);
  }

  @Test
  public void aTransferGoesOnWhenThePluginIsEnabledAgain() throws Exception {
    byte[] image = plugs.image(2, FIRMWARE_OCTETS);
    SimulatedDeviceReport plug = aTransferUnderWay(image);
    plugs.configure("io.otaupgrade.cluster", Map.of("enabled", "false"));
    await.until(
        "disabled",
        () -> plugs.last(plugs.ota().serviceStatus(PLUG)).status() == SERVICE_NOT_AVAILABLE);
    plugs.unconfigure("io.otaupgrade.cluster");
    awaitUpgraded(plug, image);
  }

  @Test
  public void aRemovedImageEndsItsTransfer() throws Exception {
    SimulatedDeviceReport plug = aTransferUnderWay(plugs.image(2, FIRMWARE_OCTETS));
    assertEquals(
        SUCCESS, plugs.last(plugs.ota().removeImage(PLUG, ForeignDriver.IMAGE_TYPE)).status());
    await.until(
        "the transfer is aborted",
        () ->
            plugs
                .upgrade(plug.eui64())
                .map(Upgrade::state)
                .equals(Optional.of(UpgradeState.ABORTED)));
    assertEquals(ForeignDriver.OLD_VERSION, plugs.devices().get(0).runningVersion());
  }

  @Test
  public void anOperatorAbortsThroughTheDeviceId() throws Exception {
    SimulatedDeviceReport plug = aTransferUnderWay(plugs.image(2, FIRMWARE_OCTETS));
    assertEquals(true, plugs.upgrades().abort(PLUG));
    await.until(
        "the transfer is aborted",
        () ->
            plugs.upgrades().upgrades(PLUG).stream()
                .anyMatch(one -> one.upgrade().state() == UpgradeState.ABORTED));
    assertEquals(UpgradeState.ABORTED, plugs.upgrade(plug.eui64()).orElseThrow().state());
  }
}
