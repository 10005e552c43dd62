package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.simulation.SimulatedCoProcessor;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.simulator.internal.ncp.ezsp.EzspFirmware;
import io.otaupgrade.simulator.internal.ncp.znp.ZnpFirmware;
import io.otaupgrade.simulator.internal.time.ScaledTimeLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A co-processor of software: board, firmware, line and port, and the mesh around it, on a loop in
 * real time.
 */
public final class SoftwareCoProcessor implements SimulatedCoProcessor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SoftwareCoProcessor.class);
  private static final Duration REOPEN = Duration.ofSeconds(1);

  private final NcpSettings settings;
  private final ScaledTimeLoop loop;
  private final MeshRadio radio;
  private final Firmware firmware;
  private final HostLine line;
  private final HostPort port;
  private boolean closed;

  /** How often it was disconnected, so that the end of one refusal does not end the next. */
  private int refusals;

  private SoftwareCoProcessor(NcpSettings settings, Firmware.Maker maker) {
    this.settings = settings;
    String name = settings.mesh().mesh();
    SplittableRandom random = new SplittableRandom(~settings.mesh().seed());
    loop = ScaledTimeLoop.started("ota-ncp-mesh-" + name, /* factor= */ 1);
    radio = new MeshRadio(settings, loop);
    LineFaults faults = new LineFaults(settings.faults(), random.split());
    firmware = maker.on(new Board(loop, radio, settings, faults, random.split()));
    line = new HostLine(name, loop, firmware, faults, settings.baudRate());
    port = port(name);
    loop.execute(() -> radio.powerOn(firmware));
  }

  /**
   * Starts one.
   *
   * @throws IOException when nobody can connect to it; it says why
   */
  static SoftwareCoProcessor started(NcpSettings settings) throws IOException {
    return started(settings, maker(settings));
  }

  /**
   * Starts one with a firmware of the caller's.
   *
   * @throws IOException when nobody can connect to it; it says why
   */
  public static SoftwareCoProcessor started(NcpSettings settings, Firmware.Maker maker)
      throws IOException {
    SoftwareCoProcessor made = new SoftwareCoProcessor(settings, maker);
    try {
      made.port.open();
      return made;
    } catch (IOException noPort) {
      made.close();
      throw noPort;
    }
  }

  private static Firmware.Maker maker(NcpSettings settings) {
    return switch (settings.kind()) {
      case ZNP -> ZnpFirmware::new;
      case EMBER -> EzspFirmware::new;
    };
  }

  private HostPort port(String name) {
    NcpSettings.Place place = settings.place();
    return place.link().isPresent()
        ? new PseudoTerminal(name, place.link().get(), loop, line)
        : new TcpHostPort(name, place.tcpPort().orElseThrow(), loop, line);
  }

  public SimulatedMesh simulatedMesh() {
    return radio.mesh();
  }

  @Override
  public String mesh() {
    return settings.mesh().mesh();
  }

  @Override
  public String address() {
    return port.address();
  }

  @Override
  public void reset() {
    loop.execute(
        () -> {
          radio.stop();
          firmware.reset();
        });
  }

  @Override
  public void silence(Duration duration) {
    loop.execute(() -> line.silence(duration));
  }

  @Override
  public synchronized void disconnect(Duration refused) {
    if (closed) {
      return;
    }
    port.close();
    int refusal = ++refusals;
    loop.after(refused, () -> reopen(refusal));
  }

  private synchronized void reopen(int refusal) {
    if (closed || refusal != refusals) {
      return;
    }
    try {
      port.open();
    } catch (IOException busy) {
      LOG.warn("{}: {}; trying again", mesh(), busy.getMessage());
      loop.after(REOPEN, () -> reopen(refusal));
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      port.close();
    }
    loop.execute(radio::powerOff);
    loop.close();
  }
}
