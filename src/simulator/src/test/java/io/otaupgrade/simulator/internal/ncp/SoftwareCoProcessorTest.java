package io.otaupgrade.simulator.internal.ncp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SoftwareCoProcessorTest {

  private static final byte[] PING = HexFormat.of().parseHex("fe00210120");
  private static final byte[] PONG = HexFormat.of().parseHex("fe02610159063d");

  private final SoftwareCoProcessor coProcessor;

  SoftwareCoProcessorTest() throws IOException {
    coProcessor =
        SoftwareCoProcessor.started(
            NcpSettings.of("test", Map.of("listen", "tcp://127.0.0.1:0", "devices", 2)));
  }

  @AfterEach
  void close() {
    coProcessor.close();
  }

  private int port() {
    return Integer.parseInt(coProcessor.address().replace("tcp://127.0.0.1:", ""));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void ping(Socket socket) throws IOException {
    socket.getOutputStream().write(PING);
    assertThat(socket.getInputStream().readNBytes(PONG.length)).isEqualTo(PONG);
  }

  /** The end of the stream, or a reset. */
  private static void assertGone(Socket socket) {
    try {
      assertThat(socket.getInputStream().read()).isNegative();
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void aHostConnectsAndIsAnswered() throws IOException {
    try (Socket host = connect()) {
      ping(host);
    }
    try (Socket next = connect()) {
      ping(next);
    }
    assertThat(coProcessor.simulatedMesh().devices()).hasSize(2);
  }

  @Test
  void theNewestConnectionWins() throws IOException {
    try (Socket first = connect();
        Socket second = connect()) {
      ping(second);
      assertGone(first);
      ping(second);
    }
  }

  @Test
  void aHostThatSendsAndNeverReadsStopsNobody() throws IOException {
    try (Socket deaf = connect()) {
      for (int i = 0; i < 200_000; i++) {
        deaf.getOutputStream().write(PING);
      }
      try (Socket next = connect()) {
        ping(next);
      }
    }
  }

  @Test
  void manyOctetsAtOnceAreAllAnswered() throws IOException {
    int pings = 10_000;
    byte[] many = new byte[pings * PING.length];
    for (int i = 0; i < pings; i++) {
      System.arraycopy(PING, 0, many, i * PING.length, PING.length);
    }
    try (Socket host = connect()) {
      host.getOutputStream().write(many);
      assertThat(host.getInputStream().readNBytes(pings * PONG.length))
          .hasSize(pings * PONG.length);
    }
  }

  @Test
  void disconnectedItRefusesAndComesBackAtTheSamePort() throws IOException {
    int port = port();
    try (Socket host = connect()) {
      ping(host);
      coProcessor.disconnect(Duration.ofMillis(300));
      assertGone(host);
    }
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    boolean back = false;
    while (!back) {
      try (Socket host = connect()) {
        ping(host);
        back = true;
      } catch (IOException refused) {
        Thread.onSpinWait();
      }
    }
    assertThat(port()).isEqualTo(port);
  }

  @Test
  void aResetIsToldToTheHost() throws IOException {
    try (Socket host = connect()) {
      ping(host);
      coProcessor.reset();
      assertThat(host.getInputStream().readNBytes(11))
          .isEqualTo(HexFormat.of().parseHex("fe064180020201020701c2"));
      ping(host);
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    assertThatThrownBy(
            () ->
                SoftwareCoProcessor.started(
                    NcpSettings.of("other", Map.of("listen", coProcessor.address()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen at " + coProcessor.address())
        .hasMessageContaining("try another port");
  }
}
