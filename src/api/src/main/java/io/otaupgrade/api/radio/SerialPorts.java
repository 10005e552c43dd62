package io.otaupgrade.api.radio;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Where co-processors may be found. Safe from any thread. */
@ProviderType
public interface SerialPorts {

  /** The serial ports of this host, by name. Reads the operating system's lists only. */
  List<SerialPort> ports();

  /**
   * Asks whatever is behind a port which protocol it speaks, which may reset it; a port that a mesh
   * of this host has open is reported as busy and left alone.
   *
   * @param port as in a radio's configuration: name of a serial port, or {@code tcp://host:port}
   * @param baudRate of a serial port
   * @return completes within 10 s, and never exceptionally
   */
  CompletionStage<PortProbe> probe(String port, int baudRate);
}
