package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.image.ImageRegistration;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A simulated mesh in this process. */
final class SimulatedPopulation implements Population {

  private static final String MESH = "bench";

  private final SimulatedMesh simulated;

  private SimulatedPopulation(SimulatedMesh simulated) {
    this.simulated = simulated;
  }

  /** Makes the mesh; its devices wait outside. */
  static SimulatedPopulation make(Host host, Map<String, Object> configuration)
      throws IOException, InterruptedException, LoadFailed {
    Map<String, Object> settings = new HashMap<>(configuration);
    settings.put("mesh", MESH);
    settings.put("manufacturerCode", Images.MANUFACTURER_CODE);
    settings.put("imageType", Images.IMAGE_TYPE);
    settings.put("fileVersion", Images.FIRST_VERSION);
    settings.put("autoStart", false);
    host.configureInstance(SimulatedMesh.FACTORY_PID, MESH, settings);
    return new SimulatedPopulation(
        host.await(SimulatedMesh.class, "(" + SimulatedMesh.MESH + "=" + MESH + ")"));
  }

  @Override
  public String mesh() {
    return MESH;
  }

  @Override
  public int devices() {
    return simulated.devices().size();
  }

  @Override
  public EventLoop loop() {
    return simulated.loop();
  }

  @Override
  public void admit() {
    simulated.start();
  }

  /** A fast transfer of the wrong octets would be worth nothing. */
  @Override
  public void verify(ImageRegistration registration) throws LoadFailed {
    for (SimulatedDeviceReport device : simulated.devices()) {
      if (device.runningVersion() != registration.key().imageVersion()
          || !device.imageSha256().equals(registration.image().sha256())) {
        throw new LoadFailed(
            device.eui64()
                + " runs version "
                + device.runningVersion()
                + " with image "
                + device.imageSha256()
                + ", wanted "
                + registration.key().imageVersion()
                + " with "
                + registration.image().sha256());
      }
    }
  }
}
