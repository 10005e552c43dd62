package io.otaupgrade.zcl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AesMmoHashTest {

  /**
   * The first two are the vectors of the Zigbee core specification, annex C; the others were
   * reckoned by a program in another language.
   */
  @ParameterizedTest
  @CsvSource({
    "C0, ae3a102a28d43ee0d4a09e22788b206c",
    "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF, a7977e88bc0b61e8210827109a228f2d",
    "'', bad78e726c1ec02b7ebfe92b23d9ec34",
    "000102030405060708090A0B0C, 3ef02c344cb836f76abcfacdc80c5ed4",
    "000102030405060708090A0B0C0D, d2d987af392a74aa2350be20253b9e18",
  })
  void shortMessagesHaveThePublishedDigests(String message, String digest) {
    assertEquals(
        digest, hex(new AesMmoHash().update(octets(message)).digest()), "digest of " + message);
  }

  @Test
  void theLengthTakesTheLongFormFrom8192OctetsOn() {
    assertEquals(
        "30bc04df89934f1eb6a949e54af30085",
        hex(new AesMmoHash().update(ByteBuffer.allocate(8191)).digest()));
    assertEquals(
        "1138ad01dc3e78034450bdf9e5a507a2",
        hex(new AesMmoHash().update(ByteBuffer.allocate(8192)).digest()));
  }

  @Test
  void aLongMessageCanBeFinishedInTheShortForm() {
    assertEquals(
        "d381fe2a76a3f9e404b82250a05b839b",
        hex(new AesMmoHash().update(ByteBuffer.allocate(8192)).digestLengthMod65536()));
    assertEquals(
        "30bc04df89934f1eb6a949e54af30085",
        hex(new AesMmoHash().update(ByteBuffer.allocate(8191)).digestLengthMod65536()));
  }

  @Test
  void theDigestDoesNotDependOnHowTheOctetsCome() {
    byte[] message = new byte[1000];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) (i * 31);
    }
    String whole = hex(new AesMmoHash().update(ByteBuffer.wrap(message)).digest());
    for (int piece = 1; piece < 70; piece++) {
      AesMmoHash hash = new AesMmoHash();
      for (int at = 0; at < message.length; at += piece) {
        hash.update(ByteBuffer.wrap(message, at, Math.min(piece, message.length - at)));
      }
      assertEquals(whole, hex(hash.digest()), "in pieces of " + piece);
    }
  }

  @Test
  void aDigestAndACopyLeaveTheHashAsItWas() {
    ByteBuffer message = octets("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF").asReadOnlyBuffer();
    AesMmoHash hash = new AesMmoHash().update(message.slice(0, 5));
    hash.digest();
    hash.digestLengthMod65536();
    hash.copy().update(message).digest();
    hash.update(message.slice(5, 11));
    assertEquals("a7977e88bc0b61e8210827109a228f2d", hex(hash.digest()));
    assertEquals("a7977e88bc0b61e8210827109a228f2d", hex(hash.copy().digest()));
    assertEquals(16, message.remaining(), "the buffer is left as it was");
  }

  private static ByteBuffer octets(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }
}
