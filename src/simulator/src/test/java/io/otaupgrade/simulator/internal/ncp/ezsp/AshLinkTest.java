package io.otaupgrade.simulator.internal.ncp.ezsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.simulator.internal.ncp.FirmwareBench;
import io.otaupgrade.simulator.internal.ncp.LineFaults.Rates;
import io.otaupgrade.simulator.internal.time.VirtualTimeLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The co-processor's end of ASH (UG101 §5 and §6), frame by frame. */
class AshLinkTest {

  private static final HexFormat HEX = HexFormat.of();

  private final VirtualTimeLoop loop = VirtualTimeLoop.manual();

  /** What went out, as control octet and data. */
  private final List<String> sent = new ArrayList<>();

  /** What was delivered. */
  private final List<String> received = new ArrayList<>();

  private int restarts;

  private final AshDecoder host =
      new AshDecoder(
          new AshDecoder.Sink() {
            @Override
            public void frame(byte[] octets, int length) {
              sent.add(HEX.formatHex(octets, 0, length));
            }

            @Override
            public void damaged() {
              throw new AssertionError("sent a frame that cannot be read");
            }
          });

  private final AshLink link =
      new AshLink(
          loop,
          host::accept,
          new AshLink.Upper() {
            @Override
            public void restarted() {
              restarts++;
            }

            @Override
            public void receivedFrame(ByteBuffer command) {
              byte[] octets = new byte[command.remaining()];
              command.get(octets);
              received.add(HEX.formatHex(octets));
            }
          },
          FirmwareBench.faults(Rates.NONE, 1));

