package io.otaupgrade.cli.internal.ports;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.PortProbe;
import io.otaupgrade.api.radio.SerialPort;
import io.otaupgrade.api.radio.SerialPorts;
import io.otaupgrade.cli.internal.FakeServices;
import io.otaupgrade.cli.internal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PortsCommandTest {

  private static final String BY_ID = "/dev/serial/by-id/usb-Silicon_Labs_Sonoff_0001-if00-port0";
  private static final SerialPort STICK =
      new SerialPort(
          "/dev/ttyUSB0",
          Optional.of(BY_ID),
          "Sonoff Zigbee 3.0",
          OptionalInt.of(0x10C4),
          OptionalInt.of(0xEA60),
          Optional.of("0001"));
  private static final SerialPort BUILT_IN =
      new SerialPort(
          "/dev/ttyS0",
          Optional.empty(),
          "serial port",
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty());

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> probed = new ArrayList<>();

  private int run(List<SerialPort> there, String... arguments) {
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), 0, 0);
    FakeServices services =
        new FakeServices(Path.of("unused")).with(SerialPorts.class, new Ports(there));
    return new CommandLine(new PortsCommand(terminal, services)).execute(arguments);
  }

  private final class Ports implements SerialPorts {
    private final List<SerialPort> there;

    Ports(List<SerialPort> there) {
      this.there = there;
    }

    @Override
    public List<SerialPort> ports() {
      return there;
    }

    @Override
    public CompletionStage<PortProbe> probe(String port, int baudRate) {
      probed.add(port + " " + baudRate);
      return CompletableFuture.completedFuture(
          port.equals(STICK.name())
              ? new PortProbe(Optional.of("znp"), "Z-Stack 3.x.0, build 20230507")
              : new PortProbe(Optional.empty(), "nothing known answered"));
    }
  }

  @Test
  void areListedWithoutTouchingThem() {
    assertThat(run(List.of(BUILT_IN, STICK))).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "/dev/ttyS0  serial port",
            "/dev/ttyUSB0  Sonoff Zigbee 3.0 (USB 10c4:ea60, serial number 0001)",
            "  stable name  " + BY_ID);
    assertThat(probed).isEmpty();
  }

  @Test
  void areAskedWhatTheySpeakWhenThatIsWanted() {
    assertThat(run(List.of(BUILT_IN, STICK), "--probe", "--baud", "57600")).isZero();
    assertThat(out.toString().lines())
        .contains(
            "  no answer    nothing known answered",
            "  znp          Z-Stack 3.x.0, build 20230507");
    assertThat(probed).containsExactly("/dev/ttyS0 57600", "/dev/ttyUSB0 57600");
  }

  @Test
  void areOnlyThoseThatAreNamed() {
    assertThat(run(List.of(BUILT_IN, STICK), "--probe", BY_ID, "tcp://10.0.0.7:6638")).isZero();
    assertThat(probed).containsExactly("/dev/ttyUSB0 115200", "tcp://10.0.0.7:6638 115200");
    assertThat(out.toString()).contains("tcp://10.0.0.7:6638  network coordinator");
  }

  @Test
  void areOneObjectALineForMachines() {
    assertThat(run(List.of(BUILT_IN, STICK), "--json")).isZero();
    assertThat(run(List.of(STICK), "--json", "--probe")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"port\":\"/dev/ttyS0\",\"stableName\":null,\"description\":\"serial port\","
                + "\"vendorId\":null,\"productId\":null,\"serialNumber\":null}",
            "{\"port\":\"/dev/ttyUSB0\",\"stableName\":\""
                + BY_ID
                + "\",\"description\":\"Sonoff Zigbee 3.0\",\"vendorId\":4292,"
                + "\"productId\":60000,\"serialNumber\":\"0001\"}",
            "{\"port\":\"/dev/ttyUSB0\",\"stableName\":\""
                + BY_ID
                + "\",\"description\":\"Sonoff Zigbee 3.0\",\"vendorId\":4292,"
                + "\"productId\":60000,\"serialNumber\":\"0001\",\"protocol\":\"znp\","
                + "\"message\":\"Z-Stack 3.x.0, build 20230507\"}");
  }

  @Test
  void thatAreNotThereAreNoFailure() {
    assertThat(run(List.of())).isZero();
    assertThat(out.toString()).contains("no serial ports here");
    out.getBuffer().setLength(0);
    assertThat(run(List.of(), "--json")).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("no serial ports here");
  }
}
