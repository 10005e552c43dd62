package io.otaupgrade.transport.internal.link;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A line to a stick on a serial port of this host. */
final class SerialLine implements Line {

  /** So often the reader looks up from its reading: whether the port was closed meanwhile. */
  private static final int READ_MILLIS = 200;

  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  // What the operating system says, errno or GetLastError.
  private static final int EACCES = 13;
  private static final int EPERM = 1;
  private static final int EAGAIN = 11;
  private static final int EAGAIN_BSD = 35;
  private static final int EBUSY = 16;
  private static final int ENOTTY = 25;
  private static final int EINVAL = 22;
  private static final int WINDOWS_ACCESS_DENIED = 5;
  private static final int WINDOWS_FILE_NOT_FOUND = 2;

  private final String name;
  private final SerialPort port;
  private final Runnable onClosed;

  /**
   * Held while reading. Closing a port frees what its read is still using, so a reader that is at
   * it closes the port itself.
   */
  private final ReentrantLock reading = new ReentrantLock();

  private volatile boolean closed;
  private byte[] copy = new byte[512];

  private SerialLine(String name, SerialPort port, Runnable onClosed) {
    this.name = name;
    this.port = port;
    this.onClosed = onClosed;
  }

  /**
   * @param others tells what ports there are, for whoever mistyped the name
   * @param onClosed is run when the port is free again, perhaps more than once; not when this
   *     throws
   */
  static SerialLine open(PortAddress.Serial address, Supplier<String> others, Runnable onClosed)
      throws LineException {
    String name = address.name();
    if (!WINDOWS && !Files.exists(Path.of(path(name)))) {
      throw missing(name, others);
    }
    try {
      // A link's name, such as in /dev/serial/by-id, stays when the stick is plugged in elsewhere.
      SerialPort port = SerialPort.getCommPort(WINDOWS ? name : real(name));
      port.setComPortParameters(
          address.baudRate(), 8, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
      port.setFlowControl(flags(address.flowControl()));
      // A read takes what there is as soon as there is anything.
      port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_MILLIS, 0);
      if (!port.openPort()) {
        throw refused(address, port.getLastErrorCode(), others);
      }
      return new SerialLine(name, port, onClosed);
    } catch (SerialPortInvalidPortException e) {
      throw missing(name, others);
    } catch (LinkageError e) {
      throw NativeLibrary.missing(e);
    }
  }

  private static String path(String name) {
    return name.startsWith("/") ? name : "/dev/" + name;
  }

  private static String real(String name) throws LineException {
    try {
      return Path.of(path(name)).toRealPath().toString();
    } catch (IOException e) {
      throw new LineException(name + " leads nowhere now; is the stick plugged in?", e);
    }
  }

  /** One name for all names of a port, whether it is there or not. */
  static String identity(PortAddress.Serial address) {
    if (WINDOWS) {
      return address.name().toUpperCase(Locale.ROOT).replace("\\\\.\\", "");
    }
    try {
      return real(address.name());
    } catch (LineException notThere) {
      return path(address.name());
    }
  }

  private static int flags(FlowControl flowControl) {
    return switch (flowControl) {
      case NONE -> SerialPort.FLOW_CONTROL_DISABLED;
      case RTSCTS -> SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED;
      case XONXOFF ->
          SerialPort.FLOW_CONTROL_XONXOFF_IN_ENABLED | SerialPort.FLOW_CONTROL_XONXOFF_OUT_ENABLED;
    };
  }

  private static LineException missing(String name, Supplier<String> others) {
    return new LineException("there is no serial port " + name + "; there are: " + others.get());
  }

  private static LineException refused(
      PortAddress.Serial address, int error, Supplier<String> others) {
    String name = address.name();
    if (WINDOWS) {
      return switch (error) {
        case WINDOWS_FILE_NOT_FOUND -> missing(name, others);
        case WINDOWS_ACCESS_DENIED -> busy(name);
        default -> new LineException(name + " does not open, error " + error);
      };
    }
    return switch (error) {
      case EACCES, EPERM -> LineException.lasting(permission(name), null);
      case EBUSY, EAGAIN, EAGAIN_BSD -> busy(name);
      case ENOTTY, EINVAL ->
          LineException.lasting(
              name + " is no serial port, or does not do " + address.baudRate() + " baud", null);
      default ->
          new LineException(name + " does not open, error " + error + " of the operating system");
    };
  }

  private static LineException busy(String name) {
    return new LineException(
        name + " is in use by another program; stop that, or give it another port");
  }

  private static String permission(String name) {
    String user = System.getProperty("user.name");
    String group = "dialout";
    try {
      group =
          Files.readAttributes(Path.of(real(name)), PosixFileAttributes.class).group().getName();
    } catch (IOException | LineException | UnsupportedOperationException unknown) {
      // what most systems call it
    }
    return "user "
        + user
        + " has no permission to open "
        + name
        + "; add it to the group "
        + group
        + " (usermod -a -G "
        + group
        + " "
        + user
        + ") and start again";
  }

  @Override
  public int read(ByteBuffer into) throws LineException {
    int read;
    reading.lock();
    try {
      read =
          closed
              ? -1
              : port.readBytes(
                  into.array(), into.remaining(), into.arrayOffset() + into.position());
    } finally {
      reading.unlock();
    }
    if (closed) {
      release();
      throw new LineException(name + " was closed");
    }
    if (read < 0) {
      throw new LineException(name + " is gone; was it unplugged?");
    }
    into.position(into.position() + read);
    return read;
  }

  @Override
  public void write(ByteBuffer octets) throws LineException {
    int length = octets.remaining();
    byte[] from;
    int offset;
    if (octets.hasArray()) {
      from = octets.array();
      offset = octets.arrayOffset() + octets.position();
    } else {
      if (copy.length < length) {
        copy = new byte[length];
      }
      octets.duplicate().get(copy, 0, length);
      from = copy;
      offset = 0;
    }
    if (port.writeBytes(from, length, offset) != length) {
      throw new LineException(
          closed ? name + " was closed" : name + " takes no octets; was it unplugged?");
    }
  }

  @Override
  public void close() {
    closed = true;
    release();
  }

  private void release() {
    if (reading.tryLock()) {
      try {
        port.closePort();
      } finally {
        reading.unlock();
      }
      onClosed.run();
    }
  }
}
