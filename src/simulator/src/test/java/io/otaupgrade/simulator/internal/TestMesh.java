package io.otaupgrade.simulator.internal;

import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.simulator.internal.device.DeviceProfile;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A mesh on virtual time with a scripted server, made for one test. */
final class TestMesh {

  final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  final SimulatedMeshDriver driver;
  final ScriptedServer server;

  private TestMesh(Map<String, ?> configuration, List<DeviceProfile> profiles) {
    driver =
        new SimulatedMeshDriver(
            MeshSettings.of("test", configuration), Optional.of(loop), profiles);
    server = new ScriptedServer(driver, loop);
  }

  /** On a channel without airtime, unless the configuration says otherwise. */
  static TestMesh fast(Map<String, ?> configuration, DeviceProfile... profiles) {
    Map<String, Object> all = new HashMap<>(configuration);
    all.putIfAbsent("fastChannel", true);
    return new TestMesh(all, Arrays.asList(profiles));
  }

  static TestMesh of(Map<String, ?> configuration, DeviceProfile... profiles) {
    return new TestMesh(configuration, Arrays.asList(profiles));
  }

  static TestMesh of(Map<String, ?> configuration, int devices, DeviceProfile profile) {
    List<DeviceProfile> profiles = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      profiles.add(profile);
    }
    return new TestMesh(configuration, profiles);
  }

  /** A device that loses no time. */
  static DeviceProfile.Builder eager() {
    return DeviceProfile.builder()
        .thinkTime(Duration.ZERO)
        .firstQuery(Duration.ZERO)
        .acknowledgedRequests(false);
  }

  /** Serves an image of so many octets to them. */
  ImageScript serving(int size) {
    ImageScript script = new ImageScript(server, size);
    server.onRequest = script;
    return script;
  }

  TestMesh open() {
    server.open();
    return this;
  }

  SimulatedDeviceReport device() {
    return driver.mesh().devices().get(0);
  }

  boolean until(BooleanSupplier condition) {
    return loop.runUntil(condition, Duration.ofHours(24));
  }

  boolean untilAllRun(long version) {
    return until(
        () -> {
          for (SimulatedDeviceReport device : driver.mesh().devices()) {
            if (device.runningVersion() != version) {
              return false;
            }
          }
          return true;
        });
  }
}
