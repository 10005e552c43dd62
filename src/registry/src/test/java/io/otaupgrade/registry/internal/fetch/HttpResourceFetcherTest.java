package io.otaupgrade.registry.internal.fetch;

import static io.otaupgrade.registry.internal.fetch.FetcherUnderTest.outcome;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.otaupgrade.api.image.Fetch;
import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchOutcome.Verdict;
import io.otaupgrade.api.image.FetchRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpResourceFetcherTest {
  private FetcherUnderTest under = new FetcherUnderTest();

  @AfterEach
  void close() {
    under.close();
    assertEquals(0, under.ticks.running(), "checks that were left behind");
  }

  private void use(FetchSettings settings) {
    under.close();
    under = new FetcherUnderTest(settings);
  }

  private static String open(ScriptedServer server, String path) {
    return "http://open.test:" + server.port() + path;
  }

  @Nested
  class OneRequest {

    @Test
    void aBodyGoesToTheSinkAndTheHeadToTheOutcome() throws Exception {
      try (var server =
          ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 5\nETag: \"v1\"", "hello")) {
        FetchOutcome outcome = under.fetch(open(server, "/a?b"));
        assertEquals(Verdict.FETCHED, outcome.verdict());
        assertEquals(200, outcome.httpStatus());
        assertEquals(5, outcome.size());
        assertEquals("\"v1\"", outcome.headers().get("etag"));
        assertEquals("hello", under.sink.text());
        var request = server.requests().get(0);
        assertEquals("GET /a?b HTTP/1.1", request.line());
        assertTrue(request.has("Host: open.test:" + server.port()), request::toString);
        assertTrue(request.has("Accept-Encoding: identity"), request::toString);
      }
    }

    @Test
    void aChunkedBodyGoesToTheSink() throws Exception {
      try (var server =
          ScriptedServer.saying(
              "HTTP/1.1 200 OK\nTransfer-Encoding: chunked", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
        assertEquals(Verdict.FETCHED, under.fetch(open(server, "/")).verdict());
        assertEquals("abcde", under.sink.text());
      }
    }

    @Test
    void aBodyMayEndWithTheConnectionWhenNoLengthWasAnnounced() throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.0 200 OK", "abc")) {
        assertEquals(Verdict.FETCHED, under.fetch(open(server, "/")).verdict());
        assertEquals("abc", under.sink.text());
      }
    }

    @Test
    void anInterimResponseIsSkipped() throws Exception {
      try (var server =
          ScriptedServer.saying(
              "HTTP/1.1 103 Early Hints\nLink: </x>\n\nHTTP/1.1 200 OK\nContent-Length: 1", "x")) {
        assertEquals(Verdict.FETCHED, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void aConditionalRequestMayLearnThatNothingChanged() throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.1 304 Not Modified\nETag: \"v1\"", "")) {
        FetchOutcome outcome =
            outcome(under.start(open(server, "/"), Map.of("If-None-Match", "\"v1\"")));
        assertEquals(Verdict.NOT_MODIFIED, outcome.verdict());
        assertEquals("\"v1\"", outcome.headers().get("etag"));
        assertTrue(server.requests().get(0).has("If-None-Match: \"v1\""));
      }
    }

    @Test
    void notModifiedIsNoAnswerToAnUnconditionalRequest() throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.1 304 Not Modified", "")) {
        assertEquals(Verdict.HTTP_STATUS, under.fetch(open(server, "/")).verdict());
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 300, 400, 401, 404, 410, 500, 503})
    void anotherStatusEndsIt(int status) throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.1 " + status + " X\nContent-Length: 0", "")) {
        FetchOutcome outcome = under.fetch(open(server, "/"));
        assertEquals(Verdict.HTTP_STATUS, outcome.verdict());
        assertEquals(status, outcome.httpStatus());
      }
    }

    @Test
    void anEncodedBodyIsRefusedSinceNothingUnpacksIt() throws Exception {
      try (var server =
          ScriptedServer.saying(
              "HTTP/1.1 200 OK\nContent-Length: 3\nContent-Encoding: gzip", "abc")) {
        FetchOutcome outcome = under.fetch(open(server, "/"));
        assertEquals(Verdict.HTTP_STATUS, outcome.verdict());
        assertThat(outcome.detail()).contains("gzip");
        assertEquals(0, under.sink.octets().length);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "HTTP/1.1 200 OK\nContent-Length: 9",
          "HTTP/1.1 200 OK\nTransfer-Encoding: chunked"
        })
    void aBodyThatBreaksOffIsNoBody(String head) throws Exception {
      String body = head.contains("chunked") ? "9\r\nabcd" : "abcd";
      try (var server = ScriptedServer.saying(head, body)) {
        FetchOutcome outcome = under.fetch(open(server, "/"));
        assertEquals(Verdict.UNREACHABLE, outcome.verdict());
        assertThat(outcome.detail()).contains("after 4 octets");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-dropbear\n", "HTTP/1.1 abc\n\n", "\0\0\0\0\0\0"})
    void nonsenseIsUnreachable(String nonsense) throws Exception {
      try (var server = new ScriptedServer((request, out) -> out.write(nonsense.getBytes(UTF_8)))) {
        assertEquals(Verdict.UNREACHABLE, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void nobodyListeningIsUnreachable() throws Exception {
      var server = ScriptedServer.saying("HTTP/1.1 200 OK", "");
      server.close();
      assertEquals(Verdict.UNREACHABLE, under.fetch(open(server, "/")).verdict());
    }

    @Test
    void theNextAddressIsTriedWhenOneDoesNotAnswer() throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 1", "x")) {
        under.name("open.test", "127.0.0.9", "127.0.0.1");
        assertEquals(Verdict.FETCHED, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void aHostWithoutAddressIsUnreachable() throws Exception {
      FetchOutcome outcome = under.fetch("http://nowhere.test/");
      assertEquals(Verdict.UNREACHABLE, outcome.verdict());
      assertEquals("no address for host nowhere.test", outcome.detail());
    }

    @ParameterizedTest
    @CsvSource({"Host, x", "Range, bytes=0-1", "Accept-Encoding, gzip", "a b, c"})
    void headerFieldsOfTheConnectionAreRefused(String name, String value) throws Exception {
      FetchOutcome outcome = outcome(under.start("http://open.test/", Map.of(name, value)));
      assertEquals(Verdict.BAD_URL, outcome.verdict());
    }

    @Test
    void aHeaderFieldCannotSmuggleAnother() throws Exception {
      FetchOutcome outcome =
          outcome(under.start("http://open.test/", Map.of("If-None-Match", "x\r\nHost: y")));
      assertEquals(Verdict.BAD_URL, outcome.verdict());
    }
  }

  @Nested
  class Limits {

    @Test
    void aLengthAboveTheLimitIsRefusedBeforeAnOctetIsRead() throws Exception {
      try (var server =
          ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 99999999999999", "abc")) {
        FetchOutcome outcome = under.fetch(open(server, "/"));
        assertEquals(Verdict.TOO_LARGE, outcome.verdict());
        assertEquals("99999999999999 octets announced, the limit is 100", outcome.detail());
        assertEquals(0, under.sink.octets().length);
      }
    }

    @Test
    void endlessDataEndsAtTheLimit() throws Exception {
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                ScriptedServer.say(out, "HTTP/1.1 200 OK", "");
                for (var octets = new byte[1000]; ; ) {
                  out.write(octets);
                }
              })) {
        FetchOutcome outcome = under.fetch(open(server, "/"));
        assertEquals(Verdict.TOO_LARGE, outcome.verdict());
        assertThat(outcome.size()).isLessThanOrEqualTo(100);
        assertThat(under.sink.octets()).hasSizeLessThanOrEqualTo(100);
      }
    }

    @Test
    void theRequestMayLowerTheLimitButNotRaiseIt() throws Exception {
      try (var server =
          ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 90", "x".repeat(90))) {
        for (long limit : new long[] {89, 90, 1_000_000}) {
          var request = new FetchRequest(open(server, "/"), Map.of(), OptionalLong.of(limit));
          FetchOutcome outcome = outcome(under.fetcher.fetch(request, new RecordingSink()));
          assertEquals(limit < 90 ? Verdict.TOO_LARGE : Verdict.FETCHED, outcome.verdict());
        }
      }
      try (var server = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 101", "")) {
        var request = new FetchRequest(open(server, "/"), Map.of(), OptionalLong.of(1_000_000));
        assertEquals(
            Verdict.TOO_LARGE, outcome(under.fetcher.fetch(request, under.sink)).verdict());
      }
    }

    @Test
    void anEndlessHeadIsRefused() throws Exception {
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                out.write("HTTP/1.1 200 OK\r\n".getBytes(UTF_8));
                while (true) {
                  out.write("X-Filler: abcdefghijklmnop\r\n".getBytes(UTF_8));
                }
              })) {
        assertEquals(Verdict.UNREACHABLE, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void anEndlessHeaderLineIsRefused() throws Exception {
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(UTF_8));
                while (true) {
                  out.write("abcdefghijklmnop".getBytes(UTF_8));
                }
              })) {
        assertEquals(Verdict.UNREACHABLE, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void endlessInterimResponsesAreRefused() throws Exception {
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                while (true) {
                  out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(UTF_8));
                }
              })) {
        assertEquals(Verdict.UNREACHABLE, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void tooFewOctetsInTheWindowAreTooSlow() throws Exception {
      var never = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                ScriptedServer.say(out, "HTTP/1.1 200 OK\nContent-Length: 50", "ten octets");
                never.await();
              })) {
        Fetch fetch = under.start(open(server, "/"));
        under.sink.awaitFirstOctets();
        // Time that passes before the sink has returned is not the server's.
        FetchOutcome outcome = under.letTimePass(fetch, Duration.ofSeconds(61));
        assertEquals(Verdict.TOO_SLOW, outcome.verdict());
        assertEquals(10, outcome.size());
        assertThat(outcome.detail()).contains("in 60 s, the slowest rate is 100 octets/s");
      }
    }

    @Test
    void aServerThatNeverAnswersIsTooSlow() throws Exception {
      var asked = new CountDownLatch(1);
      var never = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                asked.countDown();
                never.await();
              })) {
        Fetch fetch = under.start(open(server, "/"));
        asked.await();
        under.ticks.advance(Duration.ofSeconds(61));
        assertEquals(Verdict.TOO_SLOW, outcome(fetch).verdict());
      }
    }

    @Test
    void theTotalTimeHoldsEvenIfTheRateIsNotLimited() throws Exception {
      FetchSettings d = FetcherUnderTest.settings();
      use(
          new FetchSettings(
              d.baseUrl(),
              d.allowedHosts(),
              d.maximumSize(),
              d.connectTimeout(),
              Duration.ofMinutes(5),
              0,
              d.rateWindow(),
              d.maximumRedirects(),
              d.parallelFetches()));
      var never = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                ScriptedServer.say(out, "HTTP/1.1 200 OK", "x");
                never.await();
              })) {
        Fetch fetch = under.start(open(server, "/"));
        under.sink.awaitFirstOctets();
        under.ticks.advance(Duration.ofSeconds(299));
        assertFalse(fetch.outcome().toCompletableFuture().isDone());
        under.ticks.advance(Duration.ofSeconds(1));
        assertEquals(Verdict.TIMED_OUT, outcome(fetch).verdict());
      }
    }
  }

  @Nested
  class Redirects {

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsFollowed(int status) throws Exception {
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                if (request.line().contains("/start/")) {
                  ScriptedServer.say(
                      out,
                      "HTTP/1.1 " + status + " X\nLocation: ../end?q=1\nContent-Length: 0",
                      "");
                } else {
                  ScriptedServer.say(out, "HTTP/1.1 200 OK\nContent-Length: 3", "end");
                }
              })) {
        assertEquals(Verdict.FETCHED, under.fetch(open(server, "/start/x")).verdict());
        assertEquals("GET /end?q=1 HTTP/1.1", server.requests().get(1).line());
      }
    }

    @Test
    void aRedirectMayHoldRawUtf8() throws Exception {
      byte[] head = "HTTP/1.1 302 X\r\nLocation: /l\u00e4mp\r\n\r\n".getBytes(UTF_8);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                if (request.line().contains("/start")) {
                  out.write(head);
                } else {
                  ScriptedServer.say(out, "HTTP/1.1 200 OK\nContent-Length: 3", "end");
                }
              })) {
        assertEquals(Verdict.FETCHED, under.fetch(open(server, "/start")).verdict());
        assertEquals("GET /l%C3%A4mp HTTP/1.1", server.requests().get(1).line());
      }
    }

    @Test
    void aLoopEndsAfterFiveRedirects() throws Exception {
      try (var server =
          ScriptedServer.saying("HTTP/1.1 302 X\nLocation: /again\nContent-Length: 0", "")) {
        FetchOutcome outcome = under.fetch(open(server, "/again"));
        assertEquals(Verdict.TOO_MANY_REDIRECTS, outcome.verdict());
        assertEquals(6, server.requests().size());
      }
    }

    @Test
    void aRedirectWithoutLocationIsAStatus() throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.1 302 X\nContent-Length: 0", "")) {
        assertEquals(Verdict.HTTP_STATUS, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void secretsDoNotTravelToAnotherHostButValidatorsDo() throws Exception {
      use(FetcherUnderTest.with(100, 5, 4, "open.test", "other.test"));
      under.name("other.test", "127.0.0.1");
      try (var other = ScriptedServer.saying("HTTP/1.1 304 X", "");
          var server =
              ScriptedServer.saying(
                  "HTTP/1.1 302 X\nLocation: http://other.test:" + other.port() + "/", "")) {
        Fetch fetch =
            under.start(
                open(server, "/"), Map.of("Authorization", "secret", "If-None-Match", "\"a\""));
        assertEquals(Verdict.NOT_MODIFIED, outcome(fetch).verdict());
        assertTrue(server.requests().get(0).hasName("authorization"));
        assertFalse(other.requests().get(0).hasName("authorization"));
        assertTrue(other.requests().get(0).has("if-none-match: \"a\""));
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://director/driver/x/y",
          "http://director/ota/images/x",
          "controller://driver/x/y"
        })
    void nobodyElseRedirectsUsToTheDirector(String location) throws Exception {
      try (var own = ScriptedServer.saying("HTTP/1.1 200 OK", "x");
          var server = ScriptedServer.saying("HTTP/1.1 302 X\nLocation: " + location, "")) {
        under.endpoints = List.of("http://127.0.0.1:" + own.port() + "/");
        assertEquals(Verdict.FORBIDDEN_ADDRESS, under.fetch(open(server, "/")).verdict());
        assertEquals(0, own.requests().size());
      }
    }
  }

  @Nested
  @DisplayName("Addresses that are not fetched from")
  class Addresses {
    private ScriptedServer canary;

    static Stream<String> forbidden() {
      return Stream.of(
          "http://127.0.0.1:%d/",
          "http://127.0.0.1.:%d/",
          "http://127.255.255.254:%d/",
          "http://127.1:%d/",
          "http://2130706433:%d/",
          "http://0x7f000001:%d/",
          "http://0x7F.1:%d/",
          "http://0177.0.0.1:%d/",
          "http://017700000001:%d/",
          "http://127.0.0.01:%d/",
          "http://127.0.0.0x1:%d/",
          "http://%%31%%32%%37.0.0.1:%d/",
          "http://\uff11\uff12\uff17.0.0.1:%d/",
          "http://\u2460\u2461\u2466.0.0.1:%d/",
          "http://127\u30020\u30020\u30021:%d/",
          "http://localhost:%d/",
          "http://LOCALHOST:%d/",
          "http://localhost.:%d/",
          "http://sub.localhost:%d/",
          "http://local.test:%d/",
          "http://mixed.test:%d/",
          "http://0:%d/",
          "http://0.0.0.0:%d/",
          "http://[::1]:%d/",
          "http://[::]:%d/",
          "http://[0:0:0:0:0:0:0:1]:%d/",
          "http://[::ffff:127.0.0.1]:%d/",
          "http://[::ffff:7f00:1]:%d/",
          "http://[::FFFF:7F00:0001]:%d/",
          "http://[::127.0.0.1]:%d/",
          "http://[::7f00:1]:%d/",
          "http://[64:ff9b::7f00:1]:%d/",
          "http://[64:ff9b::127.0.0.1]:%d/",
          "http://[64:ff9b:1::127.0.0.1]:%d/",
          "http://[2002:7f00:1::]:%d/",
          "http://[2002:a9fe:a9fe::1]:%d/",
          "http://[2001:0:7f00:1::]:%d/",
          "http://[2606:4700::5efe:127.0.0.1]:%d/",
          "http://[fe80::1]:%d/",
          "http://[fe80::1%%25lo]:%d/",
          "http://[fec0::1]:%d/",
          "http://[fc00::1]:%d/",
          "http://[fd00:ec2::254]/latest/meta-data/",
          "http://[ff02::1]:%d/",
          "http://10.0.0.1/",
          "http://172.16.0.1/",
          "http://172.31.255.255/",
          "http://192.168.1.1/",
          "http://169.254.169.254/latest/meta-data/",
          "http://metadata.test/computeMetadata/v1/",
          "http://100.100.100.200/latest/meta-data/",
          "http://192.0.0.192/opc/v2/",
          "http://168.63.129.16/",
          "http://100.64.0.1/",
          "http://198.18.0.1/",
          "http://224.0.0.1/",
          "http://239.255.255.250:1900/",
          "http://240.0.0.1/",
          "http://255.255.255.255/",
          "http://11.22.33.44/",
          "http://user@127.0.0.1:%d/",
          "http://open.test@127.0.0.1:%d/",
          "http://127.0.0.1:%d\\@open.test/",
          "https://127.0.0.1:%d/",
          "file:///etc/passwd",
          "jar:http://127.0.0.1:%d/x!/y",
          "jar:file:///etc/passwd!/",
          "ftp://127.0.0.1:%d/",
          "gopher://127.0.0.1:%d/_GET",
          "bundle://1.0:0/",
          "mvn:a/b/1",
          "data:text/plain,x",
          "http:127.0.0.1",
          "http:/127.0.0.1/",
          "http:///127.0.0.1/");
    }

    @AfterEach
    void closeCanary() throws IOException {
      canary.close();
    }

    private void prepare() throws IOException {
      canary = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 6", "secret");
      under
          .name("localhost", "127.0.0.1", "::1")
          .name("sub.localhost", "127.0.0.1")
          .name("local.test", "127.0.0.1")
          .name("mixed.test", "93.184.216.34", "127.0.0.1")
          .name("metadata.test", "169.254.169.254");
    }

    private void assertRefused(FetchOutcome outcome) {
      assertThat(outcome.verdict()).isIn(Verdict.FORBIDDEN_ADDRESS, Verdict.BAD_URL);
      assertThat(outcome.detail()).isNotEmpty();
      assertEquals(0, under.sink.octets().length);
      assertEquals(0, canary.requests().size());
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void isRefusedAtOnce(String url) throws Exception {
      prepare();
      assertRefused(under.fetch(url.formatted(canary.port())));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void isRefusedBehindARedirect(String url) throws Exception {
      prepare();
      // Through octets, for a server may send any.
      byte[] head =
          ("HTTP/1.1 302 Found\r\nLocation: " + url.formatted(canary.port()) + "\r\n\r\n")
              .getBytes(UTF_8);
      try (var server = new ScriptedServer((request, out) -> out.write(head))) {
        FetchOutcome outcome = under.fetch(open(server, "/"));
        // "http:/x" and the like are relative for some; then they stay on the first server.
        assertThat(outcome.verdict()).isIn(Verdict.FORBIDDEN_ADDRESS, Verdict.BAD_URL);
        assertEquals(302, outcome.httpStatus());
        assertEquals(0, canary.requests().size());
        assertEquals(1, server.requests().size());
      }
    }

    @Test
    void anAllowedBlockIsFetchedFromUnderAnyName() throws Exception {
      prepare();
      use(FetcherUnderTest.with(100, 5, 4, "127.0.0.0/8"));
      under.name("local.test", "127.0.0.1");
      assertEquals(
          Verdict.FETCHED, under.fetch("http://local.test:" + canary.port() + "/").verdict());
      assertEquals(
          Verdict.FETCHED, under.fetch("http://127.0.0.1:" + canary.port() + "/").verdict());
    }

    @Test
    void theAddressThatWasCheckedIsTheOneConnectedTo() throws Exception {
      prepare();
      use(FetcherUnderTest.with(100, 5, 4, "127.0.0.1"));
      try (var secret =
          new ScriptedServer(
              FetcherUnderTest.address("127.0.0.2"),
              canary.port(),
              (request, out) -> ScriptedServer.say(out, "HTTP/1.1 200 OK", "rebound"))) {
        under.name("rebind.test", "127.0.0.1").later("rebind.test", "127.0.0.2");
        FetchOutcome outcome = under.fetch("http://rebind.test:" + canary.port() + "/");
        assertEquals(Verdict.FETCHED, outcome.verdict());
        assertEquals("secret", under.sink.text());
        assertEquals(1, under.lookUps.get("rebind.test"));
        assertEquals(0, secret.requests().size());
      }
    }

    @Test
    void aNameThatChangesItsAddressIsCheckedAgainAtTheNextRequest() throws Exception {
      prepare();
      use(FetcherUnderTest.with(100, 5, 4, "127.0.0.1"));
      under.name("rebind.test", "127.0.0.1");
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                under.name("rebind.test", "127.0.0.2");
                ScriptedServer.say(out, "HTTP/1.1 302 X\nLocation: /next", "");
              })) {
        FetchOutcome outcome = under.fetch("http://rebind.test:" + server.port() + "/");
        assertEquals(Verdict.FORBIDDEN_ADDRESS, outcome.verdict());
        assertThat(outcome.detail()).contains("127.0.0.2");
        assertEquals(2, under.lookUps.get("rebind.test"));
      }
    }
  }

  @Nested
  class Director {

    @Test
    void aControllerUrlIsFetchedFromOurOwnWebServer() throws Exception {
      try (var own = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 2", "ok")) {
        under.endpoints = List.of("http://0.0.0.0:" + own.port() + "/");
        FetchOutcome outcome = under.fetch("controller://driver/Living room (2).c4z/a b.ota");
        assertEquals(Verdict.FETCHED, outcome.verdict());
        assertEquals(
            "GET /driver/Living%20room%20(2).c4z/a%20b.ota HTTP/1.1", own.requests().get(0).line());
      }
    }

    @Test
    void aWebServerThatIsThereBeforeWhatWeHostIsAskedAgain() throws Exception {
      AtomicInteger asked = new AtomicInteger();
      try (var own =
          new ScriptedServer(
              (request, out) -> {
                boolean isHosted = asked.incrementAndGet() > 3;
                ScriptedServer.say(
                    out,
                    (isHosted ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 X") + "\nContent-Length: 2",
                    "ok");
              })) {
        under.endpoints = List.of("http://127.0.0.1:" + own.port() + "/");
        assertEquals(Verdict.FETCHED, under.fetch("controller://driver/x/y").verdict());
        assertEquals(4, asked.get());
      }
    }

    @Test
    void aWebServerThatIsNotThereYetIsWaitedFor() throws Exception {
      try (var own = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 2", "ok")) {
        int nobody;
        try (var gone = ScriptedServer.saying("HTTP/1.1 200 OK", "")) {
          nobody = gone.port();
        }
        List<String> before = List.of("http://127.0.0.1:" + nobody + "/");
        List<String> after = List.of("http://127.0.0.1:" + own.port() + "/");
        AtomicInteger looks = new AtomicInteger();
        under.endpointSource = () -> looks.incrementAndGet() > 3 ? after : before;
        assertEquals(Verdict.FETCHED, under.fetch("controller://driver/x/y").verdict());
        assertEquals(4, looks.get());
      }
    }

    @Test
    void itIsNotAskedForEver() throws Exception {
      try (var own = ScriptedServer.saying("HTTP/1.1 404 X\nContent-Length: 0", "")) {
        under.endpoints = List.of("http://127.0.0.1:" + own.port() + "/");
        FetchOutcome outcome = under.fetch("controller://driver/x/y");
        assertEquals(Verdict.HTTP_STATUS, outcome.verdict());
        assertEquals(404, outcome.httpStatus());
        assertEquals(51, own.requests().size()); // every 100 ms for 5 s
      }
    }

    @Test
    void aFileThatWeDoNotHostIsMissingAtOnce() throws Exception {
      try (var own =
          ScriptedServer.saying(
              "HTTP/1.1 404 X\nX-Content-Type-Options: nosniff\nContent-Length: 0", "")) {
        under.endpoints = List.of("http://127.0.0.1:" + own.port() + "/");
        assertEquals(404, under.fetch("controller://driver/x/y").httpStatus());
        assertEquals(1, own.requests().size());
      }
    }

    @Test
    void theConfiguredBaseUrlComesFirstAndMayHaveAPath() throws Exception {
      try (var own = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 2", "ok")) {
        FetchSettings d = FetcherUnderTest.settings();
        use(
            new FetchSettings(
                java.util.Optional.of(
                    ResourceUrl.parse("http://127.0.0.1:" + own.port() + "/house")),
                d.allowedHosts(),
                d.maximumSize(),
                d.connectTimeout(),
                d.totalTime(),
                d.slowestRate(),
                d.rateWindow(),
                d.maximumRedirects(),
                d.parallelFetches()));
        under.endpoints = List.of("http://127.0.0.1:1/");
        assertEquals(Verdict.FETCHED, under.fetch("http://director/ota/images/x").verdict());
        assertEquals("GET /house/ota/images/x HTTP/1.1", own.requests().get(0).line());
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://director/",
          "http://director/system/console",
          "http://director/driver",
          "http://director/driver/../system/console",
          "http://director/driver/%2e%2e/system/console",
          "http://director/driver/..%2fsystem/console",
          "http://director/driver/..%5csystem/console",
          "http://director/driver/x/..;/..;/system/console",
          "http://director//driver/x/y",
          "http://director:22/driver/x/y",
          "https://director/driver/x/y",
          "controller://driver/../system/console",
          "controller://driver/..%2f..%2fsystem/console",
          "controller://system/console",
          "controller://driver:80/x/y",
          "controller://user@driver/x/y"
        })
    void nothingButWhatWeHostIsFetchedFromOurselves(String url) throws Exception {
      try (var own = ScriptedServer.saying("HTTP/1.1 200 OK", "secret")) {
        under.endpoints = List.of("http://127.0.0.1:" + own.port() + "/");
        assertEquals(Verdict.BAD_URL, under.fetch(url).verdict());
        assertEquals(0, own.requests().size());
      }
    }

    @ParameterizedTest
    @CsvSource({
      "http://127.0.0.1:8189/, http://127.0.0.1:8189/",
      "http://0.0.0.0:8181/, http://127.0.0.1:8181/",
      "http://0:0:0:0:0:0:0:0:8181/, http://127.0.0.1:8181/",
      "http://[::]:8181/, http://127.0.0.1:8181/",
      "http://0:0:0:0:0:0:0:1:8181/, http://[0:0:0:0:0:0:0:1]:8181/",
      "http://192.168.1.5:8181/ctx/, http://192.168.1.5:8181/ctx/",
      "https://192.168.1.5:8443/|http://192.168.1.5:8181/|http://127.0.0.1:8181/,"
          + " http://127.0.0.1:8181/",
      "/, http://127.0.0.1:8189/",
      "nonsense, http://127.0.0.1:8189/"
    })
    void webServersPublishTheirEndpointsInDifferentForms(String published, String chosen)
        throws Exception {
      assertEquals(chosen, BaseUrls.choose(List.of(published.split("\\|"))).toString());
    }
  }

  @Nested
  class Lifecycle {

    @Test
    void cancellingClosesTheConnection() throws Exception {
      var release = new CountDownLatch(1);
      var hungUp = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                try {
                  ScriptedServer.say(out, "HTTP/1.1 200 OK", "x");
                  release.await();
                  for (var octets = new byte[8192]; ; ) {
                    out.write(octets);
                  }
                } finally {
                  hungUp.countDown();
                }
              })) {
        // A sink that waits keeps the fetch where it is.
        var sink = new WaitingSink(release);
        Fetch fetch =
            under.fetcher.fetch(
                new FetchRequest(open(server, "/"), Map.of(), OptionalLong.empty()), sink);
        sink.entered.await();
        fetch.cancel();
        release.countDown();
        assertEquals(Verdict.CANCELLED, outcome(fetch).verdict());
        assertTrue(hungUp.await(20, TimeUnit.SECONDS));
      }
    }

    @Test
    void onlySoManyFetchesRunAtATimeAndTheOthersFollow() throws Exception {
      use(FetcherUnderTest.with(100, 5, 2, "open.test"));
      var arrived = new java.util.concurrent.Semaphore(0);
      var release = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                arrived.release();
                release.await();
                ScriptedServer.say(out, "HTTP/1.1 200 OK\nContent-Length: 1", "x");
              })) {
        List<Fetch> fetches = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          fetches.add(under.start(open(server, "/" + i)));
        }
        arrived.acquire(2);
        assertEquals(2, server.requests().size());
        release.countDown();
        for (Fetch fetch : fetches) {
          assertEquals(Verdict.FETCHED, outcome(fetch).verdict());
        }
        assertEquals(5, server.requests().size());
      }
    }

    @Test
    void oneThatWaitsForItsTurnIsCancelledAtOnce() throws Exception {
      use(FetcherUnderTest.with(100, 5, 1, "open.test"));
      var arrived = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                arrived.countDown();
                release.await();
              })) {
        Fetch running = under.start(open(server, "/"));
        arrived.await();
        Fetch waiting = under.start(open(server, "/"));
        waiting.cancel();
        assertEquals(Verdict.CANCELLED, outcome(waiting).verdict());
        assertFalse(running.outcome().toCompletableFuture().isDone());
        release.countDown();
        outcome(running);
        assertEquals(1, server.requests().size());
      }
    }

    @Test
    void oneThatWaitsForTheNameServiceIsCancelledAtOnce() throws Exception {
      var asked = new CountDownLatch(1);
      var answer = new CountDownLatch(1);
      var ticks = new ManualTicks();
      HostResolver slow =
          host -> {
            asked.countDown();
            try {
              answer.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return List.of(FetcherUnderTest.address("127.0.0.1"));
          };
      var fetcher =
          new HttpResourceFetcher(
              FetcherUnderTest.settings(),
              new AddressPolicy(slow, List::of),
              List::of,
              () -> {
                throw new AssertionError("no TLS here");
              },
              ticks,
              () -> {});
      Fetch fetch =
          fetcher.fetch(
              new FetchRequest("http://open.test/", Map.of(), OptionalLong.empty()), under.sink);
      asked.await();
      fetch.cancel();
      assertEquals(Verdict.CANCELLED, outcome(fetch).verdict());
      answer.countDown();
      fetcher.deactivate();
      assertEquals(0, ticks.running());
    }

    @Test
    void stoppingEndsEverythingAndNewFetchesAreCancelled() throws Exception {
      use(FetcherUnderTest.with(100, 5, 1, "open.test"));
      var arrived = new CountDownLatch(1);
      var never = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                arrived.countDown();
                never.await();
              })) {
        Fetch running = under.start(open(server, "/"));
        Fetch waiting = under.start(open(server, "/"));
        arrived.await();
        under.fetcher.deactivate();
        assertEquals(Verdict.CANCELLED, outcome(running).verdict());
        assertEquals(Verdict.CANCELLED, outcome(waiting).verdict());
        assertEquals(Verdict.CANCELLED, under.fetch(open(server, "/")).verdict());
      }
    }

    @Test
    void noThreadIsLeftBehind() throws Exception {
      var fetcher =
          new HttpResourceFetcher(
              FetcherUnderTest.settings(),
              host -> List.of(FetcherUnderTest.address("127.0.0.1")),
              List::of,
              () -> {
                throw new AssertionError("no TLS here");
              },
              new SystemTicks());
      var arrived = new CountDownLatch(2);
      var never = new CountDownLatch(1);
      try (var server =
          new ScriptedServer(
              (request, out) -> {
                arrived.countDown();
                never.await();
              })) {
        for (int i = 0; i < 2; i++) {
          fetcher.fetch(
              new FetchRequest(open(server, "/"), Map.of(), OptionalLong.empty()), under.sink);
        }
        arrived.await();
        List<Thread> threads =
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ota-fetch"))
                .toList();
        assertThat(threads).hasSizeGreaterThanOrEqualTo(3);
        fetcher.deactivate();
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }

    @Test
    void aSinkThatFailsEndsTheFetch() throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 1", "x")) {
        Fetch fetch =
            under.fetcher.fetch(
                new FetchRequest(open(server, "/"), Map.of(), OptionalLong.empty()),
                new FailingSink());
        FetchOutcome outcome = outcome(fetch);
        assertEquals(Verdict.SINK_FAILED, outcome.verdict());
        assertThat(outcome.detail()).contains("disk full");
      }
    }

    @Test
    void anOutcomeIsOneForAllTime() throws Exception {
      try (var server = ScriptedServer.saying("HTTP/1.1 200 OK\nContent-Length: 1", "x")) {
        Fetch fetch = under.start(open(server, "/"));
        assertEquals(Verdict.FETCHED, outcome(fetch).verdict());
        fetch.cancel();
        assertEquals(Verdict.FETCHED, outcome(fetch).verdict());
      }
    }
  }

  private static class FailingSink implements WritableByteChannel {
    @Override
    public int write(ByteBuffer from) throws IOException {
      throw new IOException("disk full");
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  private static final class WaitingSink extends FailingSink {
    final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release;

    WaitingSink(CountDownLatch release) {
      this.release = release;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      int octets = from.remaining();
      from.position(from.limit());
      return octets;
    }
  }
}
