package io.otaupgrade.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
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
  @CsvSource({
    "http://::1:8297/, http://[::1]:8297/",
    "https://fe80::1%eth0:80, https://[fe80::1%eth0]:80",
    "http://[::1]:8297/, http://[::1]:8297/",
    "http://127.0.0.1:8189/, http://127.0.0.1:8189/",
    "http://localhost:8189/a:b, http://localhost:8189/a:b"
  })
  void ofIpv6StandsInBracketsInTheUrl(String told, String url) {
    assertThat(HttpAddress.bracketed(told)).isEqualTo(url);
  }

  @Test
  void isToldWhenItIsTaken() throws IOException, CommandFailed {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HttpAddress taken = new HttpAddress("127.0.0.1", other.getLocalPort());
      assertThatThrownBy(taken::checkIsFree)
          .isInstanceOf(CommandFailed.class)
          .hasMessageStartingWith("cannot listen at 127.0.0.1:" + other.getLocalPort() + ": ");
    }
    HttpAddress.ANY_LOCAL_PORT.checkIsFree();
  }

  @Test
  void isToldWhenItIsNoAddressOfThisHost() {
    assertThatThrownBy(new HttpAddress("no-such-host.invalid", 8189)::checkIsFree)
        .isInstanceOf(CommandFailed.class)
        .hasMessageStartingWith("cannot listen at no-such-host.invalid:8189: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8189", ":8189", "host:", "host:65536", "host:-1", "host:http"})
  void isNothingElse(String text) {
    assertThat(HttpAddress.parse(text)).isEmpty();
  }
}
