package io.otaupgrade.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP port that passes all on to a network coordinator, until it cuts the connection: both sides
 * are reset, and nobody may connect for a while.
 */
final class Relay implements AutoCloseable {

  private static final int BUFFER_OCTETS = 8_192;

  /** So many octets to the co-processor are no start any more, but image blocks. */
  private static final long BLOCKS_AGAIN = 10_000;

  private final URI coordinator;
  private final long cutAfter;
  private final Duration refused;
  private final int port;
  private final AtomicLong toCoordinator = new AtomicLong();
  private final Thread acceptor = new Thread(this::accept, "relay");

  private volatile boolean closed;
  private volatile boolean cut;
  private volatile long answeredAgainAt;
  private volatile long blocksAgainAt;

  private volatile ServerSocket listening;

  private Relay(URI coordinator, long cutAfter, Duration refused) throws IOException {
    this.coordinator = coordinator;
    this.cutAfter = cutAfter;
    this.refused = refused;
    this.listening = listen(0);
    this.port = listening.getLocalPort();
    acceptor.setDaemon(true);
  }

  /**
   * Opens a port.
   *
   * @param coordinator where all is passed on to
   * @param cutAfter octets to the coordinator before the connection is cut, once
   * @param refused how long nobody may connect then
   */
  static Relay open(URI coordinator, long cutAfter, Duration refused) throws IOException {
    Relay relay = new Relay(coordinator, cutAfter, refused);
    relay.acceptor.start();
    return relay;
  }

  URI address() {
    return URI.create("tcp://127.0.0.1:" + port);
  }

  /** From the moment that the port answered again until blocks went out again; empty before. */
  Optional<Duration> recovery() {
    return blocksAgainAt == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(blocksAgainAt - answeredAgainAt));
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), /* backlog= */ 1);
    return socket;
  }

  private void accept() {
    while (!closed) {
      try (Socket host = listening.accept();
          Socket stick = new Socket(coordinator.getHost(), coordinator.getPort())) {
        host.setTcpNoDelay(true);
        stick.setTcpNoDelay(true);
        Thread back = new Thread(() -> pass(stick, host, false), "relay-back");
        back.setDaemon(true);
        back.start();
        pass(host, stick, true);
        back.join();
        if (cut && answeredAgainAt == 0) {
          listening.close();
          TimeUnit.NANOSECONDS.sleep(refused.toNanos());
          listening = listen(port);
          answeredAgainAt = System.nanoTime();
        }
      } catch (IOException gone) {
        // whoever it was may connect again
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  private void pass(Socket from, Socket to, boolean isToCoordinator) {
    byte[] octets = new byte[BUFFER_OCTETS];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (true) {
        int read = in.read(octets);
        if (read < 0) {
          return;
        }
        out.write(octets, 0, read);
        if (isToCoordinator && count(read)) {
          return;
        }
      }
    } catch (IOException gone) {
      // the other direction ends as well
    } finally {
      reset(from);
      reset(to);
    }
  }

  /** Whether the connection is to be cut now. */
  private boolean count(int octets) {
    long all = toCoordinator.addAndGet(octets);
    if (!cut && all >= cutAfter) {
      cut = true;
      toCoordinator.set(0);
      return true;
    }
    if (answeredAgainAt != 0 && blocksAgainAt == 0 && all >= BLOCKS_AGAIN) {
      blocksAgainAt = System.nanoTime();
    }
    return false;
  }

  /** Closes without a farewell: the other side's TCP gets a reset. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException gone) {
      // as it was to be
    }
  }

  @Override
  public void close() {
    closed = true;
    acceptor.interrupt();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
