package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import io.otaupgrade.transport.internal.link.LinkCounters;
import io.otaupgrade.transport.internal.link.RadioFault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's end of ASH, with the test as the co-processor, frame by frame. */
class AshConnectionTest {

  private static final String RST = "1A C0 38 BC 7E";
  private static final String RSTACK_SOFTWARE = frame(0xC1, "02 0B");
  private static final String RSTACK_POWER_ON = "C1 02 02 9B 7B 7E";

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();
  private final LinkCounters counters = new LinkCounters();
  private final List<String> written = new ArrayList<>();
  private final List<String> received = new ArrayList<>();
  private final List<RadioFault> faults = new ArrayList<>();
  private int connections;
  private AshConnection ash = connection(1);

  private AshConnection connection(int window) {
    return new AshConnection(
        loop, counters, octets -> written.add(text(octets)), new Above(), window);
  }

  private final class Above implements AshConnection.Listener {
    @Override
    public void connected() {
      connections++;
    }

    @Override
    public void received(ByteBuffer frame) {
      received.add(text(frame));
    }

    @Override
    public void failed(RadioFault fault) {
      faults.add(fault);
    }
  }

  private static String text(ByteBuffer buffer) {
    byte[] octets = new byte[buffer.remaining()];
    buffer.duplicate().get(octets);
    return Octets.text(octets);
  }

  /** A frame as it goes on the line; data is not randomised here. */
  private static String frame(int control, String data) {
    byte[] octets = Octets.hex(data);
    if ((control & 0x80) == 0) {
      AshCodec.randomise(octets, 0, octets.length);
    }
    ByteBuffer out = ByteBuffer.allocate(AshCodec.MAX_ENCODED);
    AshCodec.encode(out, control, octets, octets.length);
    return text(out.flip());
  }

  private static String data(int number, int acknowledged, String data) {
    return frame(number << 4 | acknowledged, data);
  }

  private static String dataAgain(int number, int acknowledged, String data) {
    return frame(number << 4 | 0x08 | acknowledged, data);
  }

  private static String ack(int number) {
    return frame(0x80 | number, "");
  }

  private static String nak(int number) {
    return frame(0xA0 | number, "");
  }

  private void comes(String... frames) {
    ash.received(Octets.buffer(String.join(" ", frames)));
  }

  private void connect() {
    ash.connect();
    comes(RSTACK_SOFTWARE);
    assertThat(connections).isOne();
    written.clear();
  }

  private boolean send(String data) {
    return ash.send(Octets.buffer(data));
  }

  @Nested
  class Resetting {
    @Test
    void theCoProcessorIsResetAndBelievedWhenItSaysSo() {
      ash.connect();
      assertThat(written).containsExactly(RST);
      assertThat(send("00 00 00 0D")).as("nothing goes before").isFalse();
      comes("55 AA 00 7E", data(0, 0, "00 80 00"), ack(3), frame(0xC2, "02 51"));
      assertThat(connections).isZero();
      comes(RSTACK_SOFTWARE);
      assertThat(connections).isOne();
      assertThat(faults).isEmpty();
      assertThat(received).isEmpty();
      assertThat(written).hasSize(1);
    }

    @Test
    void aResetThatOpeningThePortCausedIsNotTakenForOurs() {
      ash.connect();
      comes(RSTACK_POWER_ON);
      assertThat(connections).isZero();
      comes(RSTACK_SOFTWARE);
      assertThat(connections).isOne();
      assertThat(faults).isEmpty();
    }

    @Test
    void oneThatNeverTellsOfASoftwareResetIsBelievedTheSecondTime() {
      ash.connect();
      comes(RSTACK_POWER_ON);
      loop.advance(Duration.ofMillis(2500));
      assertThat(written).containsExactly(RST, RST);
      comes(RSTACK_POWER_ON);
      assertThat(connections).isOne();
    }

    @Test
    void aSilentPortIsGivenUp() {
      ash.connect();
      loop.advance(Duration.ofMillis(7499));
      assertThat(faults).isEmpty();
      assertThat(written).containsExactly(RST, RST, RST);
      loop.advance(Duration.ofMillis(1));
      assertThat(faults).singleElement().matches(fault -> !fault.lasting());
      assertThat(faults.get(0).message()).contains("baud rate").contains("7.5 s");
    }

    @Test
    void anotherVersionOfAshIsALastingFault() {
      ash.connect();
      comes(frame(0xC1, "03 0B"));
      assertThat(faults).singleElement().matches(RadioFault::lasting);
      assertThat(faults.get(0).message()).contains("version 3").contains("version 2");
    }

