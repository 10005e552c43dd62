package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostLinesTest {

  private final HostLines lines = new HostLines(Optional.empty());

  @Test
  void aPortIsOpenOnceAtATime() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PortAddress port =
          new PortAddress.Tcp(server.getInetAddress().getHostAddress(), server.getLocalPort());
      Line first = lines.open(port);
      assertThatThrownBy(() -> lines.open(port))
          .isInstanceOf(LineException.class)
          .hasMessage(port + " is in use by another radio of this host");
      first.close();
      first.close();
      Line second = lines.open(port);
      assertThatThrownBy(() -> lines.open(port)).hasMessageContaining("in use");
      second.close();
    }
  }

  @Test
  void aPortThatDoesNotOpenIsFreeAgain() throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    PortAddress port =
        new PortAddress.Tcp(server.getInetAddress().getHostAddress(), server.getLocalPort());
    server.close();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> lines.open(port))
          .hasMessageStartingWith(port + " refused the connection");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aSerialPortThatIsNotThereIsAnsweredWithThoseThatAre() {
    assertThatThrownBy(
            () -> lines.open(PortAddress.of("/dev/no-such-port", 115_200, FlowControl.NONE)))
        .isInstanceOf(LineException.class)
        .hasMessage("there is no serial port /dev/no-such-port; there are: " + HostPorts.describe())
        .matches(e -> !((LineException) e).fault().lasting());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFileIsNoSerialPort(@TempDir Path folder) throws IOException {
    String file = Files.createFile(folder.resolve("file")).toString();
    assertThatThrownBy(() -> lines.open(PortAddress.of(file, 115_200, FlowControl.NONE)))
        .hasMessage(file + " is no serial port, or does not do 115200 baud")
        .matches(e -> ((LineException) e).fault().lasting());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPortKeepsTheNameOfTheLinkToIt(@TempDir Path folder) throws IOException {
    Path port = Files.createFile(folder.resolve("ttyUSB0")).toRealPath();
    Path links = Files.createDirectory(folder.resolve("by-id"));
    Path link = Files.createSymbolicLink(links.resolve("usb-Stick_0001-if00"), port);
    Files.createSymbolicLink(links.resolve("usb-Gone"), folder.resolve("ttyUSB9"));

    assertThat(HostPorts.stableNames(links)).isEqualTo(Map.of(port.toString(), link.toString()));
    assertThat(HostPorts.stableNames(folder.resolve("none"))).isEmpty();
  }
}
