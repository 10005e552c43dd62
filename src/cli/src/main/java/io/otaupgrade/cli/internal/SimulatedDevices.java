package io.otaupgrade.cli.internal;

import io.otaupgrade.api.simulation.SimulatedMesh;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Makes a mesh of simulated devices that an image fits. */
public final class SimulatedDevices {

  private SimulatedDevices() {}

  /**
   * Configures the mesh and waits until it is there.
   *
   * @param more adds to the configuration
   */
  public static SimulatedMesh join(
      Services services,
      String mesh,
      FirmwareFile image,
      int devices,
      Consumer<Map<String, Object>> more)
      throws IOException, CommandFailed, InterruptedException {
    Map<String, Object> settings = configuration(mesh, image, devices);
    more.accept(settings);
    services.configureInstance(SimulatedMesh.FACTORY_PID, mesh, settings);
    return services.await(SimulatedMesh.class, "(" + SimulatedMesh.MESH + "=" + mesh + ")");
  }

  /** The configuration of a mesh whose devices the image fits, and that run an older version. */
  public static Map<String, Object> configuration(String mesh, FirmwareFile image, int devices) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("mesh", mesh);
    settings.put("devices", devices);
    settings.put("manufacturerCode", image.deviceManufacturerCode());
    settings.put("imageType", image.header().imageType());
    settings.put("fileVersion", image.olderVersion());
    image
        .header()
        .hardwareVersions()
        .ifPresent(range -> settings.put("hardwareVersion", range.minimum()));
    return settings;
  }
}
