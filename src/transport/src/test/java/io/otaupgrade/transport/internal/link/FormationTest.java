package io.otaupgrade.transport.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otaupgrade.transport.internal.link.NetworkSettings.NetworkKey;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FormationTest {

  private static final String KEY = "00112233445566778899aabbccddeeff";

  @Test
  void whatIsConfiguredIsTaken() {
    NetworkSettings settings =
        new NetworkSettings(
            true,
            OptionalInt.of(26),
            OptionalInt.of(0xBEEF),
            OptionalLong.of(0xDDDDDDDDDDDDDDDDL),
            Optional.of(new NetworkKey(HexFormat.of().parseHex(KEY))));

    Formation formation = Formation.of(settings, new SecureRandom());

    assertThat(formation.channel()).isEqualTo(26);
    assertThat(formation.panId()).isEqualTo(0xBEEF);
    assertThat(formation.extendedPanId()).isEqualTo(0xDDDDDDDDDDDDDDDDL);
    assertThat(formation.networkKey().hex()).isEqualTo(KEY);
    assertThat(formation.keyIsDrawn()).isFalse();
  }

  @Test
  void whatIsNotConfiguredIsDrawn() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      Formation formation = Formation.of(NetworkSettings.RESUME, random);

      assertThat(formation.channel()).isIn(15, 20, 25);
      assertThat(formation.panId()).isBetween(1, 0xFFEF);
      assertThat(formation.extendedPanId()).isNotIn(0L, -1L);
      assertThat(formation.keyIsDrawn()).isTrue();
    }
    assertThat(Formation.of(NetworkSettings.RESUME, random).networkKey().hex())
        .isNotEqualTo(Formation.of(NetworkSettings.RESUME, random).networkKey().hex());
  }

  @Test
  void noKeyShowsInARecordsText() {
    NetworkKey key = new NetworkKey(HexFormat.of().parseHex(KEY));

    assertThat(new Formation(11, 1, 1, key, true).toString()).doesNotContain(KEY);
    assertThat(
            new NetworkSettings(
                    true,
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    Optional.of(key))
                .toString())
        .doesNotContain(KEY);
  }

  @Test
  void whatIsOutOfItsRangeIsNamed() {
    assertThatThrownBy(() -> settings(OptionalInt.of(27), OptionalInt.empty()))
        .hasMessage("channel must be 11..26, was 27");
    assertThatThrownBy(() -> settings(OptionalInt.empty(), OptionalInt.of(0xFFFF)))
        .hasMessage("panId must be 0x0000..0xfffe, was 0xffff");
    assertThatThrownBy(() -> new NetworkKey(new byte[15]))
        .hasMessageContaining("32 hexadecimal digits, was 15 octets");
  }

  private static NetworkSettings settings(OptionalInt channel, OptionalInt panId) {
    return new NetworkSettings(true, channel, panId, OptionalLong.empty(), Optional.empty());
  }
}
