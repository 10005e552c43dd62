package io.otaupgrade.simulator.internal.ncp;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where hosts connect to a co-processor, one at a time. Its own thread waits for octets and
 * connections and hands them to the loop; writing never blocks.
 */
interface HostPort {

  /** What a host is to be told to connect to. */
  String address();

  /** Takes hosts from now on; again after {@link #close}, at the same address. */
  void open() throws IOException;

  /** Cuts the connection and takes nobody, until it is opened again. */
  void close();

  /** A host that is connected. */
  interface Connection {
    /**
     * Takes what can be taken now. On the loop.
     *
     * @return false when the connection is lost
     */
    boolean write(ByteBuffer octets);

    /** Asks for {@link Listener#writable}, once. On the loop. */
    void awaitWritable();

    /** Cuts it. */
    void cut();
  }

  /** Who is told; on the loop. */
  interface Listener {
    /** A host has connected; the one before, if it is still there, is gone. */
    void connected(Connection connection);

    /** Octets came; the buffer is the port's own. */
    void received(Connection connection, ByteBuffer octets);

    /** More can be written. */
    void writable(Connection connection);

    /** The host has gone. */
    void disconnected(Connection connection);
  }
}
