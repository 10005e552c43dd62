package io.otaupgrade.transport.internal.znp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What holds whatever comes from the line. */
final class UnpiLaws {

  private UnpiLaws() {}

  /** One way of cutting the octets is as good as another, and every octet is accounted for. */
  static void check(byte[] octets) {
    Reading whole = new Reading();
    whole.take(octets, 0, octets.length);
    Reading single = new Reading();
    for (int i = 0; i < octets.length; i++) {
      single.take(octets, i, 1);
    }
    assertThat(single.frames).isEqualTo(whole.frames);
    assertThat(single.malformed).hasValue(whole.malformed.get());

    // What is still held is less than one frame.
    assertThat(whole.held(octets)).isBetween(0, Unpi.LONGEST_FRAME - 1);
  }

  /** Frames behind these octets are found: at the latest one frame's greatest length later. */
  static void checkResynchronisation(byte[] octets) {
    Reading reading = new Reading();
    reading.take(octets, 0, octets.length);
    byte[] pong = HexFormat.of().parseHex("fe02610179071c");
    int inside = count(pong, octets, octets.length - reading.held(octets));
    int already = reading.frames.size();
    int pongs = Unpi.LONGEST_FRAME / pong.length + 2;
    for (int i = 0; i < pongs; i++) {
      reading.take(pong, 0, pong.length);
    }
    List<String> found = reading.frames.subList(already, reading.frames.size());
    assertThat(found).last().isEqualTo("61017907");
    if (found.stream().allMatch("61017907"::equals)) {
      // Nothing that the octets began was a frame by chance, so not one is lost: neither of these
      // nor of those in the octets, within what only looked like the beginning of a longer frame.
      assertThat(found).hasSize(inside + pongs);
    }
  }

  /** How often a frame, which cannot overlap itself, is in the octets from here on. */
  private static int count(byte[] frame, byte[] octets, int from) {
    int count = 0;
    for (int i = from; i + frame.length <= octets.length; i++) {
      if (Arrays.equals(octets, i, i + frame.length, frame, 0, frame.length)) {
        count++;
      }
    }
    return count;
  }

  /** What a decoder finds. */
  static final class Reading {
    final List<String> frames = new ArrayList<>();
    final AtomicLong malformed = new AtomicLong();
    long frameOctets;
    private final UnpiDecoder decoder = new UnpiDecoder(malformed, this::frame);

    private void frame(int cmd0, int cmd1, ByteBuffer data) {
      assertThat(data.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      frameOctets += data.remaining() + Unpi.OVERHEAD;
      byte[] octets = new byte[data.remaining()];
      data.get(octets);
      frames.add("%02x%02x%s".formatted(cmd0, cmd1, HexFormat.of().formatHex(octets)));
    }

    /** How many of the octets taken are neither in a frame nor given up. */
    int held(byte[] taken) {
      return Math.toIntExact(taken.length - malformed.get() - frameOctets);
    }

    void take(byte[] octets, int from, int length) {
      decoder.decode(ByteBuffer.wrap(octets, from, length));
    }
  }
}
