package io.otaupgrade.transport.internal.ember;

import static org.assertj.core.api.Assertions.assertThat;

import io.otaupgrade.transport.internal.ember.AshDecoder.Found;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Frames are the examples of UG101 rev 1.1, section 3. Two more are there whose check sums fit
 * neither the section on check sums nor the other examples: ERROR(1, 0x52) and the randomised
 * DATA(5, 3, 0).
 */
class AshCodecTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // what, control octet, data on the line, the frame
    "RST(),                           C0, '',                     C0 38 BC 7E",
    "'RSTACK(2, 2)',                  C1, 02 02,                  C1 02 02 9B 7B 7E",
    "'DATA(2, 5, 0)',     25, 42 21 A8 56, 25 42 21 A8 56 A6 09 7E",
    "ACK(1),                          81, '',                     81 60 59 7E",
    "ACK(6) not ready,                8E, '',                     8E 91 B6 7E",
    "NAK(6),                          A6, '',                     A6 34 DC 7E",
    "NAK(5) not ready,                AD, '',                     AD 85 B7 7E",
  })
  @DisplayName("Frames (UG101 §3)")
  void framesAreWrittenAndRead(String what, String control, String data, String frame) {
    int controlOctet = Integer.parseInt(control, 16);
    byte[] octets = Octets.hex(data);
    assertThat(Octets.text(encoded(controlOctet, octets))).isEqualTo(frame);

    AshDecoder decoder = new AshDecoder();
    assertThat(decoder.next(Octets.buffer(frame))).isEqualTo(Found.FRAME);
    assertThat(decoder.control()).isEqualTo(controlOctet);
    assertThat(data(decoder)).isEqualTo(octets);
  }

  @ParameterizedTest
  @CsvSource({
    // The document shows these two before stuffing.
    "25 00 00 00 02,          1AAD",
    "53 00 80 00 02 02 11 30, 6316",
  })
  @DisplayName("Check sums (UG101 §3.4, data not randomised)")
  void checkSumsAreThoseOfTheDocument(String frame, String crc) {
    byte[] octets = Octets.hex(frame);
    assertThat(AshCodec.crc(octets, octets.length)).isEqualTo(Integer.parseInt(crc, 16));
  }

  @ParameterizedTest
  @CsvSource({
    "version command,  00 00 00 02,          42 21 A8 56",
    "version response, 00 80 00 02 02 11 30, 42 A1 A8 56 28 04 82",
  })
  @DisplayName("Randomisation (UG101 §4.3)")
  void dataIsMixedWithTheSequence(String what, String plain, String mixed) {
    byte[] octets = Octets.hex(plain);
    AshCodec.randomise(octets, 0, octets.length);
    assertThat(Octets.text(octets)).isEqualTo(mixed);
    AshCodec.randomise(octets, 0, octets.length);
    assertThat(Octets.text(octets)).isEqualTo(plain);
  }

  @Test
  @DisplayName("Stuffing (UG101 §4.2)")
  void reservedOctetsAreStuffed() {
    byte[] reserved = Octets.hex("7E 7D 11 13 18 1A");
    assertThat(Octets.text(encoded(0x00, reserved)))
        .startsWith("00 7D 5E 7D 5D 7D 31 7D 33 7D 38 7D 3A ")
        .endsWith(" 7E");
    AshDecoder decoder = new AshDecoder();
    assertThat(decoder.next(ByteBuffer.wrap(encoded(0x00, reserved)))).isEqualTo(Found.FRAME);
    assertThat(data(decoder)).isEqualTo(reserved);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "flags in a row are one,                7E 7E 7E 81 60 59 7E,       FRAME",
    "what was cancelled is void,            81 60 25 00 1A 81 60 59 7E, FRAME",
    "a cancelled escape is void as well,    7D 1A 81 60 59 7E,          FRAME",
    "XON and XOFF are the line's,           81 11 60 13 59 7E,          FRAME",
    "a co-processor that wakes up,          FF FF 81 60 59 7E,          FRAME",
    "an octet lost in the line,             81 18 60 59 7E,             MALFORMED",
    "nothing but a lost octet,              18 7E,                      MALFORMED",
    "a wrong octet,                         81 60 58 7E,                MALFORMED",
    "too short for a frame,                 60 59 7E,                   MALFORMED",
    "no flag yet,                           81 60 59,                   NOTHING",
    "only flags,                            7E 7E 7D 7E,                NOTHING",
  })
  void octetsAreJudged(String what, String octets, Found found) {
    AshDecoder decoder = new AshDecoder();
    assertThat(decoder.next(Octets.buffer(octets))).isEqualTo(found);
    if (found == Found.FRAME) {
      assertThat(decoder.control()).isEqualTo(0x81);
    }
  }

  @Test
  void theNextFrameIsFoundBehindRubbishOfAnyLength() {
    AshDecoder decoder = new AshDecoder();
    byte[] rubbish = new byte[100_000];
    Arrays.fill(rubbish, (byte) 0x55);
    assertThat(decoder.next(ByteBuffer.wrap(rubbish))).isEqualTo(Found.NOTHING);
    ByteBuffer rest = Octets.buffer("7E 81 60 59 7E");
    assertThat(decoder.next(rest)).isEqualTo(Found.MALFORMED);
    assertThat(decoder.octets()).isEqualTo(rubbish.length);
    assertThat(decoder.next(rest)).isEqualTo(Found.FRAME);
    assertThat(decoder.control()).isEqualTo(0x81);
  }

  private static byte[] encoded(int control, byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(AshCodec.MAX_ENCODED);
    AshCodec.encode(out, control, data, data.length);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] data(AshDecoder decoder) {
    return Arrays.copyOfRange(decoder.frame(), 1, 1 + decoder.dataLength());
  }
}
