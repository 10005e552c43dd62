package io.otaupgrade.registry.internal.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.otaupgrade.api.image.FetchOutcome.Verdict;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ResourceUrlPropertyTest {

  @Provide
  Arbitrary<String> urls() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "http",
            "https",
            "controller",
            "file",
            ":",
            "//",
            "/",
            "@",
            "[",
            "]",
            "::1",
            "%",
            "%2e",
            "%00",
            "..",
            ".",
            "127",
            "0x7f",
            "example",
            "driver",
            "?",
            "#",
            "\\",
            " ",
            "ü",
            "\ud800",
            "\u3002",
            ":80",
            "\n");
    return pieces.list().ofMaxSize(12).map(list -> String.join("", list));
  }

  @Property
  void anyTextIsAUrlOfOneSpellingOrRefused(@ForAll String text) {
    holds(text);
  }

  @Property
  void anyMixOfAUrlsPartsIsAUrlOfOneSpellingOrRefused(@ForAll("urls") String text) {
    holds(text);
    holds("http://" + text);
    holds("http://example.org/" + text);
  }

  @Property
  void anyReferenceLeadsToAUrlOrIsRefused(@ForAll("urls") String reference) throws FetchFailure {
    resolves(ResourceUrl.parse("https://example.org/a/b"), reference);
  }

  static void resolves(ResourceUrl base, String reference) {
    try {
      ResourceUrl url = base.resolve(reference);
      assertEquals(url, ResourceUrl.parse(url.toString()));
    } catch (FetchFailure e) {
      assertEquals(Verdict.BAD_URL, e.verdict());
    }
  }

  static void holds(String text) {
    ResourceUrl url;
    try {
      url = ResourceUrl.parse(text);
    } catch (FetchFailure e) {
      assertEquals(Verdict.BAD_URL, e.verdict());
      return;
    }
    try {
      assertEquals(url, ResourceUrl.parse(url.toString()));
    } catch (FetchFailure e) {
      throw new AssertionError(url + " is not what it was", e);
    }
    assertThat(url.target()).matches("/[\\x21-\\x7E]*");
    assertThat(url.host()).doesNotContain("@").isNotEmpty();
  }

  @Property
  void aBlockHoldsTheAddressesThatShareItsPrefix(
      @ForAll @Size(4) byte[] a, @ForAll @Size(4) byte[] b, @ForAll @IntRange(max = 32) int prefix)
      throws UnknownHostException {
    compare(a, b, prefix);
  }

  @Property
  void aBlockHoldsTheIpv6AddressesThatShareItsPrefix(
      @ForAll @Size(16) byte[] a,
      @ForAll @Size(16) byte[] b,
      @ForAll @IntRange(max = 128) int prefix)
      throws UnknownHostException {
    if (InetAddress.getByAddress(a).getAddress().length == 16
        && InetAddress.getByAddress(b).getAddress().length == 16) {
      compare(a, b, prefix);
    }
  }

  private static void compare(byte[] a, byte[] b, int prefix) throws UnknownHostException {
    int shift = a.length * 8 - prefix;
    boolean same =
        new BigInteger(1, a).shiftRight(shift).equals(new BigInteger(1, b).shiftRight(shift));
    Cidr block = Cidr.around(InetAddress.getByAddress(a), prefix);
    assertEquals(same, block.contains(InetAddress.getByAddress(b)));
    assertThat(block.contains(InetAddress.getByAddress(a))).isTrue();
    assertEquals(block, Cidr.parse(block.toString()));
  }
}
