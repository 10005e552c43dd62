package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pseudo-terminal that hosts open as they would a serial port, by a symbolic link of a fixed
 * name. A host is connected while it has it open; what is written to nobody is dropped, as a driver
 * drops what comes to a port that nobody has open.
 */
final class PseudoTerminal implements HostPort {

  private static final Logger LOG = LoggerFactory.getLogger(PseudoTerminal.class);
  private static final long CLOSE_MILLIS = 5_000;

  /** Nothing tells when a terminal is opened, so it is looked at so often while it is not. */
  private static final int LOOK_MILLIS = 50;

  private static final int MASTER = 0;
  private static final int WAKER = 1;
  private static final int EIGHT = 8;

  private final String name;
  private final Path link;
  private final EventLoop loop;
  private final Listener listener;
  private Master master;

  /**
   * A terminal that is not there yet.
   *
   * @param link path of the link that is made
   */
  PseudoTerminal(String name, String link, EventLoop loop, Listener listener) {
    this.name = name;
    this.link = Path.of(link).toAbsolutePath();
    this.loop = loop;
    this.listener = listener;
  }

  @Override
  public String address() {
    return link.toString();
  }

  @Override
  public synchronized void open() throws IOException {
    if (master != null) {
      return;
    }
    if (!Terminals.areSupported()) {
      throw new IOException(
          "pty needs Linux on a 64-bit machine, this is "
              + System.getProperty("os.name")
              + "; use listen=tcp://127.0.0.1:PORT");
    }
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
      throw new IOException("pty: " + link + " is there already and is no symbolic link");
    }
    Master made = new Master();
    try {
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, made.slave);
    } catch (IOException noLink) {
      made.closeDescriptors();
      throw new IOException("pty: cannot make the link " + link + ": " + noLink, noLink);
    }
    master = made;
    Runtime.getRuntime().addShutdownHook(made.atExit);
    made.thread.setDaemon(true);
    made.thread.start();
  }

  @Override
  public void close() {
    Master last;
    synchronized (this) {
      last = master;
      master = null;
    }
    if (last != null) {
      last.end();
      forgetExit(last.atExit);
    }
  }

  private static void forgetExit(Thread atExit) {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // it runs, or has run
    }
  }

  /** From open to close: the terminal, its thread, and the host of the moment. */
  private final class Master implements Runnable {
    private final int fd = Terminals.openMaster();
    private final int waker;
    private final Path slave;
    private final Thread thread = new Thread(this, "ota-ncp-" + name);

    /** A process that is interrupted ends without waiting for bundles to stop. */
    private final Thread atExit = new Thread(this::removeLink, "ota-ncp-link-" + name);

    private volatile boolean ended;
    private boolean descriptorsClosed;

    Master() throws IOException {
      try {
        slave = Path.of(Terminals.slaveOf(fd));
        Terminals.makeRaw(slave.toString());
        waker = Terminals.openWaker();
      } catch (IOException failed) {
        Terminals.closeDescriptor(fd);
        throw failed;
      }
    }

    void end() {
      ended = true;
      wake();
      try {
        thread.join(CLOSE_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    /** Numbers of closed descriptors are given to others: nobody may use them any more. */
    synchronized void closeDescriptors() {
      if (!descriptorsClosed) {
        descriptorsClosed = true;
        Terminals.closeDescriptor(fd);
        Terminals.closeDescriptor(waker);
      }
    }

    synchronized void wake() {
      if (!descriptorsClosed) {
        Terminals.wake(waker);
      }
    }

    synchronized boolean write(ByteBuffer octets) {
      return !descriptorsClosed && Terminals.writeFrom(fd, octets);
    }

    @Override
    public void run() {
      try {
        Terminals.Poll both = new Terminals.Poll(fd, waker).expect(WAKER, Terminals.POLLIN);
        Terminals.Poll wakerOnly = new Terminals.Poll(waker).expect(0, Terminals.POLLIN);
        ByteBuffer drain = ByteBuffer.allocateDirect(EIGHT);
        while (!ended) {
          both.expect(MASTER, Terminals.POLLIN).await(0);
          if (both.happened(MASTER, Terminals.POLLHUP)) {
            wakerOnly.await(LOOK_MILLIS);
          } else {
            Client client = new Client(this);
            loop.execute(() -> listener.connected(client));
            serve(client, both, drain);
            client.cut();
            loop.execute(() -> listener.disconnected(client));
          }
        }
      } catch (IOException failed) {
        LOG.warn("{}: the terminal is gone: {}", name, failed.getMessage());
      } finally {
        removeLink();
        closeDescriptors();
      }
    }

    /** Until the host closes it. */
    private void serve(Client client, Terminals.Poll both, ByteBuffer drain) throws IOException {
      while (!ended && !client.gone) {
        both.expect(MASTER, client.expects()).await(-1);
        if (both.happened(WAKER, Terminals.POLLIN)) {
          Terminals.readInto(waker, drain.clear());
        }
        if (both.happened(MASTER, Terminals.POLLOUT)) {
          client.awaitsWriting = false;
          loop.execute(() -> listener.writable(client));
        }
        boolean there = !both.happened(MASTER, Terminals.POLLHUP);
        if (both.happened(MASTER, Terminals.POLLIN)) {
          there = client.read();
        }
        if (!there) {
          return;
        }
      }
    }

    private void removeLink() {
      try {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(slave)) {
          Files.delete(link);
        }
      } catch (IOException stays) {
        LOG.warn("{}: cannot remove the link {}: {}", name, link, stays.getMessage());
      }
    }
  }

  /** A host that has it open. */
  private final class Client implements Connection {
    private static final int PORTIONS = 4;

    private final Master of;
    private final Portion[] portions = new Portion[PORTIONS];
    private int next;
    private volatile boolean gone;
    private volatile boolean awaitsWriting;
    private volatile boolean rests;

    Client(Master of) {
      this.of = of;
      for (int i = 0; i < PORTIONS; i++) {
        portions[i] = new Portion();
      }
    }

    /** Reading rests while the loop is behind. */
    int expects() {
      rests = true;
      boolean room = !portions[next].taken;
      rests = !room;
      return (room ? Terminals.POLLIN : 0) | (awaitsWriting ? Terminals.POLLOUT : 0);
    }

    /** False when the host has gone. */
    boolean read() throws IOException {
      Portion portion = portions[next];
      portion.octets.clear();
      if (!Terminals.readInto(of.fd, portion.octets)) {
        return false;
      }
      if (portion.octets.position() > 0) {
        next = (next + 1) % PORTIONS;
        portion.taken = true;
        loop.execute(portion);
      }
      return true;
    }

    @Override
    public boolean write(ByteBuffer octets) {
      return !gone && of.write(octets);
    }

    @Override
    public void awaitWritable() {
      awaitsWriting = true;
      of.wake();
    }

    @Override
    public void cut() {
      gone = true;
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
          of.wake();
        }
      }
    }
  }
}
