package io.otaupgrade.registry.internal.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.otaupgrade.api.image.FetchOutcome.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://Example.ORG | http://example.org/",
        "HTTP://example.org:80/x | http://example.org/x",
        "https://example.org:443/x?a=b#c | https://example.org/x?a=b",
        "https://example.org:8443/x | https://example.org:8443/x",
        "http://example.org?x | http://example.org/?x",
        "http://example.org./x | http://example.org/x",
        "http://my_nas.lan/x | http://my_nas.lan/x",
        "http://bücher.example/ü | http://xn--bcher-kva.example/%C3%BC",
        "http://example.org/a b/{c}|http://example.org/a%20b/%7Bc%7D",
        "http://example.org/%c3%bc%20 | http://example.org/%C3%BC%20",
        "http://example.org/a/./b/../c/ | http://example.org/a/c/",
        "http://example.org/a/.. | http://example.org/",
        "http://example.org/a/b/.. | http://example.org/a/",
        "http://example.org/../../x | http://example.org/x",
        "http://example.org/%2e%2E/x | http://example.org/x",
        "http://example.org/x?../y | http://example.org/x?../y",
        "http://8.8.8.8/x | http://8.8.8.8/x",
        "http://[2606:4700::1111]:81/x | http://[2606:4700:0:0:0:0:0:1111]:81/x",
        "http://[::ffff:8.8.8.8]/x | http://8.8.8.8/x",
        "http://1.example/x | http://1.example/x",
        "controller://driver/name/file.ota | http://director/driver/name/file.ota",
        "Controller://driver/a%20b/c d | http://director/driver/a%20b/c%20d",
      })
  void hasOneSpelling(String given, String canonical) throws Exception {
    ResourceUrl url = ResourceUrl.parse(given);
    assertEquals(canonical, url.toString());
    assertEquals(url, ResourceUrl.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " http://example.org/",
        "example.org/x",
        "//example.org/x",
        "http:example.org",
        "http:///x",
        "http://",
        "http://:80/",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://@example.org/",
        "http://example.org@/",
        "http://example.org:/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:8080:80/",
        "http://example.org:-1/",
        "http://example.org:+80/",
        "http://exa mple.org/",
        "http://exa%6dple.org/",
        "http://-example.org/",
        "http://example..org/",
        "http://.example.org/",
        "http://[::1/",
        "http://[::1]x/",
        "http://[1.2.3.4]/",
        "http://[fe80::1%eth0]/",
        "http://[fe80::1%25eth0]/",
        "http://::1/",
        "http://256.1.1.1/",
        "http://1.2.3/",
        "http://1.2.3.4.5/",
        "http://1.2.3.04/",
        "http://1.2.3.0x4/",
        "http://example.0x1f/",
        "http://example.123/",
        "http://example.org\\@evil.org/",
        "http://example.org/a\\b",
        "http://example.org/a\nb",
        "http://example.org/\u0000",
        "http://example.org/%",
        "http://example.org/%2",
        "http://example.org/%zz",
        "http://example.org/\ud800",
        "file:///etc/passwd",
        "ftp://example.org/",
        "controller://example.org/x",
        "controller:///driver/x",
      })
  void isRefused(String text) {
    var failure = assertThrows(FetchFailure.class, () -> ResourceUrl.parse(text));
    assertEquals(Verdict.BAD_URL, failure.verdict());
  }

  @Test
  void isRefusedWhenTooLong() {
    assertThrows(
        FetchFailure.class, () -> ResourceUrl.parse("http://example.org/" + "x".repeat(4096)));
    // Encoding may make it three times as long and more.
    assertThrows(
        FetchFailure.class, () -> ResourceUrl.parse("http://example.org/" + "ü".repeat(2000)));
  }

  @ParameterizedTest
  @CsvSource({
    "http://other.org/x, http://other.org/x",
    "//other.org/x, https://other.org/x",
    "/x, https://example.org/x",
    "x, https://example.org/a/x",
    "../x, https://example.org/x",
    "?y, https://example.org/a/b?y",
    "'#f', https://example.org/a/b?q",
    "'', https://example.org/a/b?q",
    "./, https://example.org/a/",
    "x:y, ",
    "\\\\other.org/, "
  })
  void aReferenceIsResolvedAgainstIt(String reference, String expected) throws Exception {
    ResourceUrl base = ResourceUrl.parse("https://example.org/a/b?q");
    if (expected == null) {
      assertThrows(FetchFailure.class, () -> base.resolve(reference));
    } else {
      assertEquals(expected, base.resolve(reference).toString());
    }
  }
}
