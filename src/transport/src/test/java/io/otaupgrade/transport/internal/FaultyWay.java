package io.otaupgrade.transport.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A TCP port that passes all on to another one, until something is to go wrong on the way. */
final class FaultyWay implements AutoCloseable {

  private static final int OCTETS = 8_192;

  private final String name;
  private final URI to;
  private final ServerSocket port;
  private final List<Pair> pairs = new ArrayList<>();

  FaultyWay(String name, String to) {
    this.name = name;
    this.to = URI.create(to);
    try {
      port = new ServerSocket();
      port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
    thread(this::accept).start();
  }

  String address() {
    return "tcp://127.0.0.1:" + port.getLocalPort();
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "faulty-way-" + name);
    thread.setDaemon(true);
    return thread;
  }

  private void accept() {
    try {
      while (true) {
        Pair pair = new Pair(port.accept(), new Socket(to.getHost(), to.getPort()));
        synchronized (pairs) {
          pairs.add(pair);
        }
        pair.start();
      }
    } catch (IOException closed) {
      // no more of them
    }
  }

  private Pair last() {
    synchronized (pairs) {
      return pairs.get(pairs.size() - 1);
    }
  }

  /** How often somebody connected. */
  int connections() {
    synchronized (pairs) {
      return pairs.size();
    }
  }

  /** Both sides of the present connection get a reset. */
  void reset() {
    last().reset();
  }

  /** Nothing is passed on in the present connection any more, and neither side is told. */
  void hold() {
    last().held = true;
  }

  /** The host gets these octets too. */
  void inject(byte[] octets) {
    last().inject(octets);
  }

  @Override
  public void close() {
    try {
      port.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (pairs) {
      pairs.forEach(Pair::reset);
    }
  }

  private final class Pair {
    private final Socket host;
    private final Socket stick;
    private volatile boolean held;

    Pair(Socket host, Socket stick) throws IOException {
      this.host = host;
      this.stick = stick;
      host.setTcpNoDelay(true);
      stick.setTcpNoDelay(true);
    }

    void start() {
      thread(() -> pass(host, stick)).start();
      thread(() -> pass(stick, host)).start();
    }

    private void pass(Socket from, Socket into) {
      byte[] octets = new byte[OCTETS];
      try {
        InputStream in = from.getInputStream();
        while (true) {
          int read = in.read(octets);
          if (held) {
            return; // and both stay open
          }
          if (read < 0) {
            break;
          }
          write(into, octets, read);
        }
      } catch (IOException gone) {
        // the other side is to know
      }
      if (!held) {
        reset();
      }
    }

    private void write(Socket into, byte[] octets, int length) throws IOException {
      synchronized (into) {
        OutputStream out = into.getOutputStream();
        out.write(octets, 0, length);
      }
    }

    void inject(byte[] octets) {
      try {
        write(host, octets, octets.length);
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    }

    void reset() {
      for (Socket each : List.of(host, stick)) {
        try {
          each.setSoLinger(true, 0);
          each.close();
        } catch (IOException gone) {
          // as it was to be
        }
      }
    }
  }
}
