package io.otaupgrade.simulator.internal.ncp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NcpSettingsTest {

  private static NcpSettings of(String key, Object value) {
    Map<String, Object> keys = new HashMap<>(Map.of("listen", "tcp://127.0.0.1:0"));
    keys.put(key, value);
    return NcpSettings.of("cellar", keys);
  }

  @Test
  void theDefaultsAreAFormedStickWithMembers() {
    NcpSettings settings = of("devices", 3);
    assertThat(settings.kind()).isEqualTo(NcpSettings.Kind.ZNP);
    assertThat(settings.mesh().devices()).isEqualTo(3);
    assertThat(settings.formed()).isTrue();
    assertThat(settings.members()).isTrue();
    assertThat(settings.place().tcpPort()).hasValue(0);
    assertThat(settings.faults()).isEqualTo(LineFaults.Rates.NONE);
  }

  @Test
  void nobodyIsAMemberOfABlankSticksNetwork() {
    assertThat(of("formed", false).members()).isFalse();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "listen | tcp://0.0.0.0:99 | listen must be tcp://127.0.0.1:PORT, PORT 0..65535",
        "listen | 4000 | listen must be tcp://127.0.0.1:PORT",
        "listen | tcp://127.0.0.1:70000 | listen must be",
        "pty | /tmp/link | listen must be tcp://127.0.0.1:PORT, or pty",
        "speed | max | speed must be real for a co-processor, was MAX",
        "ncp | nrf | ncp must be one of",
        "baudRate | -1 | baudRate must be 0..10000000, was -1",
        "buffers | 0 | buffers must be 1..255, was 0",
        "turnaroundMs | x | turnaroundMs must be a number 0..2147483647, was x",
        "loseOctets | 1.5 | loseOctets must be 0..1, was 1.5",
        "channel | 27 | channel must be 11..26, was 27",
        "panId | 0xFFFF | panId must be 0..65534, was 0xFFFF",
        "extendedPanId | 12 | extendedPanId must be 16 hexadecimal digits, was 12",
        "hops | 0 | hops must be 1..30, was 0"
      })
  void whatIsWrongIsNamed(String key, String value, String message) {
    assertThatThrownBy(() -> of(key, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aWrongKeyIsNotRepeated() {
    assertThatThrownBy(() -> of("networkKey", "00112233"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("networkKey must be 32 hexadecimal digits, had 8 characters");
    assertThat(of("networkKey", "00112233445566778899AABBCCDDEEFF").toString())
        .doesNotContainIgnoringCase("8899aabb");
  }

  @Test
  void neitherPortNorTerminalIsRefused() {
    assertThatThrownBy(() -> NcpSettings.of("cellar", Map.of()))
        .hasMessageStartingWith("listen must be tcp://127.0.0.1:PORT, or pty");
  }
}
