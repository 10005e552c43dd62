package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A firmware on a board with a simulated mesh, in virtual time, without a line. */
public final class FirmwareBench {

  public final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  public final Firmware firmware;
  private final MeshRadio radio;

  /** With these keys of a configuration over quick devices. */
  public FirmwareBench(Map<String, ?> keys, Firmware.Maker maker) {
    Map<String, Object> all = new HashMap<>();
    all.put("listen", "tcp://127.0.0.1:0");
    all.put("devices", 1);
    all.put("fastChannel", true);
    all.put("firstQuerySeconds", 1);
    all.put("rebootSeconds", 1);
    all.putAll(keys);
    NcpSettings settings = NcpSettings.of("bench", all);
    radio = new MeshRadio(settings, loop);
    firmware =
        maker.on(
            new Board(
                loop, radio, settings, faults(settings.faults(), 1), new SplittableRandom(2)));
    radio.powerOn(firmware);
  }

  public SimulatedMesh mesh() {
    return radio.mesh();
  }

  /** What the framework does when the watchdog bites. */
  public void reset() {
    radio.stop();
    firmware.reset();
  }

  public static LineFaults faults(LineFaults.Rates rates, long seed) {
    return new LineFaults(rates, new SplittableRandom(seed));
  }
}
