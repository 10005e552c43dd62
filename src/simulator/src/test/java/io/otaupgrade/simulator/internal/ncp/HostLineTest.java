package io.otaupgrade.simulator.internal.ncp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.api.radio.ApsFrame;
import io.otaupgrade.api.radio.spi.Confirmation;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.zcl.Eui64;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HostLineTest {

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final Host host = new Host();
  private final Recorder firmware = new Recorder();

  /** A host that takes so many octets at a time. */
  private static final class Host implements HostPort.Connection {
    final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    int window = Integer.MAX_VALUE;
    int writes;
    boolean asked;

    @Override
    public boolean write(ByteBuffer from) {
      writes++;
      for (int i = Math.min(window, from.remaining()); i > 0; i--) {
        octets.write(from.get());
      }
      return true;
    }

    @Override
    public void awaitWritable() {
      asked = true;
    }

    @Override
    public void cut() {
      throw new AssertionError("not the line's matter");
    }
  }

  /** Keeps what came from the host, and when. */
  private final class Recorder implements Firmware {
    final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    final List<Long> micros = new ArrayList<>();
    int attached;
    int detached;

    @Override
    public void attached(Wire wire) {
      attached++;
    }

    @Override
    public void received(ByteBuffer in) {
      micros.add(loop.nanos() / 1_000);
      while (in.hasRemaining()) {
        octets.write(in.get());
      }
    }

    @Override
    public void detached() {
      detached++;
    }

    @Override
    public void reset() {
      throw new AssertionError("not the line's matter");
    }

    @Override
    public void received(ApsFrame frame) {
      throw new AssertionError("not the line's matter");
    }

    @Override
    public void confirmed(int tag, Confirmation confirmation) {
      throw new AssertionError("not the line's matter");
    }

    @Override
    public void joined(Eui64 device, int networkAddress) {
      throw new AssertionError("not the line's matter");
    }

    @Override
    public void left(Eui64 device) {
      throw new AssertionError("not the line's matter");
    }
  }

  private HostLine line(int baudRate, LineFaults.Rates rates) {
    HostLine line =
        new HostLine(
            "test", loop, firmware, new LineFaults(rates, new SplittableRandom(5)), baudRate);
    line.connected(host);
    return line;
  }

  private static ByteBuffer octets(int number) {
    byte[] octets = new byte[number];
    for (int i = 0; i < number; i++) {
      octets[i] = (byte) i;
    }
    return ByteBuffer.wrap(octets);
  }

  @Test
  void withoutABaudRateWhatIsWrittenInOneTurnGoesOutTogether() {
    HostLine line = line(0, LineFaults.Rates.NONE);
    line.write(octets(10));
    line.write(octets(20));
    loop.runDue();
    assertThat(host.octets.size()).isEqualTo(30);
    assertThat(host.writes).isEqualTo(1);
  }

  @Test
  void aFrameArrivesWhenItsLastOctetWould() {
    HostLine line = line(9_600, LineFaults.Rates.NONE);
    line.write(octets(12)); // 120 bits: 12.5 ms
    line.write(octets(24)); // 25 ms more
    loop.advance(Duration.ofNanos(12_499_999));
    assertThat(host.octets.size()).isZero();
    loop.advance(Duration.ofNanos(1));
    assertThat(host.octets.size()).isEqualTo(12);
    loop.advance(Duration.ofNanos(24_999_999));
    assertThat(host.octets.size()).isEqualTo(12);
    loop.advance(Duration.ofNanos(1));
    assertThat(host.octets.size()).isEqualTo(36);
  }

  @Test
  void octetsFromTheHostArriveAtTheBaudRateInSlices() {
    HostLine line = line(115_200, LineFaults.Rates.NONE);
    line.received(host, octets(40));
    loop.advance(Duration.ofSeconds(1));
    assertThat(firmware.octets.toByteArray()).isEqualTo(octets(40).array());
    assertThat(firmware.micros).containsExactly(1_388L, 2_777L, 3_472L);
  }

  @Test
  void bothDirectionsAtOnceDoNotDisturbEachOther() {
    HostLine line = line(115_200, LineFaults.Rates.NONE);
    line.received(host, octets(16));
    line.write(octets(16));
    loop.advance(Duration.ofNanos(1_389_000));
    assertThat(firmware.octets.size()).isEqualTo(16);
    assertThat(host.octets.size()).isEqualTo(16);
  }

  @Test
  void aHostThatTakesLittleGetsTheRestWhenItCan() {
    HostLine line = line(0, LineFaults.Rates.NONE);
    host.window = 7;
    line.write(octets(20));
    loop.runDue();
    assertThat(host.octets.size()).isEqualTo(7);
    assertThat(host.asked).isTrue();
    line.write(octets(5));
    loop.runDue();
    assertThat(host.writes).as("it waits until it may").isEqualTo(1);
    host.window = Integer.MAX_VALUE;
    line.writable(host);
    assertThat(host.octets.size()).isEqualTo(25);
  }

  @Test
  void aHostThatReadsNothingLosesWholeFramesAndTheRestGoesOn() {
    HostLine line = line(0, LineFaults.Rates.NONE);
    host.window = 0;
    for (int i = 0; i < 10_000; i++) {
      line.write(octets(100));
      loop.runDue();
    }
    host.window = Integer.MAX_VALUE;
    line.writable(host);
    assertThat(host.octets.size()).isEqualTo(256 * 1024 / 100 * 100);
    line.write(octets(3));
    loop.runDue();
    assertThat(host.octets.size() % 100).isEqualTo(3);
  }

  @Test
  void inSilenceNothingPassesEitherWay() {
    HostLine line = line(0, LineFaults.Rates.NONE);
    line.silence(Duration.ofSeconds(2));
    line.write(octets(4));
    line.received(host, octets(4));
    loop.advance(Duration.ofSeconds(2));
    assertThat(host.octets.size()).isZero();
    assertThat(firmware.octets.size()).isZero();
    line.write(octets(4));
    line.received(host, octets(4));
    loop.runDue();
    assertThat(host.octets.size()).isEqualTo(4);
    assertThat(firmware.octets.size()).isEqualTo(4);
  }

  @Test
  void aNewHostTakesThePlaceOfTheOldOneAndHearsNothingOfItsFrames() {
    HostLine line = line(9_600, LineFaults.Rates.NONE);
    line.write(octets(12));
    Host second = new Host();
    line.connected(second);
    line.disconnected(host);
    loop.advance(Duration.ofSeconds(1));
    assertThat(second.octets.size()).isZero();
    assertThat(firmware.attached).isEqualTo(2);
    assertThat(firmware.detached).isEqualTo(1);
    line.received(host, octets(9));
    assertThat(firmware.octets.size()).as("the old one is not heard").isZero();
    line.write(octets(12));
    loop.advance(Duration.ofSeconds(1));
    assertThat(second.octets.size()).isEqualTo(12);
  }

  @Test
  void octetsAreLostCorruptedAndRepeatedAtTheirRates() {
    HostLine line = line(0, new LineFaults.Rates(0.1, 0, 0, 0, 0));
    line.received(host, octets(10_000));
    assertThat(firmware.octets.size()).isBetween(8_800, 9_200);

    firmware.octets.reset();
    line(0, new LineFaults.Rates(0, 0, 0.1, 0, 0)).received(host, octets(10_000));
    assertThat(firmware.octets.size()).isBetween(10_800, 11_200);

    firmware.octets.reset();
    line(0, new LineFaults.Rates(0, 0.1, 0, 0, 0)).received(host, octets(10_000));
    byte[] got = firmware.octets.toByteArray();
    byte[] sent = octets(10_000).array();
    int differences = 0;
    for (int i = 0; i < sent.length; i++) {
      differences += got[i] == sent[i] ? 0 : 1;
    }
    assertThat(got).hasSameSizeAs(sent);
    assertThat(differences).isBetween(800, 1_200);
  }

  @Test
  void framesToTheHostAreLostOrRepeatedWhole() {
    HostLine losing = line(0, new LineFaults.Rates(0, 0, 0, 0.5, 0));
    for (int i = 0; i < 1_000; i++) {
      losing.write(octets(9));
    }
    loop.runDue();
    assertThat(host.octets.size() % 9).isZero();
    assertThat(host.octets.size() / 9).isBetween(440, 560);
    host.octets.reset();
    line(0, new LineFaults.Rates(0, 0, 0, 0, 1)).write(octets(9));
    loop.runDue();
    assertThat(host.octets.size()).isEqualTo(18);
  }

  @Property(tries = 200)
  void whateverThePortionsNothingIsLostOrReordered(
      @ForAll @IntRange(min = 0, max = 2_000_000) int baudRate,
      @ForAll List<@IntRange(min = 1, max = 300) Integer> portions) {
    HostLineTest fresh = new HostLineTest();
    HostLine line = fresh.line(baudRate == 0 ? 0 : baudRate + 300, LineFaults.Rates.NONE);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int portion : portions) {
      byte[] octets = Arrays.copyOf(octets(portion).array(), portion);
      all.write(octets, 0, portion);
      line.write(ByteBuffer.wrap(octets));
      line.received(fresh.host, ByteBuffer.wrap(octets));
    }
    fresh.loop.runUntilIdle();
    assertThat(fresh.host.octets.toByteArray()).isEqualTo(all.toByteArray());
    assertThat(fresh.firmware.octets.toByteArray()).isEqualTo(all.toByteArray());
  }
}
