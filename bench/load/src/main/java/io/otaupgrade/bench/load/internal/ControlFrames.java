package io.otaupgrade.bench.load.internal;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.EventLoop;
import io.otaupgrade.api.radio.Node;
import io.otaupgrade.api.radio.Priority;
import io.otaupgrade.api.radio.RadioTransport;
import io.otaupgrade.api.radio.TxOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A consumer of the radio for which a person waits: asks one device after the other for an
 * attribute, and notes how long each question takes until the device has acknowledged it. On the
 * mesh's loop, by its clock.
 */
final class ControlFrames implements Transfers.Phase {

  private static final int PROFILE = 0x0104;
  private static final int ENDPOINT = 1;

  /** Read Attributes of the Basic cluster, attribute 0x0000; the number is filled in. */
  private static final byte[] READ_ZCL_VERSION = {0x10, 0, 0x00, 0x00, 0x00};

  private static final int BASIC_CLUSTER = 0x0000;
  private static final int SEQUENCE_NUMBER = 1;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final RadioTransport radio;
  private final EventLoop loop;
  private final Duration period;
  private final SplittableRandom random = new SplittableRandom(1);

  private final Latencies idle = new Latencies();
  private final Latencies loaded = new Latencies();
  private EventLoop.Timer next = () -> {};
  private int sent;

  /**
   * @param period mean pause between two frames; each is drawn from half of it to one and a half
   */
  ControlFrames(RadioTransport radio, Duration period) {
    this.radio = radio;
    this.loop = radio.loop();
    this.period = period;
  }

  /** What became of the frames. */
  static final class Latencies {
    private final List<Long> nanos = new ArrayList<>();
    private int lost;

    private void settled(Delivery delivery, long took) {
      if (delivery == Delivery.DELIVERED) {
        nanos.add(took);
      } else {
        lost++;
      }
    }

    int delivered() {
      return nanos.size();
    }

    /** Frames that were not acknowledged. */
    int lost() {
      return lost;
    }

    /**
     * How long the frames took that were delivered.
     *
     * @param share of them that were no slower, above 0 to 1
     */
    long quantile(double share) throws LoadFailed {
      if (nanos.isEmpty()) {
        throw new LoadFailed("no control frame was delivered");
      }
      List<Long> sorted = nanos.stream().sorted().toList();
      return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
  }

  /**
   * Asks while nothing else is on the air.
   *
   * @param then run at the end of it
   */
  void askIdleMesh(Duration duration, Runnable then) {
    loop.execute(() -> wait(idle));
    loop.after(
        duration,
        () -> {
          ended();
          then.run();
        });
  }

  @Override
  public void begun() {
    wait(loaded);
  }

  @Override
  public void ended() {
    next.cancel();
  }

  Latencies idle() {
    return idle;
  }

  Latencies loaded() {
    return loaded;
  }

  private void wait(Latencies into) {
    long half = period.toNanos() / 2;
    next = loop.after(Duration.ofNanos(half + random.nextLong(2 * half)), () -> send(into));
  }

  private void send(Latencies into) {
    List<Node> nodes = radio.nodes();
    Node node = nodes.get(sent % nodes.size());
    byte[] payload = READ_ZCL_VERSION.clone();
    payload[SEQUENCE_NUMBER] = (byte) sent++;
    long begun = loop.nanos();
    radio.send(
        ApsFrame.to(
            node.networkAddress(),
            ENDPOINT,
            ENDPOINT,
            PROFILE,
            BASIC_CLUSTER,
            ByteBuffer.wrap(payload)),
        Priority.CONTROL,
        TxOptions.ACKNOWLEDGED,
        DEADLINE,
        delivery -> into.settled(delivery, loop.nanos() - begun));
    wait(into);
  }
}