    @Test
    void nothingHappensAfterClosing() {
      ash.connect();
      ash.close();
      comes(RSTACK_SOFTWARE);
      loop.advance(Duration.ofMinutes(1));
      assertThat(connections).isZero();
      assertThat(faults).isEmpty();
      assertThat(written).containsExactly(RST);
    }
  }

  @Nested
  class Receiving {
    @Test
    void framesAreAcknowledgedAtOnceAndHandedOnInTheClear() {
      connect();
      comes(data(0, 0, "01 90 01 45 00"));
      assertThat(received).containsExactly("01 90 01 45 00");
      assertThat(written).containsExactly(ack(1));
    }

    @Test
    void framesThatComeTogetherAreAcknowledgedTogether() {
      connect();
      comes(data(0, 0, "01 90 01"), data(1, 0, "02 90 01"), data(2, 0, "03 90 01"));
      assertThat(received).containsExactly("01 90 01", "02 90 01", "03 90 01");
      assertThat(written).containsExactly(ack(3));
    }

    @Test
    void numbersGoRoundAtEight() {
      connect();
      for (int frame = 0; frame < 20; frame++) {
        comes(data(frame & 7, 0, "01 90 01"));
        assertThat(written.get(frame)).isEqualTo(ack((frame + 1) & 7));
      }
      assertThat(received).hasSize(20);
    }

    @Test
    void aMissingFrameIsAskedForOnce() {
      connect();
      comes(data(0, 0, "01 90 01"), data(2, 0, "03 90 01"), data(3, 0, "04 90 01"));
      assertThat(received).containsExactly("01 90 01");
      // A NAK acknowledges what came before it.
      assertThat(written).containsExactly(nak(1));
      written.clear();
      comes(dataAgain(1, 0, "02 90 01"), dataAgain(2, 0, "03 90 01"), dataAgain(3, 0, "04 90 01"));
      assertThat(received).containsExactly("01 90 01", "02 90 01", "03 90 01", "04 90 01");
      assertThat(written).containsExactly(ack(4));
      assertThat(counters.retransmissions).hasValue(3);
    }

    @Test
    void aGarbledFrameIsAskedForAndCounted() {
      connect();
      comes("01 02 03 04 05 7E");
      assertThat(written).containsExactly(nak(0));
      assertThat(counters.malformedOctets).hasValue(5);
      comes("01 02 03 04 05 7E");
      assertThat(written).as("no second NAK").hasSize(1);
      comes(dataAgain(0, 0, "01 90 01"));
      assertThat(received).containsExactly("01 90 01");
      comes("01 02 03 04 05 7E");
      assertThat(written).containsExactly(nak(0), ack(1), nak(1));
    }

