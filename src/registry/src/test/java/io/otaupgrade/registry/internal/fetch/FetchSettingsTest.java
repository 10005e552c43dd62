package io.otaupgrade.registry.internal.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FetchSettingsTest {

  private static FetchConfig config(Map<String, Object> values) {
    return (FetchConfig)
        Proxy.newProxyInstance(
            FetchConfig.class.getClassLoader(),
            new Class<?>[] {FetchConfig.class},
            (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue()));
  }

  @Test
  void theDefaultsAreThoseOfTheMetatype() {
    assertEquals(FetchSettings.DEFAULTS, FetchSettings.of(config(Map.of())));
  }

  @ParameterizedTest
  @CsvSource({
    "connectTimeout, 0, 'connectTimeout must be 1..3600, was 0'",
    "totalTime, 86401, 'totalTime must be 1..86400, was 86401'",
    "slowestRate, -1, 'slowestRate must be 0..2147483647, was -1'",
    "rateWindow, 0, 'rateWindow must be 1..3600, was 0'",
    "maximumRedirects, 21, 'maximumRedirects must be 0..20, was 21'",
    "parallelFetches, 0, 'parallelFetches must be 1..64, was 0'"
  })
  void aBadNumberIsNamedWithItsRange(String key, int value, String message) {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> FetchSettings.of(config(Map.of(key, value))));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aNumberThatIsNoneIsNamedWithItsRange() {
    var config =
        (FetchConfig)
            Proxy.newProxyInstance(
                FetchConfig.class.getClassLoader(),
                new Class<?>[] {FetchConfig.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("rateWindow")) {
                    // What Felix SCR throws.
                    throw new NumberFormatException("For input string: \"abc\"");
                  }
                  return method.getDefaultValue();
                });
    var e = assertThrows(IllegalArgumentException.class, () -> FetchSettings.of(config));
    assertEquals(
        "rateWindow must be 1..3600, was something else (For input string: \"abc\")",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://x/", "x", "http://director/", "controller://driver/", "http://x/?y"})
  void aBadBaseUrlIsNamed(String value) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> FetchSettings.of(config(Map.of("baseUrl", value))));
    assertThat(e.getMessage()).contains("baseUrl").contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0/8",
        "x/8",
        "a!b",
        "host:80",
        "010.0.0.1",
        "::/129"
      })
  void aBadAllowedHostIsNamed(String value) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> FetchSettings.of(config(Map.of("allowedHosts", new String[] {value}))));
    assertThat(e.getMessage()).contains("allowedHosts");
  }

  @Test
  void allowedHostsAreNamesAddressesAndBlocks() {
    AllowedHosts hosts = AllowedHosts.of("NAS.lan", " 10.1.0.0/16 ", "", "fd00::1,192.168.7.9");
    assertTrue(hosts.allowName("nas.lan"));
    assertTrue(hosts.allowAddress(FetcherUnderTest.address("10.1.255.255")));
    assertTrue(hosts.allowAddress(FetcherUnderTest.address("fd00::1")));
    assertTrue(hosts.allowAddress(FetcherUnderTest.address("192.168.7.9")));
    assertEquals(1, hosts.names().size());
    assertEquals(3, hosts.blocks().size());
  }
}
