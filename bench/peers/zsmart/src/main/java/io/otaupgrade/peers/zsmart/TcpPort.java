package io.otaupgrade.peers.zsmart;

import com.zsmartsystems.zigbee.transport.ZigBeePort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;

/** The library's serial port, over TCP. It reads octet by octet, from one thread. */
final class TcpPort implements ZigBeePort {

  private static final int CONNECT_MILLIS = 5_000;
  private static final int NOTHING = -1;

  private final URI address;

  private Socket socket;
  private InputStream in;
  private OutputStream out;

  /**
   * @param address {@code tcp://HOST:PORT}
   */
  TcpPort(URI address) {
    this.address = address;
  }

  @Override
  public boolean open() {
    try {
      socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      return true;
    } catch (IOException e) {
      System.err.println(address + ": " + e.getMessage());
      return false;
    }
  }

  @Override
  public boolean open(int baudRate) {
    return open();
  }

  @Override
  public boolean open(int baudRate, FlowControl flowControl) {
    return open();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void write(int octet) {
    write(new int[] {octet});
  }

  @Override
  public void write(int[] octets) {
    byte[] written = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      written[i] = (byte) octets[i];
    }
    try {
      out.write(written);
    } catch (IOException e) {
      System.err.println(address + ": " + e.getMessage());
    }
  }

  @Override
  public int read() {
    return read(0);
  }

  @Override
  public int read(int timeoutMillis) {
    try {
      if (in.available() == 0) { // else the time-out costs a system call for each octet
        socket.setSoTimeout(timeoutMillis);
      }
      return in.read();
    } catch (SocketTimeoutException e) {
      return NOTHING;
    } catch (IOException e) {
      return NOTHING; // closed; the library asks again until it is told to stop
    }
  }

  @Override
  public void purgeRxBuffer() {
    try {
      in.skipNBytes(in.available());
    } catch (IOException e) {
      System.err.println(address + ": " + e.getMessage());
    }
  }
}
