package io.otaupgrade.cli.internal.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.simulation.SimulatedDeviceReport;
import io.otaupgrade.api.simulation.SimulatedMesh;
import io.otaupgrade.cli.internal.FirmwareFile;
import io.otaupgrade.cli.internal.Terminal;
import io.otaupgrade.zcl.Eui64;
import io.otaupgrade.zcl.file.OtaFileWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final Terminal terminal =
      new Terminal(new PrintWriter(out), new PrintWriter(new StringWriter()), 0, 0);
  private FirmwareFile wanted;

  @BeforeEach
  void image() throws Exception {
    Path file = Files.write(folder.resolve("v3"), new OtaFileWriter(1, 2, 3).toByteArray());
    wanted = FirmwareFile.in(folder.resolve("copy"), Optional.of(file));
  }

  private static SimulatedDeviceReport device(long version, String sha256) {
    return new SimulatedDeviceReport(new Eui64(7), 0x1234, version, sha256, 0, 0, 12, 1);
  }

  private Outcome of(SimulatedDeviceReport... devices) {
    return new Outcome(new Devices(List.of(devices)), wanted);
  }

  private record Devices(List<SimulatedDeviceReport> devices) implements SimulatedMesh {
    @Override
    public String mesh() {
      return "simulated";
    }

    @Override
    public EventLoop loop() {
      throw new AssertionError("nobody asks for time");
    }

    @Override
    public void start() {
      throw new AssertionError("nobody starts it");
    }
  }

  @Test
  void isGoodWhenAllRunTheVersionWithItsOctets() {
    assertThat(of(device(3, wanted.sha256())).isAllIdentical()).isTrue();
    assertThat(of(device(3, wanted.sha256()), device(2, "")).isAllUpgraded()).isFalse();
    assertThat(of(device(3, wanted.sha256()), device(3, "aa")).isAllUpgraded()).isTrue();
    assertThat(of(device(3, wanted.sha256()), device(3, "aa")).isAllIdentical()).isFalse();
  }

  @Test
  void isToldOnceWhoeverAsksFirst() {
    Outcome outcome = of(device(3, wanted.sha256()), device(3, "aa"), device(2, ""));
    outcome.tellOnce(terminal, false);
    outcome.tellOnce(terminal, false);
    assertThat(out.toString())
        .containsOnlyOnce("2 of 3 devices run 0x00000003, 1 images identical")
        .contains("1234     0x00000003        12        1  identical", "  DIFFERS", "  -");
  }

  @Test
  void isOneObjectForMachines() {
    of(device(3, wanted.sha256()), device(2, "")).tellOnce(terminal, true);
    String device = "{\"device\":\"0000000000000007\",\"networkAddress\":4660,\"version\":";
    assertThat(out.toString().strip())
        .isEqualTo(
            "{\"devices\":2,\"upgraded\":1,\"identical\":1,\"newVersion\":3,\"sha256\":\""
                + wanted.sha256()
                + "\",\"runs\":["
                + device
                + "3,\"sha256\":\""
                + wanted.sha256()
                + "\",\"identical\":true,\"requests\":12,\"retries\":1},"
                + device
                + "2,\"sha256\":null,\"identical\":false,\"requests\":12,\"retries\":1}]}");
  }
}
