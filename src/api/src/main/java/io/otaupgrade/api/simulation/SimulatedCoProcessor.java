package io.otaupgrade.api.simulation;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A simulated mesh behind a co-processor of software, which speaks what the real ones speak, on a
 * TCP port or a pseudo-terminal. Service with the property {@link SimulatedMesh#MESH}, beside the
 * {@link SimulatedMesh} of the same name; there once it can be connected to. Safe from any thread.
 */
@ProviderType
public interface SimulatedCoProcessor {

  /** Each configuration of this factory PID makes one; its keys are those of a mesh and more. */
  String FACTORY_PID = "io.otaupgrade.simulator.ncp";

  /** Name of the mesh. */
  String mesh();

  /** Where a host connects to: {@code tcp://127.0.0.1:PORT}, or the path of a terminal. */
  String address();

  /** Resets the co-processor as its watchdog would; its network and devices stay. */
  void reset();

  /** Answers nothing for this long; what comes in meanwhile is lost. */
  void silence(Duration duration);

  /** Cuts the connection, and lets nobody connect for this long. */
  void disconnect(Duration refused);
}
