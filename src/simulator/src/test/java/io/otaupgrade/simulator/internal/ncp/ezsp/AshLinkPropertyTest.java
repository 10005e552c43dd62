package io.otaupgrade.simulator.internal.ncp.ezsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.simulator.internal.ncp.FirmwareBench;
import io.otaupgrade.simulator.internal.ncp.LineFaults.Rates;
import io.otaupgrade.simulator.internal.ncp.Wire;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

/** Two ends of a line in virtual time. But for RST, ASH is the same on both. */
class AshLinkPropertyTest {

  private static final Duration LATENCY = Duration.ofMillis(2);

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();

  /** An end, and what it was given. */
  private final class End implements AshLink.Upper {
    final List<Integer> received = new ArrayList<>();
    final AshLink link;
    private final SplittableRandom random;
    private final double octetFaults;
    private End other;

    End(double frameFaults, double octetFaults, long seed) {
      random = new SplittableRandom(seed);
      this.octetFaults = octetFaults;
      Wire wire = this::write;
      link =
          new AshLink(
              loop,
              wire,
              this,
              FirmwareBench.faults(new Rates(0, 0, 0, frameFaults, frameFaults / 2), seed));
    }

    boolean failed;

    private void write(ByteBuffer octets) {
      byte[] disturbed = new byte[octets.remaining()];
      octets.get(disturbed);
      failed |= (disturbed[0] & 0xFF) == Ash.ERROR;
      for (int i = 0; i < disturbed.length; i++) {
        if (random.nextDouble() < octetFaults) {
          disturbed[i] ^= (byte) (1 << random.nextInt(8));
        }
      }
      loop.after(LATENCY, () -> other.link.accept(ByteBuffer.wrap(disturbed)));
    }

    void send(int number) {
      AshFrame frame = link.frame();
      frame.data().putInt(number).putLong(random.nextLong());
      link.callBack(frame);
    }

    @Override
    public void restarted() {
      throw new AssertionError("nobody resets here");
    }

    @Override
    public void receivedFrame(ByteBuffer command) {
      received.add(Integer.reverseBytes(command.getInt()));
    }
  }

  @Property(tries = 200)
  void everyFrameArrivesOnceAndInOrderWhateverTheLineDoes(
      @ForAll @DoubleRange(max = 0.1) double frameFaults,
      @ForAll @DoubleRange(max = 0.002) @Scale(4) double octetFaults,
      @ForAll @IntRange(min = 1, max = 300) int frames,
      @ForAll long seed) {
    End ncp = new End(frameFaults, octetFaults, seed);
    End host = new End(frameFaults, octetFaults, seed + 1);
    ncp.other = host;
    host.other = ncp;
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      int number = i;
      all.add(number);
      loop.after(
          Duration.ofMillis(3L * i),
          () -> {
            ncp.send(number);
            host.send(number);
          });
    }
    loop.advance(Duration.ofMinutes(30));
    assertThat(all).startsWith(ncp.received.toArray(Integer[]::new));
    assertThat(all).startsWith(host.received.toArray(Integer[]::new));
    if (ncp.failed || host.failed) {
      // After five time-outs in a row, which only the worst of lines brings about.
      assertThat(frameFaults + 30 * octetFaults).isGreaterThan(0.05);
    } else {
      assertThat(ncp.received).hasSize(frames);
      assertThat(host.received).hasSize(frames);
    }
  }

  @Property
  void noOctetsMakeItThrowAndAResetBringsItBack(@ForAll @Size(max = 3_000) byte[] octets) {
    List<byte[]> sent = new ArrayList<>();
    AshLink link =
        new AshLink(
            loop,
            out -> {
              byte[] frame = new byte[out.remaining()];
              out.get(frame);
              sent.add(frame);
            },
            new AshLink.Upper() {
              @Override
              public void restarted() {}

              @Override
              public void receivedFrame(ByteBuffer command) {}
            },
            FirmwareBench.faults(Rates.NONE, 1));
    link.accept(ByteBuffer.wrap(octets));
    loop.advance(Duration.ofMinutes(1));
    sent.clear();
    link.accept(ByteBuffer.wrap(new byte[] {0x1A, (byte) 0xC0, 0x38, (byte) 0xBC, 0x7E}));
    loop.advance(AshLink.BOOT_TIME);
    assertThat(sent).containsExactly(new byte[] {(byte) 0xC1, 2, 0x0B, 0x0A, 0x52, 0x7E});
  }
}