  /** A frame from the host. */
  private void host(int control, String data) {
    byte[] octets = HEX.parseHex(data);
    ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);
    AshEncoder.encode(line, control, octets, octets.length);
    link.accept(line.flip());
  }

  private void host(int control) {
    ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);
    AshEncoder.encode(line, control);
    link.accept(line.flip());
  }

  private void callBack(String data) {
    AshFrame frame = link.frame();
    frame.data().put(HEX.parseHex(data));
    link.callBack(frame);
  }

  private void respond(String data) {
    AshFrame frame = link.frame();
    frame.data().put(HEX.parseHex(data));
    link.respond(frame);
  }

  private void advance(long millis) {
    loop.advance(Duration.ofMillis(millis));
  }

  private List<String> takeSent() {
    List<String> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  @Test
  void aResetIsAnsweredOnceTheFirmwareHasBooted() {
    host(0xC0);
    assertThat(restarts).isOne();
    host(0x00, "000000"); // nobody hears it
    advance(99);
    assertThat(takeSent()).isEmpty();
    advance(1);
    assertThat(takeSent()).containsExactly("c1020b");
    assertThat(received).isEmpty();
    host(0x00, "010203");
    assertThat(received).containsExactly("010203");
  }

  @Test
  void aDataFrameIsAcknowledgedByTheNextOneOrAfterTwentyMilliseconds() {
    host(0x00, "010203");
    respond("aabbcc");
    assertThat(takeSent()).containsExactly("01aabbcc");
    host(0x11, "040506");
    advance(19);
    assertThat(takeSent()).isEmpty();
    advance(1);
    assertThat(takeSent()).containsExactly("82");
    advance(1_000);
    assertThat(takeSent()).isEmpty();
  }

  @Test
  void aFrameThatIsLostIsAskedForOnce() {
    host(0x00, "010203");
    host(0x20, "070809"); // 1 is missing
    host(0x30, "0a0b0c");
    assertThat(takeSent()).containsExactly("a1");
    host(0x18, "040506"); // sent again
    host(0x28, "070809");
    host(0x38, "0a0b0c");
    assertThat(received).containsExactly("010203", "040506", "070809", "0a0b0c");
    advance(20);
    assertThat(takeSent()).containsExactly("84");
  }

  @Test
  void aFrameThatCameBeforeIsAcknowledgedAgainAndNotDelivered() {
    host(0x00, "010203");
    advance(20);
    takeSent();
    host(0x08, "010203");
    assertThat(takeSent()).containsExactly("81");
    assertThat(received).containsExactly("010203");
  }

  @Test
  void whatCannotBeIsRejectedOnceUntilTheExpectedFrameComes() {
    link.accept(ByteBuffer.wrap(HEX.parseHex("112233447e")));
    assertThat(takeSent()).containsExactly("a0");
    host(0xC3); // there is no such frame
    host(0x87); // acknowledges what was not sent
    host(0x03, "010203"); // so does this
    host(0x00, "0102"); // too short
    assertThat(takeSent()).isEmpty();
    assertThat(received).isEmpty();
    host(0x00, "010203");
    host(0x83);
    assertThat(takeSent()).containsExactly("a1");
    assertThat(received).containsExactly("010203");
  }

  @Test
  void fiveFramesGoOutBeforeTheFirstIsAcknowledged() {
    for (int i = 0; i < 7; i++) {
      callBack("aabb0" + i);
    }
    assertThat(takeSent())
        .containsExactly("00aabb00", "10aabb01", "20aabb02", "30aabb03", "40aabb04");
    host(0x82);
    assertThat(takeSent()).containsExactly("50aabb05", "60aabb06");
  }

  @Test
  void aResponseOvertakesTheCallbacksThatWait() {
    for (int i = 0; i < 7; i++) {
      callBack("aabb0" + i);
    }
    respond("ccddee");
    takeSent();
    host(0x81);
    assertThat(takeSent()).containsExactly("50ccddee");
  }

  @Test
  void whatTheHostRefusesIsSentAgain() {
    callBack("aabb00");
    callBack("aabb01");
    takeSent();
    host(0xA1);
    assertThat(takeSent()).containsExactly("18aabb01");
    host(0x82);
    advance(10_000);
    assertThat(takeSent()).isEmpty();
  }

  @Test
  void whatIsNotAcknowledgedIsSentAgainLaterAndLaterAndThenTheLinkFails() {
    callBack("aabbcc");
    takeSent();
    long[] waits = {1_600, 3_200, 3_200, 3_200};
    for (long wait : waits) {
      advance(wait - 1);
      assertThat(takeSent()).isEmpty();
      advance(1);
      assertThat(takeSent()).containsExactly("08aabbcc");
    }
    advance(3_200);
    assertThat(takeSent()).containsExactly("c20251");
    host(0x81);
    host(0x00, "010203");
    assertThat(takeSent()).containsExactly("c20251", "c20251");
    callBack("ddeeff");
    advance(60_000);
    assertThat(takeSent()).isEmpty();
    assertThat(received).isEmpty();
    host(0xC0);
    advance(100);
    assertThat(takeSent()).containsExactly("c1020b");
    callBack("112233");
    assertThat(takeSent()).containsExactly("00112233");
  }

  @Test
  void theWaitForAcknowledgementsFollowsTheHost() {
    for (int i = 0; i < 30; i++) { // at once, so the wait falls to its minimum
      callBack("aabbcc");
      host(0x80 | (i + 1 & 7));
    }
    callBack("aabbcc");
    takeSent();
    advance(399);
    assertThat(takeSent()).isEmpty();
    advance(1);
    assertThat(takeSent()).hasSize(1);
  }

  @Test
  void aHostThatIsNotReadyGetsResponsesAndASecondLaterCallbacks() {
    host(0x88);
    callBack("aabbcc");
    respond("ddeeff");
    assertThat(takeSent()).containsExactly("00ddeeff");
    host(0x89);
    advance(999);
    assertThat(takeSent()).isEmpty();
    advance(1);
    assertThat(takeSent()).containsExactly("10aabbcc");
    host(0x8A);
    callBack("112233");
    assertThat(takeSent()).isEmpty();
    host(0x82);
    assertThat(takeSent()).containsExactly("20112233");
  }

  @Test
  void afterTheWatchdogTheLinkHasFailedUntilTheHostResetsIt() {
    callBack("aabbcc");
    takeSent();
    link.restart(Ash.RESET_WATCHDOG);
    advance(100);
    assertThat(takeSent()).containsExactly("c20203");
    host(0x00, "010203");
    assertThat(takeSent()).containsExactly("c20203");
    host(0xC0);
    advance(100);
    assertThat(takeSent()).containsExactly("c1020b");
    assertThat(restarts).isEqualTo(2);
  }
}
