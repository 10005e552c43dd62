package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP port on the loopback interface. The newest connection wins, so that one which died without
 * a word is in nobody's way.
 */
final class TcpHostPort implements HostPort {

  private static final Logger LOG = LoggerFactory.getLogger(TcpHostPort.class);
  private static final long CLOSE_MILLIS = 5_000;

  private final String name;
  private final EventLoop loop;
  private final Listener listener;
  private int port;
  private Acceptor acceptor;

  /**
   * A port that is closed.
   *
   * @param port 0 for any that is free; then it keeps the one it got
   */
  TcpHostPort(String name, int port, EventLoop loop, Listener listener) {
    this.name = name;
    this.port = port;
    this.loop = loop;
    this.listener = listener;
  }

  @Override
  public synchronized String address() {
    return "tcp://127.0.0.1:" + port;
  }

  @Override
  public synchronized void open() throws IOException {
    if (acceptor == null) {
      acceptor = new Acceptor();
      acceptor.start();
    }
  }

  @Override
  public void close() {
    Acceptor last;
    synchronized (this) {
      last = acceptor;
      acceptor = null;
    }
    if (last != null) {
      last.end();
    }
  }

  /** From open to close: the selector, its thread, and the client of the moment. */
  private final class Acceptor implements Runnable {
    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Thread thread = new Thread(this, "ota-ncp-" + name);
    private Client client;
    private volatile boolean ended;

    Acceptor() throws IOException {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      try {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (BindException inUse) {
        server.close();
        selector.close();
        throw new IOException(
            "cannot listen at " + address() + ": " + inUse.getMessage() + "; try another port",
            inUse);
      }
      port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
    }

    void start() {
      thread.setDaemon(true);
      thread.start();
    }

    void end() {
      ended = true;
      selector.wakeup();
      try {
        thread.join(CLOSE_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void run() {
      try (selector;
          server) {
        while (!ended) {
          if (selector.select() > 0) {
            loop.assist(this::allReady, () -> {});
          }
        }
        if (client != null) {
          client.lost();
        }
      } catch (IOException | UncheckedIOException | ClosedSelectorException failed) {
        LOG.warn("{}: the TCP port is gone: {}", name, failed.getMessage());
      }
    }

    private void allReady() {
      selector.selectedKeys().forEach(this::ready);
      selector.selectedKeys().clear();
    }

    private void ready(SelectionKey key) {
      try {
        if (key.isAcceptable()) {
          accept();
        } else {
          ((Client) key.attachment()).ready(key);
        }
      } catch (CancelledKeyException gone) {
        LOG.trace("{}: cut meanwhile", name, gone);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    private void accept() throws IOException {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      if (client != null) {
        client.lost();
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      client = new Client(channel, selector);
      client.begin();
    }
  }

  /** One connection. */
  private final class Client implements Connection {
    /** So much may wait for the loop before reading rests, and the host's own buffers fill up. */
    private static final int PORTIONS = 4;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Portion[] portions = new Portion[PORTIONS];
    private int next;

    /** Nothing is read until the loop asks. */
    private volatile boolean rests;

    Client(SocketChannel channel, Selector selector) throws IOException {
      this.channel = channel;
      for (int i = 0; i < PORTIONS; i++) {
        portions[i] = new Portion();
      }
      key = channel.register(selector, 0, this);
    }

    void begin() {
      loop.execute(() -> listener.connected(this));
      key.interestOps(SelectionKey.OP_READ);
    }

    void ready(SelectionKey of) {
      if (of.isWritable()) {
        of.interestOpsAnd(~SelectionKey.OP_WRITE);
        loop.execute(() -> listener.writable(this));
      }
      if (of.isReadable()) {
        read();
      }
    }

    private void read() {
      Portion portion = portions[next];
      if (portion.taken) {
        // The loop is behind. It asks again; unless it did so just now and nobody saw it rest.
        key.interestOpsAnd(~SelectionKey.OP_READ);
        rests = true;
        if (portion.taken) {
          return;
        }
        key.interestOpsOr(SelectionKey.OP_READ);
      }
      rests = false;
      try {
        portion.octets.clear();
        if (channel.read(portion.octets) < 0) {
          lost();
          return;
        }
      } catch (IOException reset) {
        LOG.debug("{}: {}", name, reset.getMessage());
        lost();
        return;
      }
      next = (next + 1) % PORTIONS;
      portion.taken = true;
      loop.execute(portion);
    }

    /** On the port's thread, once. */
    private void lost() {
      cut();
      loop.execute(() -> listener.disconnected(this));
    }

    @Override
    public boolean write(ByteBuffer octets) {
      try {
        channel.write(octets);
        return true;
      } catch (IOException gone) {
        LOG.debug("{}: {}", name, gone.getMessage());
        return false; // the reader sees it too
      }
    }

    @Override
    public void awaitWritable() {
      ask(SelectionKey.OP_WRITE);
    }

    @Override
    public void cut() {
      try {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset, as of a host that fell
        channel.close();
      } catch (IOException ignored) {
        LOG.trace("{}: {}", name, ignored.getMessage());
      }
    }

    private void ask(int operation) {
      try {
        key.interestOpsOr(operation);
        key.selector().wakeup();
      } catch (CancelledKeyException gone) {
        LOG.trace("{}: cut meanwhile", name, gone);
      }
    }

    /** What one read brought, on its way to the loop. */
    private final class Portion implements Runnable {
      private final ByteBuffer octets = ByteBuffer.allocateDirect(16 * 1024);
      private volatile boolean taken;

      @Override
      public void run() {
        octets.flip();
        listener.received(Client.this, octets);
        taken = false;
        if (rests) {
          ask(SelectionKey.OP_READ);
        }
      }
    }
  }
}
