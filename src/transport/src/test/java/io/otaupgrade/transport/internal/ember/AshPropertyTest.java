package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.transport.internal.link.LinkCounters;
import io.otaupgrade.transport.internal.link.RadioFault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds on every line, however bad. */
class AshPropertyTest {

  private static final byte[] RSTACK = Octets.hex("C1 02 0B 0A 52 7E");
  private static final int FRAMES = 60;

  /** Two ends and the line between them, which loses, garbles, repeats and cuts octets. */
  private static final class Link {
    private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
    private final SplittableRandom random;
    private final int perThousand;
    private final List<RadioFault> faults = new ArrayList<>();
    private final End host;
    private final End peer;
    private final boolean garbles;
    private boolean bad;

    Link(long seed, int perThousand, boolean garbles, int window) {
      this.garbles = garbles;
      random = new SplittableRandom(seed);
      this.perThousand = perThousand;
      host = new End(window);
      peer = new End(window);
      host.ash.connect();
      peer.ash.connect();
      host.ash.received(ByteBuffer.wrap(RSTACK));
      peer.ash.received(ByteBuffer.wrap(RSTACK));
      loop.runDue();
      bad = true;
    }

    private boolean happens() {
      return bad && random.nextInt(1000) < perThousand;
    }

    private final class End implements AshConnection.Listener {
      private final AshConnection ash;
      private final List<Integer> received = new ArrayList<>();
      private boolean connected;

      End(int window) {
        ash = new AshConnection(loop, new LinkCounters(), this::write, this, window);
      }

      private void write(ByteBuffer octets) {
        byte[] copy = new byte[octets.remaining()];
        octets.get(copy);
        if (!connected || happens()) {
          return;
        }
        for (int index = 0; index < copy.length; index++) {
          if (garbles && happens() && random.nextInt(20) == 0) {
            copy[index] = (byte) random.nextInt(256);
          }
        }
        int times = happens() ? 2 : 1;
        for (int time = 0; time < times; time++) {
          int cut = random.nextInt(copy.length + 1);
          // Both pieces in one task, so that frames keep their order as on a line.
          loop.after(
              Duration.ofMillis(5),
              () -> {
                other().received(ByteBuffer.wrap(copy, 0, cut));
                other().received(ByteBuffer.wrap(copy, cut, copy.length - cut));
              });
        }
      }

      private AshConnection other() {
        return this == host ? peer.ash : host.ash;
      }

      @Override
      public void connected() {
        connected = true;
      }

      @Override
      public void received(ByteBuffer frame) {
        received.add(frame.getInt());
      }

      @Override
      public void failed(RadioFault fault) {
        faults.add(fault);
      }
    }

    /** Sends frame after frame, whenever there is room. */
    private void feed(End end, int next) {
      int sent = next;
      while (sent < FRAMES && end.ash.send(frame(sent, random.nextInt(200)))) {
        sent++;
      }
      int left = sent;
      if (left < FRAMES) {
        loop.after(Duration.ofMillis(7), () -> feed(end, left));
      }
    }

    private static ByteBuffer frame(int number, int length) {
      ByteBuffer frame = ByteBuffer.allocate(4 + length);
      frame.order(ByteOrder.LITTLE_ENDIAN).putInt(number);
      for (int octet = 0; octet < length; octet++) {
        frame.put((byte) (number * 31 + octet));
      }
      return frame.flip();
    }
  }

  @Property(tries = 100)
  void framesArriveOnceAndInOrderThoughTheLineIsBad(
      @ForAll long seed,
      @ForAll @IntRange(max = 120) int perThousand,
      @ForAll @IntRange(min = 1, max = 7) int window) {
    Link link = new Link(seed, perThousand, true, window);
    link.feed(link.host, 0);
    link.feed(link.peer, 0);
    link.loop.advance(Duration.ofMinutes(10));
    List<Integer> all = new ArrayList<>();
    for (int number = 0; number < FRAMES; number++) {
      all.add(number);
    }
    if (link.faults.isEmpty()) {
      assertThat(link.peer.received).isEqualTo(all);
      assertThat(link.host.received).isEqualTo(all);
    } else {
      // Four time-outs in a row end it; what came until then is whole nevertheless.
      assertThat(link.peer.received).isEqualTo(all.subList(0, link.peer.received.size()));
      assertThat(link.host.received).isEqualTo(all.subList(0, link.host.received.size()));
    }
  }

  @Property(tries = 50)
  void aGoodLineNeverFails(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int window) {
    Link link = new Link(seed, 0, false, window);
    link.feed(link.host, 0);
    link.feed(link.peer, 0);
    link.loop.advance(Duration.ofMinutes(1));
    assertThat(link.faults).isEmpty();
    assertThat(link.host.received).hasSize(FRAMES);
    assertThat(link.peer.received).hasSize(FRAMES);
  }

  @Property(tries = 100)
  void aLineThatLosesOneFrameInAHundredCarriesEverything(@ForAll long seed) {
    Link link = new Link(seed, 10, false, 1);
    link.feed(link.host, 0);
    link.feed(link.peer, 0);
    link.loop.advance(Duration.ofMinutes(10));
    assertThat(link.faults).isEmpty();
    assertThat(link.host.received).hasSize(FRAMES);
    assertThat(link.peer.received).hasSize(FRAMES);
  }

  @Property
  void anyOctetsInAnyChunksAreTakenAndTheNextFrameIsFound(
      @ForAll @Size(max = 600) byte[] octets, @ForAll @IntRange(min = 1, max = 50) int chunk) {
    AshLaws.check(octets, chunk);
  }
}
