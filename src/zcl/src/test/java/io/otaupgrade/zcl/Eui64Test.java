package io.otaupgrade.zcl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Eui64Test {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00124b0000112233",
        "0x00124B0000112233",
        "00:12:4b:00:00:11:22:33",
        "00-12-4B-00-00-11-22-33",
        " 00124b0000112233 "
      })
  void allUsualSpellingsAreRead(String text) {
    assertThat(Eui64.parse(text)).contains(new Eui64(0x00124b0000112233L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00124b000011223",
        "00124b00001122334",
        "g0124b0000112233",
        "00124b:0000112233"
      })
  void anythingElseIsNone(String text) {
    assertThat(Eui64.parse(text)).isEmpty();
  }

  @Test
  void itIsWrittenAsItIsRead() {
    assertThat(new Eui64(-1)).hasToString("ffffffffffffffff");
    assertThat(Eui64.parse(new Eui64(0x0fL).toString())).contains(new Eui64(0x0fL));
  }

  @Test
  void theHighestBitIsNoSign() {
    assertThat(new Eui64(-1)).isGreaterThan(new Eui64(1));
  }
}
