package io.otaupgrade.transport.internal.znp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/** What holds whatever a co-processor says. */
final class ZnpLaws {

  private static final int[] SUBSYSTEMS = {0x00, 0x01, 0x04, 0x05, 0x07, 0x0F, 0x15};

  private ZnpLaws() {}

  /**
   * Cuts the octets into frames (type and subsystem, command, length, data) and tells them to one
   * that is on its network and to one that is not: nothing is thrown (the loop of the test throws
   * what a task did), and afterwards it works, or has said that it does not.
   */
  static void check(byte[] octets) {
    check(octets, ZnpKit.up());
    ZnpKit starting = new ZnpKit();
    starting.znp.muteAll();
    starting.coProcessor.start();
    check(octets, starting);
  }

  private static void check(byte[] octets, ZnpKit kit) {
    int at = 0;
    while (at + 3 <= octets.length && kit.faults.isEmpty()) {
      int kind = octets[at] & 0xFF;
      int cmd0 = ((kind & 0x80) == 0 ? 0x40 : 0x60) | SUBSYSTEMS[kind % SUBSYSTEMS.length];
      int end = Math.min(octets.length, at + 3 + (octets[at + 2] & 0xFF) % 120);
      kit.send(at & 0xFF, ZnpKit.frame(0x1F17, at % 129));
      kit.told(
          ScriptedZnp.hex(cmd0)
              + ScriptedZnp.hex(octets[at + 1])
              + HexFormat.of().formatHex(Arrays.copyOfRange(octets, at + 3, end)));
      at = end;
    }
    kit.frames.clear();
    kit.told("4481" + "0000" + "1900" + "171f" + "0b01006e00" + "12345678" + "00" + "01" + "42");
    assertThat(kit.frames).hasSize(kit.faults.isEmpty() ? 1 : 0);
    kit.loop.advance(Duration.ofSeconds(10));
    kit.coProcessor.close();
    kit.loop.runUntilIdle();
  }
}
