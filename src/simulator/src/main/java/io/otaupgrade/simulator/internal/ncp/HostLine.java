package io.otaupgrade.simulator.internal.ncp;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.simulator.internal.time.Alarm;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serial line between a host and a firmware: how fast it is, what it spoils, and what it drops
 * when the host does not take it. Belongs to the loop.
 *
 * <p>Both directions are queues of octets that leave at the baud rate, each octet ten bits. A frame
 * to the host arrives when its last octet would; octets from the host reach the firmware in slices.
 */
final class HostLine implements HostPort.Listener, Wire {

  private static final Logger LOG = LoggerFactory.getLogger(HostLine.class);

  /** What may wait for a host that does not read; a real line would have dropped it long ago. */
  private static final int QUEUE_OCTETS = 256 * 1024;

  /** Octets that reach the firmware at once, at most, when the line takes time. */
  private static final int SLICE_OCTETS = 16;

  private static final int SPOILED_OCTETS = 4 * 1024;
  private static final long BITS_PER_OCTET = 10;
  private static final long NANOS = 1_000_000_000L;

  private final String name;
  private final EventLoop loop;
  private final Firmware firmware;
  private final LineFaults faults;
  private final int baudRate;
  private final Runnable flush = this::flush;
  private final Alarm sent;
  private final Alarm arrived;

  /** What may go to the host now. */
  private final ByteBuffer out = ByteBuffer.allocateDirect(QUEUE_OCTETS);

  /** What is still on the line, and the lengths of its frames. */
  private final OctetQueue sending = new OctetQueue(QUEUE_OCTETS);

  private final OctetQueue receiving = new OctetQueue(QUEUE_OCTETS);
  private final ByteBuffer slice = ByteBuffer.allocate(SLICE_OCTETS);
  private final ByteBuffer spoiled = ByteBuffer.allocate(2 * SPOILED_OCTETS);

  private HostPort.Connection connection;
  private boolean flushing;
  private boolean awaitingWritable;
  private boolean complained;
  private long silentUntil;
  private long sendsUntil;
  private long receivesUntil;

  HostLine(String name, EventLoop loop, Firmware firmware, LineFaults faults, int baudRate) {
    this.name = name;
    this.loop = loop;
    this.firmware = firmware;
    this.faults = faults;
    this.baudRate = baudRate;
    this.silentUntil = loop.nanos();
    this.sent = new Alarm(loop, this::frameSent);
    this.arrived = new Alarm(loop, this::sliceArrived);
  }

  /** Loses everything in both directions for so long. */
  void silence(Duration duration) {
    silentUntil = loop.nanos() + duration.toNanos();
  }

  private boolean isSilent() {
    return loop.nanos() < silentUntil;
  }

  // ---- the host comes and goes

  @Override
  public void connected(HostPort.Connection host) {
    if (connection != null) {
      disconnected(connection);
    }
    connection = host;
    LOG.debug("{}: a host has connected", name);
    firmware.attached(this);
  }

  @Override
  public void disconnected(HostPort.Connection host) {
    if (host != connection) {
      return;
    }
    connection = null;
    out.clear();
    sending.clear();
    receiving.clear();
    sent.clear();
    arrived.clear();
    awaitingWritable = false;
    complained = false;
    LOG.debug("{}: the host has gone", name);
    firmware.detached();
  }

  // ---- from the host

  @Override
  public void received(HostPort.Connection host, ByteBuffer octets) {
    if (host != connection || isSilent()) {
      return;
    }
    if (!faults.disturbsOctets()) {
      arrive(octets);
      return;
    }
    while (octets.hasRemaining()) {
      int portion = Math.min(octets.remaining(), SPOILED_OCTETS);
      ByteBuffer part = octets.slice(octets.position(), portion);
      octets.position(octets.position() + portion);
      arrive(spoil(part));
    }
  }

  private void arrive(ByteBuffer octets) {
    if (baudRate == 0) {
      firmware.received(octets);
      return;
    }
    boolean idle = receiving.isEmpty();
    if (!receiving.add(octets)) {
      complain("more came from the host than the line takes");
    }
    if (idle && !receiving.isEmpty()) {
      receivesUntil = loop.nanos();
      nextSlice();
    }
  }

  private void nextSlice() {
    receivesUntil += octetNanos(Math.min(receiving.size(), SLICE_OCTETS));
    arrived.setNanos(receivesUntil - loop.nanos());
  }

  private void sliceArrived() {
    slice.clear();
    slice.limit(Math.min(receiving.size(), SLICE_OCTETS));
    receiving.take(slice);
    if (!receiving.isEmpty()) {
      nextSlice();
    }
    if (!isSilent()) {
      firmware.received(slice.flip());
    }
  }

  // ---- to the host

  @Override
  public void write(ByteBuffer frame) {
    if (connection == null || isSilent() || faults.losesFrame()) {
      return;
    }
    boolean twice = faults.repeatsFrame();
    ByteBuffer octets = faults.disturbsOctets() ? spoil(frame) : frame;
    put(octets);
    if (twice) {
      put(octets);
    }
  }

  private void put(ByteBuffer frame) {
    if (baudRate == 0) {
      ready(frame.duplicate());
      return;
    }
    boolean idle = sending.isEmpty();
    if (!sending.addFrame(frame.duplicate())) {
      complain("the line to the host is full");
    } else if (idle) {
      sendsUntil = loop.nanos();
      nextFrame();
    }
  }

  private void nextFrame() {
    sendsUntil += octetNanos(sending.frameSize());
    sent.setNanos(sendsUntil - loop.nanos());
  }

  private void frameSent() {
    int size = sending.frameSize();
    if (size > out.remaining()) {
      sending.skipFrame();
      complain("the host does not read");
    } else {
      int limit = out.limit();
      out.limit(out.position() + size);
      sending.takeFrame(out);
      out.limit(limit);
      flushSoon();
    }
    if (!sending.isEmpty()) {
      nextFrame();
    }
  }

  private void ready(ByteBuffer frame) {
    if (frame.remaining() > out.remaining()) {
      complain("the host does not read");
      return;
    }
    out.put(frame);
    flushSoon();
  }

  /** Once for all that is written in the same turn of the loop. */
  private void flushSoon() {
    if (!flushing && !awaitingWritable) {
      flushing = true;
      loop.execute(flush);
    }
  }

  private void flush() {
    flushing = false;
    if (connection == null || out.position() == 0) {
      return;
    }
    out.flip();
    boolean there = connection.write(out);
    out.compact();
    if (!there) {
      out.clear(); // disconnected follows
    } else if (out.position() > 0) {
      awaitingWritable = true;
      connection.awaitWritable();
    }
  }

  @Override
  public void writable(HostPort.Connection host) {
    if (host == connection) {
      awaitingWritable = false;
      flush();
    }
  }

  private long octetNanos(int octets) {
    return octets * BITS_PER_OCTET * NANOS / baudRate;
  }

  private ByteBuffer spoil(ByteBuffer octets) {
    spoiled.clear();
    for (int i = octets.position(); i < octets.limit(); i++) {
      if (!faults.losesOctet()) {
        byte octet = octets.get(i);
        spoiled.put(faults.corruptsOctet() ? faults.other(octet) : octet);
        if (faults.repeatsOctet()) {
          spoiled.put(octet);
        }
      }
    }
    return spoiled.flip();
  }

  private void complain(String why) {
    if (!complained) {
      complained = true;
      LOG.warn("{}: {}; octets are lost", name, why);
    }
  }
}
