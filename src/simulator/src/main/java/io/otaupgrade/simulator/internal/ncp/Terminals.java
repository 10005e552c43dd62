package io.otaupgrade.simulator.internal.ncp;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The few calls of Linux' C library that a pseudo-terminal needs, and what they return turned into
 * exceptions. Loading the class loads native code.
 */
final class Terminals {

  static final int POLLIN = 0x001;
  static final int POLLOUT = 0x004;
  static final int POLLHUP = 0x010;

  private static final int O_RDWR = 0x002;
  private static final int O_NOCTTY = 0x100;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int EINTR = 4;
  private static final int EIO = 5;
  private static final int EAGAIN = 11;
  private static final int TCSANOW = 0;
  private static final int NAME_OCTETS = 128;

  /** More than a {@code struct termios} has on any machine. */
  private static final int TERMIOS_OCTETS = 256;

  static {
    Native.register(Terminals.class, "c");
  }

  private Terminals() {}

  /** Whether this machine has them, as this class calls them. */
  static boolean areSupported() {
    return Platform.isLinux() && Platform.is64Bit();
  }

  private static native int posix_openpt(int flags);

  private static native int grantpt(int master);

  private static native int unlockpt(int master);

  private static native int ptsname_r(int master, byte[] name, long octets);

  private static native int open(String path, int flags);

  private static native int close(int fd);

  private static native long read(int fd, ByteBuffer into, long octets);

  private static native long write(int fd, ByteBuffer from, long octets);

  private static native int poll(ByteBuffer fds, long number, int timeoutMillis);

  private static native int eventfd(int initial, int flags);

  private static native int tcgetattr(int fd, byte[] termios);

  private static native void cfmakeraw(byte[] termios);

  private static native int tcsetattr(int fd, int when, byte[] termios);

  /** The master of a new pseudo-terminal; its reads and writes never wait. */
  static int openMaster() throws IOException {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    check("posix_openpt", master);
    try {
      check("grantpt", grantpt(master));
      check("unlockpt", unlockpt(master));
    } catch (IOException failed) {
      closeDescriptor(master);
      throw failed;
    }
    return master;
  }

  /** The path of the other side. */
  static String slaveOf(int master) throws IOException {
    byte[] name = new byte[NAME_OCTETS];
    int error = ptsname_r(master, name, name.length);
    if (error != 0) {
      throw new IOException("ptsname_r: error " + error);
    }
    return Native.toString(name);
  }

  /**
   * Makes the other side pass octets on as they are, and leaves it closed: from then on the master
   * is told whether somebody has it open.
   */
  static void makeRaw(String slave) throws IOException {
    int fd = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
    check("open " + slave, fd);
    try {
      byte[] termios = new byte[TERMIOS_OCTETS];
      check("tcgetattr", tcgetattr(fd, termios));
      cfmakeraw(termios);
      check("tcsetattr", tcsetattr(fd, TCSANOW, termios));
    } finally {
      closeDescriptor(fd);
    }
  }

  /** Something to wait for that {@link #wake} makes happen. */
  static int openWaker() throws IOException {
    int waker = eventfd(0, O_NONBLOCK | O_CLOEXEC);
    check("eventfd", waker);
    return waker;
  }

  static void closeDescriptor(int fd) {
    close(fd);
  }

  /**
   * Reads what is there.
   *
   * @param into a direct buffer
   * @return false when nobody is there any more
   */
  static boolean readInto(int fd, ByteBuffer into) throws IOException {
    long octets = read(fd, into.slice(), into.remaining());
    if (octets < 0) {
      int error = Native.getLastError();
      if (error == EAGAIN || error == EINTR) {
        return true;
      }
      if (error == EIO) {
        return false;
      }
      throw new IOException("read: error " + error);
    }
    into.position(into.position() + (int) octets);
    return octets > 0;
  }

  /**
   * Writes what goes without waiting.
   *
   * @param from a direct buffer
   * @return false when nobody is there any more
   */
  static boolean writeFrom(int fd, ByteBuffer from) {
    long written = write(fd, from.slice(), from.remaining());
    if (written < 0) {
      int error = Native.getLastError();
      return error == EAGAIN || error == EINTR;
    }
    from.position(from.position() + (int) written);
    return true;
  }

  /** Makes a {@link Poll} that waits for this descriptor return. From any thread. */
  static void wake(int waker) {
    ByteBuffer one = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    write(waker, one.putLong(0, 1), Long.BYTES);
  }

  /** Several descriptors to wait for: an array of {@code struct pollfd}. For one thread. */
  static final class Poll {
    private static final int OCTETS = 8;
    private static final int EVENTS_AT = 4;
    private static final int RESULTS_AT = 6;

    private final ByteBuffer fds;
    private final int number;

    Poll(int... descriptors) {
      number = descriptors.length;
      fds = ByteBuffer.allocateDirect(number * OCTETS).order(ByteOrder.nativeOrder());
      for (int i = 0; i < number; i++) {
        fds.putInt(i * OCTETS, descriptors[i]);
      }
    }

    /** What to wait for; errors and the other side's end are always told. */
    Poll expect(int index, int events) {
      fds.putShort(index * OCTETS + EVENTS_AT, (short) events);
      return this;
    }

    /** Waits until something has happened, or for the time to pass; -1 for ever. */
    void await(int timeoutMillis) throws IOException {
      if (poll(fds, number, timeoutMillis) < 0 && Native.getLastError() != EINTR) {
        throw new IOException("poll: error " + Native.getLastError());
      }
    }

    /** Whether one of these has happened. */
    boolean happened(int index, int events) {
      return (fds.getShort(index * OCTETS + RESULTS_AT) & events) != 0;
    }
  }

  private static void check(String call, int result) throws IOException {
    if (result < 0) {
      throw new IOException(call + ": error " + Native.getLastError());
    }
  }
}
