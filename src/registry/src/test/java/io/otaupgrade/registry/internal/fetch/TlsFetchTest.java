package io.otaupgrade.registry.internal.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.otaupgrade.api.image.FetchOutcome;
import io.otaupgrade.api.image.FetchOutcome.Verdict;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The key store holds a self-signed certificate for the name {@code secure.test}. */
@Timeout(60)
class TlsFetchTest {
  private SSLContext tls;
  private FetcherUnderTest under;

  @BeforeEach
  void loadKeys() throws Exception {
    char[] password = "changeit".toCharArray();
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = TlsFetchTest.class.getResourceAsStream("secure-test.p12")) {
      keys.load(in, password);
    }
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, password);
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trusted);
    tls = SSLContext.getInstance("TLS");
    tls.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    under = new FetcherUnderTest(FetcherUnderTest.settings(), tls.getSocketFactory());
    under.name("secure.test", "127.0.0.1");
  }

  @AfterEach
  void close() {
    under.close();
  }

  private ScriptedServer server(ScriptedServer.Script script) throws Exception {
    return new ScriptedServer(
        tls.getServerSocketFactory(), FetcherUnderTest.address("127.0.0.1"), 0, script);
  }

  @Test
  void aGoodCertificateIsTaken() throws Exception {
    try (var server =
        server(
            (request, out) ->
                ScriptedServer.say(out, "HTTP/1.1 200 OK\nContent-Length: 2", "ok"))) {
      FetchOutcome outcome = under.fetch("https://secure.test:" + server.port() + "/x");
      assertEquals(Verdict.FETCHED, outcome.verdict(), outcome.detail());
      assertEquals("ok", under.sink.text());
    }
  }

  @Test
  void aCertificateForAnotherNameIsNotTaken() throws Exception {
    try (var server =
        server(
            (request, out) ->
                ScriptedServer.say(out, "HTTP/1.1 200 OK\nContent-Length: 2", "ok"))) {
      FetchOutcome outcome = under.fetch("https://open.test:" + server.port() + "/x");
      assertEquals(Verdict.UNREACHABLE, outcome.verdict());
      assertThat(outcome.detail()).contains("open.test");
      assertEquals(0, server.requests().size());
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTaken() throws Exception {
    under.close();
    under = new FetcherUnderTest();
    under.name("secure.test", "127.0.0.1");
    try (var server = server((request, out) -> ScriptedServer.say(out, "HTTP/1.1 200 OK", "ok"))) {
      FetchOutcome outcome = under.fetch("https://secure.test:" + server.port() + "/x");
      assertEquals(Verdict.UNREACHABLE, outcome.verdict());
    }
  }

  @Test
  void aRedirectFromHttpsToHttpIsRefused() throws Exception {
    try (var plain = ScriptedServer.saying("HTTP/1.1 200 OK", "x");
        var server =
            server(
                (request, out) ->
                    ScriptedServer.say(
                        out,
                        "HTTP/1.1 302 X\nLocation: http://open.test:" + plain.port() + "/",
                        ""))) {
      FetchOutcome outcome = under.fetch("https://secure.test:" + server.port() + "/x");
      assertEquals(Verdict.FORBIDDEN_ADDRESS, outcome.verdict());
      assertEquals(0, plain.requests().size());
    }
  }

  @Test
  void aRedirectFromHttpToHttpsIsFollowed() throws Exception {
    try (var secure =
            server(
                (request, out) ->
                    ScriptedServer.say(out, "HTTP/1.1 200 OK\nContent-Length: 2", "ok"));
        var server =
            ScriptedServer.saying(
                "HTTP/1.1 301 X\nLocation: https://secure.test:" + secure.port() + "/", "")) {
      assertEquals(
          Verdict.FETCHED, under.fetch("http://open.test:" + server.port() + "/").verdict());
    }
  }

  @Test
  void aHandshakeThatStandsStillIsTooSlow() throws Exception {
    var connected = new CountDownLatch(1);
    try (var silent = new java.net.ServerSocket(0, 5, FetcherUnderTest.address("127.0.0.1"))) {
      var accepting =
          new Thread(
              () -> {
                try {
                  silent.accept().getInputStream().read();
                  connected.countDown();
                } catch (java.io.IOException e) {
                  throw new AssertionError(e);
                }
              });
      accepting.start();
      var fetch = under.start("https://secure.test:" + silent.getLocalPort() + "/");
      connected.await();
      under.ticks.advance(Duration.ofSeconds(61));
      assertEquals(Verdict.TOO_SLOW, FetcherUnderTest.outcome(fetch).verdict());
      accepting.join();
    }
  }
}
