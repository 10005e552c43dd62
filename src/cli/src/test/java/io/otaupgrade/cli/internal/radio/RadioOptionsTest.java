package io.otaupgrade.cli.internal.radio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.api.radio.PortProbe;
import io.otaupgrade.api.radio.SerialPort;
import io.otaupgrade.api.radio.SerialPorts;
import io.otaupgrade.cli.internal.CommandFailed;
import io.otaupgrade.cli.internal.FakeServices;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class RadioOptionsTest {

  @Command
  private static final class Host {
    @Mixin private final RadioOptions radio = new RadioOptions();
    @Mixin private final FormOptions form = new FormOptions();
  }

  private final FakeServices services = new FakeServices(Path.of("unused"));

  private Map<String, Object> configured(String pid, String line) throws Exception {
    Host host = new Host();
    new CommandLine(host).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(line.split(" "));
    Map<String, Object> more = new HashMap<>();
    host.form.addTo(more);
    host.radio.open(services, more);
    assertThat(services.configured).containsOnlyKeys(pid);
    return Map.copyOf(services.configured.get(pid));
  }

  @Test
  void becomeTheConfigurationOfTheProtocol() throws Exception {
    Map<String, Object> settings =
        configured(
            "io.otaupgrade.transport.ember~radio",
            "--radio ember --port /dev/ttyACM0 --baud 460800 --flow rtscts");
    assertThat(settings)
        .isEqualTo(
            Map.of(
                "mesh",
                "radio",
                "port",
                "/dev/ttyACM0",
                "baudRate",
                460_800,
                "flowControl",
                "rtscts"));
  }

  @Test
  void sayNothingOfWhatIsLeftToTheRadio() throws Exception {
    assertThat(configured("io.otaupgrade.transport.znp~radio", "--radio ZNP --port tcp://h:6638"))
        .isEqualTo(Map.of("mesh", "radio", "port", "tcp://h:6638"));
  }

  @Test
  void sayWhatNetworkToForm() throws Exception {
    assertThat(
            configured(
                "io.otaupgrade.transport.znp~radio",
                "--radio znp --port COM3 --form --channel 20 --pan 1a62 --extended-pan"
                    + " 0xdddddddddddddddd --network-key 00112233445566778899AABBCCDDEEFF"))
        .isEqualTo(
            Map.of(
                "mesh",
                "radio",
                "port",
                "COM3",
                "form",
                true,
                "channel",
                20,
                "panId",
                "0x1a62",
                "extendedPanId",
                "dddddddddddddddd",
                "networkKey",
                "00112233445566778899AABBCCDDEEFF"));
  }

  @Test
  void takeAPathFromWhereThePersonIs() throws Exception {
    assertThat(configured("io.otaupgrade.transport.znp~radio", "--radio znp --port ./stick"))
        .containsEntry("port", Path.of("stick").toAbsolutePath().toString());
  }

  @Test
  void askWhatIsThereWhenNobodySaysIt() throws Exception {
    services.with(SerialPorts.class, new OneStick(new PortProbe(Optional.of("ember"), "EZSP 13")));
    assertThat(configured("io.otaupgrade.transport.ember~radio", "--port COM7 --baud 230400"))
        .containsEntry("baudRate", 230_400);
  }

  @Test
  void tellWhyNothingKnownIsThere() {
    services.with(
        SerialPorts.class,
        new OneStick(new PortProbe(Optional.empty(), "COM7 is in use by another program")));
    assertThatThrownBy(() -> configured("none", "--radio auto --port COM7 --baud 230400"))
        .isInstanceOf(CommandFailed.class)
        .hasMessage("COM7 is in use by another program");
    assertThat(services.configured).isEmpty();
  }

  private record OneStick(PortProbe answer) implements SerialPorts {
    @Override
    public List<SerialPort> ports() {
      return List.of();
    }

    @Override
    public CompletionStage<PortProbe> probe(String port, int baudRate) {
      assertThat(port).isEqualTo("COM7");
      assertThat(baudRate).isEqualTo(230_400);
      return CompletableFuture.completedFuture(answer);
    }
  }
}