    @Test
    void aFrameThatComesAgainIsAcknowledgedAndDropped() {
      connect();
      comes(data(0, 0, "01 90 01"));
      comes(dataAgain(0, 0, "01 90 01"));
      assertThat(received).containsExactly("01 90 01");
      assertThat(written).containsExactly(ack(1), ack(1));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
      "'acknowledges what was never sent', 83, ''",
      "'data without data',                00, ''",
      "'ACK with data',                    80, 01",
      "'a reset asked of the host',        C0, ''",
      "'no known control octet',           FE, ''",
    })
    void framesThatMakeNoSenseAreRejected(String what, String control, String data) {
      connect();
      comes(frame(Integer.parseInt(control, 16), data));
      assertThat(written).containsExactly(nak(0));
      assertThat(received).isEmpty();
      assertThat(faults).isEmpty();
      assertThat(counters.malformedOctets.get()).isPositive();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
      "C2, 02 51, failed: ERROR_EXCEEDED_MAXIMUM_ACK_TIMEOUT_COUNT",
      "C2, 02 06, failed: RESET_ASSERT",
      "C2, 02 93, failed: chip-specific code 0x93",
      "C2, '',    failed: no code",
      "C1, 02 03, restarted by itself: RESET_WATCHDOG",
      "C1, 02 0B, restarted by itself: RESET_SOFTWARE",
    })
    void aCoProcessorThatFailsIsNamed(String control, String data, String message) {
      connect();
      comes(frame(Integer.parseInt(control, 16), data));
      assertThat(faults).singleElement().matches(fault -> !fault.lasting());
      assertThat(faults.get(0).message()).isEqualTo("the co-processor " + message);
      comes(data(0, 0, "01 90 01"));
      assertThat(received).as("nothing follows").isEmpty();
      assertThat(send("00 00 01")).isFalse();
      assertThat(written).isEmpty();
    }
  }

  @Nested
  class Sending {
    @Test
    void oneFrameIsUnacknowledgedAtATime() {
      connect();
      assertThat(send("00 00 01")).isTrue();
      assertThat(send("01 00 01")).isTrue();
      assertThat(written).containsExactly(data(0, 0, "00 00 01"));
      comes(ack(1));
      assertThat(written).containsExactly(data(0, 0, "00 00 01"), data(1, 0, "01 00 01"));
    }

    @Test
    void aResponseAcknowledgesItsCommand() {
      connect();
      send("00 00 01");
      send("01 00 01");
      comes(data(0, 1, "00 80 01"));
      assertThat(received).containsExactly("00 80 01");
      // The frame that waited tells it, so that no ACK is needed.
      assertThat(written).containsExactly(data(0, 0, "00 00 01"), data(1, 1, "01 00 01"));
    }

    @Test
    void sevenFramesWaitAtMost() {
      connect();
      for (int frame = 0; frame < 7; frame++) {
        assertThat(send("00 00 01")).isTrue();
      }
      assertThat(send("00 00 01")).isFalse();
      comes(ack(1));
      assertThat(send("00 00 01")).isTrue();
    }

    @Test
    void aWindowOfManyIsFilled() {
      ash = connection(3);
      connect();
      for (int frame = 0; frame < 5; frame++) {
        send("0%d 00 01".formatted(frame));
      }
      assertThat(written).hasSize(3);
      comes(ack(2));
      assertThat(written).hasSize(5).last().isEqualTo(data(4, 0, "04 00 01"));
      comes(nak(3));
      assertThat(written.subList(5, 7))
          .containsExactly(
              "1A " + dataAgain(3, 0, "03 00 01"), "1A " + dataAgain(4, 0, "04 00 01"));
    }

    @Test
    void aRejectedFrameIsSentAgain() {
      connect();
      send("00 00 01");
      comes(nak(0));
      assertThat(written.get(1)).isEqualTo("1A " + dataAgain(0, 0, "00 00 01"));
      assertThat(counters.retransmissions).hasValue(1);
      comes(ack(1));
      comes(nak(1));
      assertThat(written).as("nothing is left to send again").hasSize(2);
    }

    @Test
    void anUnacknowledgedFrameIsSentAgainAfterLongerAndLongerTimes() {
      connect();
      send("00 00 01");
      loop.advance(Duration.ofMillis(1599));
      assertThat(written).hasSize(1);
      loop.advance(Duration.ofMillis(1));
      assertThat(written).hasSize(2).last().isEqualTo("1A " + dataAgain(0, 0, "00 00 01"));
      loop.advance(Duration.ofMillis(3199));
      assertThat(written).hasSize(2);
      loop.advance(Duration.ofMillis(1));
      assertThat(written).hasSize(3);
      loop.advance(Duration.ofMillis(3200));
      assertThat(written).hasSize(4);
      assertThat(faults).isEmpty();
      loop.advance(Duration.ofMillis(3200));
      assertThat(faults).singleElement().matches(fault -> !fault.lasting());
      assertThat(faults.get(0).message()).contains("did not acknowledge a frame sent 4 times");
    }

    @Test
    void aQuickLineIsWaitedForLess() {
      connect();
      for (int frame = 0; frame < 20; frame++) {
        send("00 00 01");
        loop.advance(Duration.ofMillis(2));
        comes(ack((frame + 1) & 7));
      }
      written.clear();
      send("00 00 01");
      loop.advance(Duration.ofMillis(399));
      assertThat(written).hasSize(1);
      loop.advance(Duration.ofMillis(1));
      assertThat(written).as("the least time-out is 0.4 s").hasSize(2);
    }

    @Test
    void aCoProcessorThatIsNotReadyGetsNothingUntilItIs() {
      connect();
      comes(frame(0x88, ""));
      send("00 00 01");
      assertThat(written).isEmpty();
      comes(ack(0));
      assertThat(written).containsExactly(data(0, 0, "00 00 01"));
    }

    @Test
    void notReadyHoldsForASecondIfNothingMoreIsHeard() {
      connect();
      comes(frame(0x88, ""));
      send("00 00 01");
      loop.advance(Duration.ofMillis(999));
      assertThat(written).isEmpty();
      loop.advance(Duration.ofMillis(1));
      assertThat(written).containsExactly(data(0, 0, "00 00 01"));
    }
  }
}
