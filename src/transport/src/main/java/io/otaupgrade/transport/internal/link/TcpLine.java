package io.otaupgrade.transport.internal.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** A line to a network coordinator. */
final class TcpLine implements Line {

  private static final int CONNECT_MILLIS = 3_000;

  /** So often the reader looks up from its reading. */
  private static final int READ_MILLIS = 1_000;

  private final PortAddress.Tcp address;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private TcpLine(PortAddress.Tcp address, Socket socket) throws IOException {
    this.address = address;
    this.socket = socket;
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  static TcpLine open(PortAddress.Tcp address) throws LineException {
    Socket socket = new Socket();
    try {
      // A frame is written at once and waited for: gathering octets would only delay it.
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.setSoTimeout(READ_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(address.host()), address.port()),
          CONNECT_MILLIS);
      return new TcpLine(address, socket);
    } catch (IOException e) {
      closeQuietly(socket);
      throw new LineException(why(address, e), e);
    }
  }

  private static String why(PortAddress.Tcp address, IOException e) {
    if (e instanceof UnknownHostException) {
      return "there is no host " + address.host() + "; check the name, or use its address";
    }
    if (e instanceof SocketTimeoutException) {
      return address + " did not answer within " + CONNECT_MILLIS / 1000 + " s; is it switched on?";
    }
    if (e instanceof NoRouteToHostException) {
      return address + " cannot be reached from here: " + e.getMessage();
    }
    if (e instanceof ConnectException) {
      return address
          + " refused the connection; is the coordinator's serial server running, and is nobody"
          + " else connected?";
    }
    return address + ": " + e.getMessage();
  }

  @Override
  public int read(ByteBuffer into) throws LineException {
    try {
      int read = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
      if (read < 0) {
        throw new LineException(address + " closed the connection");
      }
      into.position(into.position() + read);
      return read;
    } catch (SocketTimeoutException nothingCame) {
      return 0;
    } catch (IOException e) {
      throw new LineException(address + ": the connection broke: " + e.getMessage(), e);
    }
  }

  @Override
  public void write(ByteBuffer octets) throws LineException {
    try {
      if (octets.hasArray()) {
        out.write(octets.array(), octets.arrayOffset() + octets.position(), octets.remaining());
      } else {
        byte[] copy = new byte[octets.remaining()];
        octets.duplicate().get(copy);
        out.write(copy);
      }
    } catch (IOException e) {
      throw new LineException(address + ": the connection broke: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    closeQuietly(socket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException closedAnyway) {
      // nothing is left to be done with it
    }
  }
}
