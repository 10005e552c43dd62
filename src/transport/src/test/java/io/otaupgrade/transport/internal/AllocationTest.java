package io.otaupgrade.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.DeliveryListener;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.TxOptions;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.api.radio.spi.RadioDriver;
import io.otaupgrade.api.radio.spi.RadioEvents;
import io.otaupgrade.api.radio.spi.RadioLimits;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The path of an image block: in, out, confirmed. */
class AllocationTest {

  private static final int BLOCKS = 20_000;
  private static final int DEVICES = 50;

  /** A frame with its sender's EUI-64 filled in, and nothing else. */
  private static final long OCTETS_A_BLOCK = 48;

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final Instant driver = new Instant();
  private final Mesh mesh =
      new Mesh(
          "home",
          driver,
          loop,
          Settings.DEFAULT,
          Runnable::run,
          transport -> () -> {},
          Optional.empty(),
          new RadioBoard(Runnable::run),
          event -> {});

  @Test
  void aBlockCostsNoGarbageButTheFrameItself() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ApsFrame[] requests = new ApsFrame[DEVICES];
    ApsFrame[] responses = new ApsFrame[DEVICES];
    for (int i = 0; i < DEVICES; i++) {
      ByteBuffer payload = ByteBuffer.allocate(20).asReadOnlyBuffer();
      requests[i] = ApsFrame.from(0x1000 + i, Optional.empty(), 1, 1, 0x0104, 0x19, 0, payload);
      responses[i] = ApsFrame.to(0x1000 + i, 1, 1, 0x0104, 0x19, payload);
    }
    Duration deadline = Duration.ofSeconds(5);
    mesh.dispatch(
        new ApsDispatch(
            List.of(
                new ApsSubscription(
                    frame ->
                        mesh.send(
                            responses[frame.networkAddress() - 0x1000],
                            Priority.OTA,
                            TxOptions.UNACKNOWLEDGED,
                            deadline,
                            DeliveryListener.NONE),
                    Map.of("cluster", 0x19, "profile", 0x0104, "endpoint", new int[] {1, 13})))));
    mesh.start();
    driver.events.orElseThrow().networkUp(FakeDriver.NETWORK);
    for (int i = 0; i < DEVICES; i++) {
      driver.events.get().joined(new Eui64(0x100 + i), 0x1000 + i);
    }
    // They are described, so that they are left alone.
    for (int i = 0; i < DEVICES; i++) {
      mesh.known(0x1000 + i).setDescribed(true);
    }
    serve(requests);
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    serve(requests);
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(driver.sent).isEqualTo(2 * BLOCKS);
    assertThat(allocated / BLOCKS).isLessThanOrEqualTo(OCTETS_A_BLOCK);
  }

  private void serve(ApsFrame[] requests) {
    RadioEvents events = driver.events.orElseThrow();
    for (int i = 0; i < BLOCKS; i++) {
      events.received(requests[i % DEVICES]);
      events.confirmed(driver.lastTag, Confirmation.DELIVERED);
    }
  }

  /** A co-processor that takes everything at once. */
  private static final class Instant implements RadioDriver {
    private Optional<RadioEvents> events = Optional.empty();
    private int lastTag;
    private int sent;

    @Override
    public void open(RadioEvents to, EventLoop on) {
      events = Optional.of(to);
    }

    @Override
    public void close() {}

    @Override
    public RadioLimits limits() {
      return new RadioLimits(16, 4);
    }

    @Override
    public int maximumPayload(int networkAddress) {
      return 82;
    }

    @Override
    public void send(int tag, ApsFrame frame, TxOptions options) {
      lastTag = tag;
      sent++;
    }
  }
}
