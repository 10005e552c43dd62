package io.otaupgrade.itest.scenarios;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small HTTP client that sends a path as it is; the JDK's own would mend it. */
final class HttpProbe {

  private final URI base;

  HttpProbe(URI base) {
    this.base = base;
  }

  Answer get(String path) throws IOException {
    return send("GET", path, Map.of());
  }

  Answer get(String path, String header, String value) throws IOException {
    return send("GET", path, Map.of(header, value));
  }

  Answer send(String method, String path, Map<String, String> headers) throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    request.append("Host: ").append(base.getAuthority()).append("\r\nConnection: close\r\n");
    headers.forEach((name, value) -> request.append(name).append(": ").append(value + "\r\n"));
    request.append("\r\n");
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
      return new Answer(socket.getInputStream().readAllBytes());
    }
  }

  /** A response, read to the end of its connection. */
  static final class Answer {
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] body;

    private Answer(byte[] octets) {
      String text = new String(octets, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      List<String> lines = text.substring(0, end).lines().toList();
      for (String line : lines.subList(1, lines.size())) {
        String[] parts = line.split(":", 2);
        headers.put(parts[0], parts[1].strip());
      }
      status = Integer.parseInt(lines.get(0).split(" ", 3)[1]);
      body = Arrays.copyOfRange(octets, end + 4, octets.length);
    }

    int status() {
      return status;
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    byte[] body() {
      return body.clone();
    }
  }
}
