package io.otaupgrade.transport.internal.znp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** UNPI frames, "Z-Stack Monitor and Test API" section 2.1. */
class UnpiDecoderTest {

  /** As CC2531 sticks say after a reset; in many public logs. */
  private static final String RESET_IND = "fe 06 41 80 00 02 00 02 06 03 c2";

  private final AtomicLong malformed = new AtomicLong();
  private final List<String> frames = new ArrayList<>();
  private final UnpiDecoder decoder =
      new UnpiDecoder(
          malformed,
          (cmd0, cmd1, data) -> {
            byte[] octets = new byte[data.remaining()];
            data.get(octets);
            frames.add("%02x %02x %s".formatted(cmd0, cmd1, HexFormat.of().formatHex(octets)));
          });

  @ParameterizedTest
  @CsvSource({
    RESET_IND + ", 41 80 000200020603",
    // SRSP to SYS_PING of a CC2531 and of a CC2652, zigbee-herdsman's logs
    "fe 02 61 01 79 07 1c, 61 01 7907",
    // SRSP to AF_DATA_REQUEST, made by hand
    "fe 01 64 01 00 64, 64 01 00",
    // AF_DATA_CONFIRM, made by hand
    "fe 03 44 80 e9 01 2a 05, 44 80 e9012a",
    // no data
    "fe 00 45 c3 86, 45 c3 ''",
  })
  void aFrameIsRead(String octets, String frame) {
    take(octets);
    assertThat(frames).containsExactly(frame.replace("''", ""));
    assertThat(malformed).hasValue(0);
  }

  @Test
  void itIsWrittenTheSameWay() {
    ByteBuffer out = ByteBuffer.allocate(Unpi.LONGEST_FRAME).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer ping = Unpi.end(Unpi.begin(out, MtCommand.SYS_PING));
    // FE 00 21 01 20: what every host sends first.
    assertThat(hex(ping)).isEqualTo("fe00210120");
    ByteBuffer confirm =
        Unpi.end(
            Unpi.begin(out, MtCommand.AF_DATA_CONFIRM).put((byte) 0xE9).putShort((short) 0x2A01));
    assertThat(hex(confirm)).isEqualTo("fe034480e9012a05");
  }

  @Test
  void garbageBeforeAFrameIsCountedAndSkipped() {
    take("00 ff 0d 0a " + RESET_IND);
    assertThat(frames).containsExactly("41 80 000200020603");
    assertThat(malformed).hasValue(4);
  }

  @Test
  void aDamagedFrameCostsTheNextOneNothing() {
    take("fe 06 41 80 00 02 01 02 06 03 c2" + RESET_IND);
    assertThat(frames).containsExactly("41 80 000200020603");
    assertThat(malformed).hasValue(11);
  }

  @Test
  void whatLooksLikeALongFrameDoesNotSwallowWhatFollows() {
    take("fe fa 44 82");
    for (int i = 0; i < 24; i++) {
      take(RESET_IND);
    }
    assertThat(frames).hasSize(24);
    assertThat(malformed).hasValue(4);
  }

  @ParameterizedTest
  @CsvSource({
    "fe fb 41 80, longer than any frame",
    "fe 06 21 80, a command to the co-processor",
    "fe fe, two beginnings",
  })
  void whatCannotBeAFrameIsNotWaitedFor(String octets, String why) {
    take(octets + RESET_IND);
    assertThat(frames).as(why).containsExactly("41 80 000200020603");
  }

  private void take(String octets) {
    decoder.decode(ByteBuffer.wrap(ScriptedZnp.bytes(octets)));
  }

  private static String hex(ByteBuffer frame) {
    byte[] octets = new byte[frame.remaining()];
    frame.get(octets);
    return HexFormat.of().formatHex(octets);
  }
}
