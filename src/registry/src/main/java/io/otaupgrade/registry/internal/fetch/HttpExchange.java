package io.otaupgrade.registry.internal.fetch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * One GET request and its response, on a connection of its own to an address that the caller chose.
 * HttpCore speaks the protocol; who is connected to, redirects and limits are the caller's.
 */
final class HttpExchange implements Closeable {

  /** A response's head may not grow without end, either. */
  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setMaxLineLength(16_384)
          .setMaxHeaderCount(200)
          .setMaxEmptyLineCount(10)
          .build();

  private static final int MOST_INTERIM_RESPONSES = 10;

  // Closing this one unblocks every call below, in the middle of a TLS handshake too.
  private final Socket socket = new Socket(Proxy.NO_PROXY);
  private final DefaultBHttpClientConnection connection = new DefaultBHttpClientConnection(LIMITS);

  /** Connects, with TLS if the URL says so; the certificate must be good for the URL's host. */
  void connect(ResourceUrl url, InetAddress address, Duration timeout, TlsSource tls)
      throws IOException {
    socket.connect(new InetSocketAddress(address, url.port()), (int) timeout.toMillis());
    if (url.scheme() == ResourceUrl.Scheme.HTTP) {
      connection.bind(socket);
      return;
    }
    String host = url.host().replaceAll("[\\[\\]]", "");
    var secured = (SSLSocket) tls.get().createSocket(socket, host, url.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    connection.bind(secured, socket);
  }

  /** Sends the request and receives the final response's head. */
  Response get(ResourceUrl url, Map<String, String> headers) throws IOException, HttpException {
    var request = new BasicClassicHttpRequest(Method.GET, url.target());
    request.setHeader(HttpHeaders.HOST, url.authority());
    request.setHeader(HttpHeaders.USER_AGENT, "ota-upgrade");
    request.setHeader(HttpHeaders.ACCEPT, "*/*");
    headers.forEach(request::setHeader);
    // The octets are wanted as they are: nothing is unpacked here, so nothing can explode.
    request.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    request.setHeader(HttpHeaders.CONNECTION, "close");
    connection.sendRequestHeader(request);
    connection.flush();
    for (int interim = 0; interim <= MOST_INTERIM_RESPONSES; interim++) {
      ClassicHttpResponse response = connection.receiveResponseHeader();
      if (response == null) {
        throw new ConnectionClosedException("connection closed before a response");
      }
      if (response.getCode() >= HttpStatus.SC_OK) {
        return new Response(response);
      }
    }
    throw new ProtocolException("more than %d interim responses", MOST_INTERIM_RESPONSES);
  }

  /** From any thread; ends what is under way with an IOException. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** A response whose body has not been read. */
  final class Response {
    private final ClassicHttpResponse response;
    private final Map<String, String> headers = new HashMap<>();

    private Response(ClassicHttpResponse response) {
      this.response = response;
      for (Header header : response.getHeaders()) {
        String value = header.getValue() == null ? "" : header.getValue();
        headers.merge(
            header.getName().toLowerCase(Locale.ROOT), value, (first, next) -> first + ", " + next);
      }
    }

    int status() {
      return response.getCode();
    }

    /** Names in lower case; repeated fields joined by commas (RFC 9110 §5.3). */
    Map<String, String> headers() {
      return headers;
    }

    /** The body; its end is reported only if it is complete. */
    Body body() throws IOException, HttpException {
      connection.receiveResponseEntity(response);
      var entity = response.getEntity();
      if (entity == null) {
        return new Body(InputStream.nullInputStream(), OptionalLong.of(0));
      }
      long length = entity.getContentLength();
      return new Body(
          entity.getContent(), length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
    }
  }

  /**
   * A body. There is no need to close it, and no sense: that would read it to its end.
   *
   * @param length octets, if announced
   */
  record Body(InputStream octets, OptionalLong length) {}
}
