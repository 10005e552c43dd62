package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Frames of the size of a block response, as many and as fast as the co-processor takes them: what
 * the way through it can carry, whatever the server and the devices do.
 */
final class Unicasts {

  private static final int PROFILE = 0x0104;
  private static final int BASIC_CLUSTER = 0x0000;
  private static final int ENDPOINT = 1;

  /** ZCL header 3, Image Block Response 14, block 50. */
  private static final int PAYLOAD_OCTETS = 67;

  /** A global Default Response, which nothing answers; the number is filled in. */
  private static final byte[] HEADER = {0x10, 0, 0x0B};

  private static final int SEQUENCE_NUMBER = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Plan plan;
  private final Host host;

  Unicasts(Plan plan, Host host) {
    this.plan = plan;
    this.host = host;
  }

  void run(Properties result) throws InterruptedException, LoadFailed {
    Plan.Radio mesh = plan.radio().orElseThrow(() -> new LoadFailed("radio is missing"));
    RadioPopulation.find(host, mesh.mesh(), mesh.devices()).admit();
    RadioTransport radio =
        host.await(RadioTransport.class, "(" + RadioTransport.MESH + "=" + mesh.mesh() + ")");
    List<Node> nodes = awaitInterviews(radio, mesh.devices());
    send(radio, nodes, plan.unicasts() / 10);
    long begun = System.nanoTime();
    int delivered = send(radio, nodes, plan.unicasts());
    result.setProperty("delivered", Integer.toString(delivered));
    result.setProperty("wallNanos", Long.toString(System.nanoTime() - begun));
  }

  /** Until then the transport's own questions are on the line as well. */
  private static List<Node> awaitInterviews(RadioTransport radio, int devices)
      throws InterruptedException, LoadFailed {
    long begun = System.nanoTime();
    while (true) {
      List<Node> described =
          radio.nodes().stream().filter(node -> node.modelIdentifier().isPresent()).toList();
      if (described.size() == devices) {
        return described;
      }
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new LoadFailed(
            described.size()
                + " of "
                + devices
                + " devices were described within "
                + PATIENCE.toSeconds()
                + " s");
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  /** Hands all frames to the transport, which gives the co-processor as many as it takes. */
  private static int send(RadioTransport radio, List<Node> nodes, int count)
      throws InterruptedException, LoadFailed {
    AtomicInteger delivered = new AtomicInteger();
    CountDownLatch settled = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      byte[] payload = new byte[PAYLOAD_OCTETS];
      System.arraycopy(HEADER, 0, payload, 0, HEADER.length);
      payload[SEQUENCE_NUMBER] = (byte) i;
      radio.send(
          ApsFrame.to(
              nodes.get(i % nodes.size()).networkAddress(),
              ENDPOINT,
              ENDPOINT,
              PROFILE,
              BASIC_CLUSTER,
              ByteBuffer.wrap(payload)),
          Priority.OTA,
          TxOptions.ACKNOWLEDGED,
          PATIENCE,
          delivery -> {
            if (delivery == Delivery.DELIVERED) {
              delivered.incrementAndGet();
            }
            settled.countDown();
          });
    }
    if (!settled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new LoadFailed(
          settled.getCount()
              + " of "
              + count
              + " frames were not settled within "
              + PATIENCE.toSeconds()
              + " s");
    }
    return delivered.get();
  }
}
