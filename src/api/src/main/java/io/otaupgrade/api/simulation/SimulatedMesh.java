package io.otaupgrade.api.simulation;

import io.otaupgrade.api.radio.EventLoop;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One mesh of simulated devices, made by a factory configuration {@link #FACTORY_PID}; the service
 * property {@link #MESH} names it.
 */
@ProviderType
public interface SimulatedMesh {

  /** Factory PID of the configurations that make meshes; its keys are in its metatype. */
  String FACTORY_PID = "io.otaupgrade.simulator";

  /** Service property: name of the mesh. */
  String MESH = "mesh";

  /** Name of the mesh. */
  String mesh();

  /**
   * The mesh's loop, with its clock.
   *
   * @throws IllegalStateException when the mesh runs in real time and no transport, whose loop it
   *     has then, has opened it
   */
  EventLoop loop();

  /**
   * Lets the devices join, when the configuration says {@code autoStart=false}; no effect the
   * second time.
   */
  void start();

  /** The devices, by EUI-64. Safe from any thread. */
  List<SimulatedDeviceReport> devices();
}
