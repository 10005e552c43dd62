package io.otaupgrade.transport.internal.link;

import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.spi.RadioEvents;
import java.nio.ByteBuffer;

/** What a {@link CoProcessor} stands on. */
public interface CoProcessorHost {

  /** Name of the mesh, for log lines. */
  String mesh();

  /** The mesh's loop and clock. */
  EventLoop loop();

  /** Where network, frames and devices are reported to, on the loop. */
  RadioEvents events();

  /** What the network must be like. */
  NetworkSettings network();

  /** What is counted; from any thread. */
  LinkCounters counters();

  /** Writes to the line, from any thread; a line that broke is reported elsewhere. */
  void write(ByteBuffer octets);

  /** A word on how the start goes, for the operator. */
  void progress(String message);

  /**
   * The co-processor cannot go on; it is closed, and opened again later. From any thread; only the
   * first one counts.
   */
  void failed(RadioFault fault);
}
