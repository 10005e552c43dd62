package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A firmware on its board in virtual time, with a mesh around it and no line. */
public final class TestBoard {

  public final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  public final NcpSettings settings;
  public final Firmware firmware;
  private final MeshRadio radio;

  public TestBoard(Map<String, ?> keys, Firmware.Maker maker) {
    Map<String, Object> all = new HashMap<>(keys);
    all.put("listen", "tcp://127.0.0.1:0");
    all.putIfAbsent("fastChannel", true);
    all.putIfAbsent("devices", 1);
    settings = NcpSettings.of("test", all);
    radio = new MeshRadio(settings, loop);
    SplittableRandom random = new SplittableRandom(1);
    LineFaults faults = new LineFaults(settings.faults(), random.split());
    firmware = maker.on(new Board(loop, radio, settings, faults, random.split()));
    radio.powerOn(firmware);
  }

  /** What the framework does when the watchdog bites. */
  public void watchdog() {
    radio.stop();
    firmware.reset();
  }

  public int deviceAddress(int number) {
    return radio.networkAddress(radio.mesh().devices().get(number).eui64()).orElseThrow();
  }

  public long runningVersion(int number) {
    return radio.mesh().devices().get(number).runningVersion();
  }
}
