package io.otaupgrade.transport.internal.link;

import java.io.File;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The lines of this host, each port at most once at a time. */
@Component(service = Lines.class)
public final class HostLines implements Lines {

  /** A line that is being closed is gone by then; one that is in use stays. */
  private static final long CLOSING_MILLIS = 1_000;

  private final Map<String, Semaphore> ports = new ConcurrentHashMap<>();

  /** Called by SCR. */
  @Activate
  public HostLines(BundleContext bundle) {
    this(Optional.ofNullable(bundle.getDataFile("jSerialComm")));
  }

  /**
   * @param nativeCode where the serial library's native code goes; empty: where it likes
   */
  public HostLines(Optional<File> nativeCode) {
    nativeCode.ifPresent(folder -> NativeLibrary.unpackInto(folder.toPath()));
  }

  @Override
  public Line open(PortAddress port) throws LineException {
    Semaphore free = ports.computeIfAbsent(identity(port), each -> new Semaphore(1));
    try {
      if (!free.tryAcquire(CLOSING_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new LineException(port + " is in use by another radio of this host");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LineException("interrupted before " + port + " was opened", e);
    }
    AtomicBoolean held = new AtomicBoolean(true);
    Runnable release =
        () -> {
          if (held.getAndSet(false)) {
            free.release();
          }
        };
    boolean opened = false;
    try {
      Line line =
          port instanceof PortAddress.Serial serial
              ? SerialLine.open(serial, HostPorts::describe, release)
              : new Released(TcpLine.open((PortAddress.Tcp) port), release);
      opened = true;
      return line;
    } finally {
      if (!opened) {
        release.run();
      }
    }
  }

  private static String identity(PortAddress port) {
    return port instanceof PortAddress.Serial serial
        ? SerialLine.identity(serial)
        : port.toString();
  }

  /** Tells when it is closed. */
  private record Released(Line line, Runnable onClosed) implements Line {

    @Override
    public int read(ByteBuffer into) throws LineException {
      return line.read(into);
    }

    @Override
    public void write(ByteBuffer octets) throws LineException {
      line.write(octets);
    }

    @Override
    public void close() {
      line.close();
      onClosed.run();
    }
  }
}
