package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpLineTest {

  private ServerSocket server;
  private PortAddress.Tcp address;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    address = new PortAddress.Tcp(server.getInetAddress().getHostAddress(), server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static ByteBuffer read(Line line) throws LineException {
    ByteBuffer into = ByteBuffer.allocate(100);
    while (line.read(into) == 0) {}
    return into.flip();
  }

  @Test
  void octetsGoBothWays() throws Exception {
    try (TcpLine line = TcpLine.open(address);
        Socket peer = server.accept()) {
      peer.getOutputStream().write(new byte[] {1, 2, 3});
      assertThat(read(line)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));

      line.write(ByteBuffer.wrap(new byte[] {9, 4, 5, 9}, 1, 2));
      assertThat(peer.getInputStream().readNBytes(2)).containsExactly(4, 5);

      ByteBuffer direct = ByteBuffer.allocateDirect(2).put((byte) 6).put((byte) 7).flip();
      line.write(direct);
      assertThat(peer.getInputStream().readNBytes(2)).containsExactly(6, 7);
    }
  }

  @Test
  void aReadTakesNoMoreThanThereIsRoomFor() throws Exception {
    try (TcpLine line = TcpLine.open(address);
        Socket peer = server.accept()) {
      peer.getOutputStream().write(new byte[] {1, 2, 3, 4});
      ByteBuffer into = ByteBuffer.allocate(8).position(5).limit(7);
      while (line.read(into) == 0) {}
      assertThat(into.position()).isEqualTo(7);
      assertThat(into.get(5)).isEqualTo((byte) 1);
      assertThat(read(line)).isEqualTo(ByteBuffer.wrap(new byte[] {3, 4}));
    }
  }

  @Test
  void silenceIsNoFault() throws Exception {
    try (TcpLine line = TcpLine.open(address);
        Socket peer = server.accept()) {
      assertThat(line.read(ByteBuffer.allocate(10))).isZero();
      peer.getOutputStream().write(1);
      assertThat(read(line).remaining()).isEqualTo(1);
    }
  }

  @Test
  void aPeerThatClosesBreaksTheLine() throws Exception {
    try (TcpLine line = TcpLine.open(address)) {
      server.accept().close();
      assertThatThrownBy(() -> read(line))
          .isInstanceOf(LineException.class)
          .hasMessage(address + " closed the connection");
    }
  }

  @Test
  void aResetBreaksTheLine() throws Exception {
    try (TcpLine line = TcpLine.open(address)) {
      Socket peer = server.accept();
      peer.setSoLinger(true, 0);
      peer.close();
      assertThatThrownBy(() -> read(line))
          .isInstanceOf(LineException.class)
          .hasMessageStartingWith(address + ": the connection broke: ");
    }
  }

  @Test
  void aClosedPortIsSaidToRefuse() throws Exception {
    server.close();
    assertThatThrownBy(() -> TcpLine.open(address))
        .isInstanceOf(LineException.class)
        .hasMessageStartingWith(address + " refused the connection; ");
  }

  @Test
  void aNameThatNobodyHasIsSaidSo() {
    assertThatThrownBy(() -> TcpLine.open(new PortAddress.Tcp("no-such-host.invalid", 1)))
        .isInstanceOf(LineException.class)
        .hasMessage("there is no host no-such-host.invalid; check the name, or use its address");
  }

  @Test
  void closingEndsAReadInProgress() throws Exception {
    TcpLine line = TcpLine.open(address);
    try (Socket peer = server.accept()) {
      assertThat(peer.isConnected()).isTrue();
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  read(line);
                  ended.complete(new AssertionError("nothing was sent"));
                } catch (LineException e) {
                  ended.complete(e);
                }
              });
      reader.start();
      line.close();
      line.close();
      assertThat(ended.join()).isInstanceOf(LineException.class);
      reader.join();
      assertThatThrownBy(() -> line.write(ByteBuffer.allocate(1)))
          .isInstanceOf(LineException.class);
    }
  }
}
