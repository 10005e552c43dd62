package io.otaupgrade.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8189, 127.0.0.1, 8189",
    "localhost:0, localhost, 0",
    "[::1]:80, ::1, 80",
    "0.0.0.0:65535, 0.0.0.0, 65535"
  })
  void isHostAndPort(String text, String host, int port) {
    assertThat(HttpAddress.parse(text)).contains(new HttpAddress(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8189", ":8189", "host:", "host:65536", "host:-1", "host:http"})
  void isNothingElse(String text) {
    assertThat(HttpAddress.parse(text)).isEmpty();
  }
}
