package io.otaupgrade.simulator.internal.device;

import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.ota.ImageUpgradeStatus;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What others may want to know of a device while it runs: written by the loop, read by any thread.
 * The ordered writes cost the loop next to nothing.
 */
final class Gauges {

  private final AtomicInteger networkAddress = new AtomicInteger();
  private final AtomicLong runningVersion = new AtomicLong();
  private final AtomicInteger imageUpgradeStatus = new AtomicInteger();
  private final AtomicLong fileOffset = new AtomicLong();
  private final AtomicLong requestsSent = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private volatile String imageSha256 = "";

  void networkAddress(int address) {
    networkAddress.lazySet(address);
  }

  void runningVersion(long version) {
    runningVersion.lazySet(version);
  }

  void imageUpgradeStatus(ImageUpgradeStatus status) {
    imageUpgradeStatus.lazySet(status.code());
  }

  ImageUpgradeStatus imageUpgradeStatus() {
    return ImageUpgradeStatus.of(imageUpgradeStatus.get()).orElseThrow();
  }

  void fileOffset(long offset) {
    fileOffset.lazySet(offset);
  }

  void requestSent() {
    requestsSent.lazySet(requestsSent.getPlain() + 1);
  }

  void retried() {
    retries.lazySet(retries.getPlain() + 1);
  }

  void imageSha256(String hexadecimal) {
    imageSha256 = hexadecimal;
  }

  SimulatedDeviceReport report(Eui64 eui64) {
    return new SimulatedDeviceReport(
        eui64,
        networkAddress.get(),
        runningVersion.get(),
        imageSha256,
        imageUpgradeStatus.get(),
        fileOffset.get(),
        requestsSent.get(),
        retries.get());
  }
}
