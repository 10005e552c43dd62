package io.otaupgrade.simulator.internal.ncp.ezsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames on the line, against what Silicon Labs prints and what was captured from sticks. */
class AshCodecTest {

  private static final HexFormat HEX = HexFormat.of();

  private final List<String> frames = new ArrayList<>();
  private int damaged;
  private final AshDecoder decoder =
      new AshDecoder(
          new AshDecoder.Sink() {
            @Override
            public void frame(byte[] octets, int length) {
              frames.add(HEX.formatHex(octets, 0, length));
            }

            @Override
            public void damaged() {
              damaged++;
            }
          });

  private void receive(String hex) {
    decoder.accept(ByteBuffer.wrap(HEX.parseHex(hex.replace(" ", ""))));
  }

  private static String sent(int control, String data) {
    byte[] octets = HEX.parseHex(data.replace(" ", ""));
    ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);
    if (octets.length == 0) {
      AshEncoder.encode(line, control);
    } else if ((control & Ash.DATA_MASK) != 0) {
      AshEncoder.encode(line, control, octets[0], octets[1]);
    } else {
      AshEncoder.encode(line, control, octets, octets.length);
    }
    return HEX.formatHex(line.array(), 0, line.position());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // name, control octet, data before it is randomised, on the line
    // UG101 rev. 1.1 §3; two more examples there have a CRC that is not theirs
    "'RST()', C0, '', C038BC7E",
    "'RSTACK(2, power-on)', C1, 02 02, C102029B7B7E",
    "'DATA(2, 5, 0): version 2', 25, 00 00 00 02, 254221A856A6097E",
    "'ACK(1)+', 81, '', 8160597E",
    "'ACK(6)-', 8E, '', 8E91B67E",
    "'NAK(6)+', A6, '', A634DC7E",
    "'NAK(5)-', AD, '', AD85B77E",
    // captured from sticks: zigpy/bellows issues 461 and 243, Koenkk/zigbee-herdsman issue 319
    "'ERROR(2, watchdog)', C2, 02 03, C20203D20A7E",
    "'ACK(0)', 80, '', 8070787E",
    "'ACK(2)', 82, '', 82503A7E",
    "'ACK(4)', 84, '', 8430FC7E",
    "'DATA(2, 5, 0): route error', 25, 13 90 FF 00 80 42 D1 B1, 2551B15754AA5763E851DD7E",
  })
  void aFrameIsOnTheLineAsDocumented(String name, String control, String data, String line) {
    assertThat(sent(Integer.parseInt(control, 16), data))
        .isEqualToIgnoringCase(line.replace(" ", ""));
    receive(line);
    assertThat(frames).containsExactly((control + data).replace(" ", "").toLowerCase(Locale.ROOT));
    assertThat(damaged).isZero();
  }

  /**
   * A message that a stick reported, from zigpy/bellows issue 461; stuffed again, since that log
   * has the octets without escapes. It is of EZSP 8, whose layout is that of 13.
   */
  @Test
  void aCapturedMessageIsWrittenAsTheStickWroteIt() {
    String data =
        "9a 90 01 4500" // sequence, control, format, incomingMessageHandler
            + "00" // unicast
            + "0401 0207 01 01 4000 0000 49" // APS frame of profile 0x0104, cluster 0x0702
            + "b8 ca" // LQI 184, RSSI -54
            + "4b2b ff ff" // sender 0x2B4B, no binding, not in the address table
            + "12 18000a000025543a0500000000042aac0400";
    assertThat(sent(0x14, data))
        .isEqualTo(
            "14d8b1a9 7d31 2a15b658964d24ab1592499c079f61a6e59874efde6383fc 7d5e 7d3a f3d1c8de6f8f"
                    .replace(" ", "")
                + "ffc3f179d669de957e");
  }

  @Test
  void reservedOctetsInAFrameAreEscaped() {
    ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);
    byte[] reserved = {0x7E, 0x7D, 0x11, 0x13, 0x18, 0x1A, 0x00};
    byte[] data = reserved.clone();
    Ash.randomize(data, 0, data.length); // so that they are reserved on the line
    AshEncoder.encode(line, 0x00, data, data.length);
    assertThat(HEX.formatHex(line.array(), 0, line.position()))
        .startsWith("00" + "7d5e" + "7d5d" + "7d31" + "7d33" + "7d38" + "7d3a" + "00");
    decoder.accept(line.flip());
    assertThat(frames).containsExactly("00" + HEX.formatHex(data));
  }

  @Test
  void cancelDropsWhatWasBegunAndSubstituteSpoilsTheFrame() {
    receive("1234 1a c038bc7e");
    assertThat(frames).containsExactly("c0");
    assertThat(damaged).isZero();
    receive("c0 18 38bc7e");
    assertThat(damaged).isOne();
    receive("11 c0 13 38bc7e");
    assertThat(frames).containsExactly("c0", "c0");
  }

  @Test
  void aFrameThatIsTooLongOrTooShortIsDamagedAndTheNextIsNot() {
    decoder.accept(ByteBuffer.wrap(new byte[100_000]));
    receive("7e");
    receive("c038 7e");
    assertThat(damaged).isEqualTo(2);
    receive("7e7e7e c038bc7e");
    assertThat(damaged).isEqualTo(2);
    assertThat(frames).containsExactly("c0");
  }

  @Property
  void whatIsSentIsReceivedInAnyPieces(
      @ForAll @IntRange(max = 0x7F) int control,
      @ForAll @Size(min = Ash.MINIMUM_DATA, max = Ash.MAXIMUM_DATA) byte[] data,
      @ForAll @IntRange(min = 1, max = 50) int piece) {
    ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);
    AshEncoder.encode(line, control, data, data.length);
    line.flip();
    frames.clear();
    while (line.hasRemaining()) {
      int octets = Math.min(piece, line.remaining());
      decoder.accept(line.slice(line.position(), octets));
      line.position(line.position() + octets);
    }
    assertThat(frames).containsExactly("%02x".formatted(control) + HEX.formatHex(data));
  }

  @Property
  void afterAnyGarbageTheFrameBehindTheNextFlagIsRead(@ForAll @Size(max = 2_000) byte[] garbage) {
    decoder.accept(ByteBuffer.wrap(garbage));
    receive("7e");
    frames.clear();
    receive("c038bc7e");
    assertThat(frames).containsExactly("c0");
  }

  @Property
  void aFrameWithOneOctetChangedIsNotTakenForAnother(
      @ForAll @Size(min = 3, max = 60) byte[] data,
      @ForAll @IntRange(max = 200) int where,
      @ForAll @IntRange(min = 1, max = 255) int change) {
    ByteBuffer line = ByteBuffer.allocate(Ash.MAXIMUM_ON_LINE);
    AshEncoder.encode(line, 0x25, data, data.length);
    byte[] octets = Arrays.copyOf(line.array(), line.position());
    octets[where % (octets.length - 1)] ^= (byte) change;
    frames.clear();
    decoder.accept(ByteBuffer.wrap(octets));
    assertThat(frames).doesNotContain("25" + HEX.formatHex(data));
  }
}
