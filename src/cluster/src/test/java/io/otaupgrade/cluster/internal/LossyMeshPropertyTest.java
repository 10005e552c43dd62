package io.otaupgrade.cluster.internal;

import static io.otaupgrade.cluster.internal.Stage.LAMP;
import static io.otaupgrade.cluster.internal.Stage.MANUFACTURER;
import static io.otaupgrade.cluster.internal.Stage.NEW;
import static io.otaupgrade.cluster.internal.Stage.OLD;
import static io.otaupgrade.cluster.internal.Stage.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.Delivery;
import io.otaupgrade.api.radio.NodeEvent;
import io.otaupgrade.api.server.ServerStatistics;
import io.otaupgrade.api.server.UpgradeState;
import io.otaupgrade.zcl.ZclFormatException;
import io.otaupgrade.zcl.ZclHeader;
import io.otaupgrade.zcl.ZclStatus;
import io.otaupgrade.zcl.ota.ImageId;
import io.otaupgrade.zcl.ota.OtaRequest;
import io.otaupgrade.zcl.ota.OtaResponse;
import io.otaupgrade.zcl.ota.OtaResponse.ImageBlockResponse;
import io.otaupgrade.zcl.ota.OtaResponseDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A device on a mesh that loses, doubles and swaps frames both ways, that restarts, jumps about and
 * asks for pages, and a server that is restarted under it: whatever happens, every request that
 * arrives is answered, every octet that is sent is right, and in the end the device has the image.
 */
class LossyMeshPropertyTest {

  private static final int STEPS = 250;

  @Property(tries = 60)
  void theDeviceEndsUpWithTheWholeImageAndNoRequestIsLeftUnanswered(
      @ForAll long seed,
      @ForAll @IntRange(min = 100, max = 3_000) int size,
      @ForAll @IntRange(max = 40) int lossPercent) {
    new Run(new Random(seed), size, lossPercent).all();
  }

  /** One device's life under one seed. */
  private static final class Run {
    private final Random random;
    private final int lossPercent;
    private final Stage stage = new Stage();
    private final TestImage image;
    private final Stage.Device lamp = stage.joinLamp(0x00124B0000112233L, 0x1A2B);
    private final byte[] flash;
    private final BitSet written;
    private final List<OtaRequest> inTheAir = new ArrayList<>();
    private int read;
    private long requests;

    Run(Random random, int size, int lossPercent) {
      this.random = random;
      this.lossPercent = lossPercent;
      this.image = TestImage.of(MANUFACTURER, TYPE, NEW, size);
      this.flash = new byte[size];
      this.written = new BitSet(size);
      stage.registry.register(image, LAMP, lamp.networkAddress);
      stage.radio.fate =
          frame -> {
            int draw = random.nextInt(100);
            return Optional.of(
                draw < lossPercent / 2
                    ? Delivery.NO_ACK
                    : draw < lossPercent ? Delivery.EXPIRED : Delivery.DELIVERED);
          };
    }

    void all() {
      for (int step = 0; step < STEPS; step++) {
        step();
        listen();
      }
      finish();
    }

    private void step() {
      switch (random.nextInt(16)) {
        case 0 -> asks(Stage.query(OLD));
        case 1 -> asks(block(random.nextInt(image.size()), 1 + random.nextInt(80)));
        case 2 -> asks(block(image.size() + random.nextInt(1_000), 50));
        case 3 -> asks(page());
        case 4 -> lamp.event(NodeEvent.Kind.ANNOUNCED);
        case 5 -> {
          if (random.nextInt(10) == 0) {
            restartServer();
          }
        }
        case 6 -> stage.advanceMillis(random.nextInt(2_000));
        case 7 -> asks(end(random.nextBoolean() ? ZclStatus.ABORT : ZclStatus.INVALID_IMAGE));
        case 8 -> asks(block(0, 50)); // starts again
        default -> asks(block(written.nextClearBit(0), 50));
      }
      deliver();
      stage.advanceMillis(random.nextInt(30));
    }

    private void restartServer() {
      settleCounts();
      stage.restartServer();
      requests = 0;
    }

    private OtaRequest block(int offset, int maximum) {
      return Stage.block(Math.min(offset, 0x7FFF_FFFF), maximum);
    }

