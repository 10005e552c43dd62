package io.otaupgrade.registry.internal.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.servlet.Servlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** Jetty, and a client that sends request targets as they are: no library tidies them up. */
final class WebServer {
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);

  WebServer(Map<String, Servlet> servlets) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    var context = new ServletContextHandler();
    context.setContextPath("/");
    servlets.forEach((pattern, servlet) -> context.addServlet(new ServletHolder(servlet), pattern));
    server.setHandler(context);
    server.start();
  }

  /**
   * A response.
   *
   * @param headers names in lower case
   * @param body ISO 8859-1
   */
  record Response(int status, Map<String, String> headers, String body) {}

  Response get(String target, String... fields) {
    return send("GET", target, fields);
  }

  Response send(String method, String target, String... fields) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      var head =
          new StringBuilder(
              method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
      for (String field : fields) {
        head.append(field).append("\r\n");
      }
      socket
          .getOutputStream()
          .write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      var octets = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(octets);
      return parse(octets.toString(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Response parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    String[] lines = text.substring(0, end).split("\r\n", -1);
    Map<String, String> headers = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    return new Response(
        Integer.parseInt(lines[0].split(" ", 3)[1]), headers, text.substring(end + 4));
  }

  void stop() throws Exception {
    server.stop();
  }
}