    private OtaRequest page() {
      return new OtaRequest.ImagePage(
          MANUFACTURER,
          TYPE,
          NEW,
          random.nextInt(image.size()),
          1 + random.nextInt(80),
          1 + random.nextInt(500),
          random.nextInt(60),
          Optional.empty());
    }

    private static OtaRequest end(ZclStatus status) {
      return OtaRequest.UpgradeEnd.of(status, new ImageId(MANUFACTURER, TYPE, NEW));
    }

    private void asks(OtaRequest request) {
      inTheAir.add(request);
      if (random.nextInt(100) < lossPercent) {
        inTheAir.remove(inTheAir.size() - 1);
      } else if (random.nextInt(10) == 0) {
        inTheAir.add(request);
      }
    }

    /** Lets some of what is in the air arrive, in any order. */
    private void deliver() {
      while (!inTheAir.isEmpty() && random.nextInt(5) > 0) {
        arrive(inTheAir.remove(random.nextInt(inTheAir.size())));
      }
    }

    private void arrive(OtaRequest request) {
      lamp.hears();
      lamp.sends(request);
      requests++;
      ServerStatistics statistics = stage.server.statistics();
      assertThat(statistics.requests()).isEqualTo(requests);
      assertThat(statistics.unanswered()).as("answer to %s", request).isZero();
      if (request instanceof OtaRequest.ImageBlock asked
          && firstAnswer().orElse(null) instanceof ImageBlockResponse.Success answer) {
        assertThat(answer.fileOffset()).isEqualTo(asked.fileOffset());
        assertThat(answer.data().length()).isBetween(1, asked.maximumDataSize());
      }
    }

    private Optional<OtaResponse> firstAnswer() {
      return lamp.frames().stream().findFirst().flatMap(first -> decode(first.frame().payload()));
    }

    /** Writes what arrives into the flash, after a look at whether it is right. */
    private void listen() {
      List<FakeRadio.Sent> sent = stage.radio.sent;
      for (; read < sent.size(); read++) {
        if (sent.get(read).frame().networkAddress() == lamp.networkAddress) {
          hear(sent.get(read).frame().payload());
        }
      }
    }

    private void hear(ByteBuffer frame) {
      if (!(decode(frame).orElse(null) instanceof ImageBlockResponse.Success block)) {
        return;
      }
      int offset = (int) block.fileOffset();
      byte[] data = block.data().toArray();
      byte[] expected = new byte[data.length];
      image.octets().get(offset, expected);
      assertThat(data).as("octets at %d", offset).isEqualTo(expected);
      if (random.nextInt(100) >= lossPercent) {
        System.arraycopy(data, 0, flash, offset, data.length);
        written.set(offset, offset + data.length);
      }
    }

    private static Optional<OtaResponse> decode(ByteBuffer frame) {
      try {
        ZclHeader header = ZclHeader.decode(frame);
        return header.frameType() == ZclHeader.FrameType.CLUSTER_SPECIFIC
            ? Optional.of(OtaResponseDecoder.decode(header, frame))
            : Optional.empty();
      } catch (ZclFormatException wrong) {
        throw new AssertionError("the server sent " + Stage.hex(frame), wrong);
      }
    }

    /** The device goes on as devices do: it asks for what it lacks until it has it. */
    private void finish() {
      inTheAir.clear();
      for (int tries = 0; written.cardinality() < image.size(); tries++) {
        assertThat(tries).as("tries").isLessThan(20_000);
        asks(block(written.nextClearBit(0), 50));
        deliver();
        stage.advanceMillis(20);
        listen();
      }
      assertThat(ByteBuffer.wrap(flash)).isEqualTo(image.octets());

      lamp.sends(end(ZclStatus.SUCCESS));
      stage.advance(Duration.ofSeconds(20));
      lamp.sends(new OtaRequest.QueryNextImage(MANUFACTURER, TYPE, NEW, OptionalInt.empty()));
      assertThat(lamp.upgrade().state()).isEqualTo(UpgradeState.UPGRADED);
      settleCounts();
    }

    private void settleCounts() {
      assertThat(stage.server.statistics().unanswered()).isZero();
    }
  }
}
