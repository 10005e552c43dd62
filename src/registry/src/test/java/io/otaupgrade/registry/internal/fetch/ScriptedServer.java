package io.otaupgrade.registry.internal.fetch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** An HTTP server that says whatever a test wants it to, right or wrong. */
final class ScriptedServer implements AutoCloseable {

  /** Writes a response, octet by octet if need be. The connection is closed after it. */
  interface Script {
    void respond(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  record Request(String line, List<String> fields) {
    boolean has(String field) {
      return fields.stream().anyMatch(field::equalsIgnoreCase);
    }

    boolean hasName(String name) {
      return fields.stream()
          .anyMatch(f -> f.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    }
  }

  private static final long CLOSE_MILLIS = 5_000;

  private final ServerSocket listening;
  private final Script script;
  private final Thread acceptor;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  ScriptedServer(Script script) throws IOException {
    this(FetcherUnderTest.address("127.0.0.1"), 0, script);
  }

  ScriptedServer(InetAddress address, int port, Script script) throws IOException {
    this(ServerSocketFactory.getDefault(), address, port, script);
  }

  ScriptedServer(ServerSocketFactory factory, InetAddress address, int port, Script script)
      throws IOException {
    this.listening = factory.createServerSocket(port, 50, address);
    this.script = script;
    this.acceptor = daemon("scripted-server", this::accept);
  }

  /** A server that gives every request the same text, CRLF where the text has line ends. */
  static ScriptedServer saying(String head, String body) throws IOException {
    return new ScriptedServer((request, out) -> say(out, head, body));
  }

  static void say(OutputStream out, String head, String body) throws IOException {
    out.write(
        (head.strip().replace("\n", "\r\n") + "\r\n\r\n" + body)
            .getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  int port() {
    return listening.getLocalPort();
  }

  List<Request> requests() {
    return requests;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        sockets.add(socket);
        daemon("scripted-connection", () -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      String line = in.readLine();
      if (line == null) {
        return;
      }
      List<String> fields = new ArrayList<>();
      for (String field = in.readLine(); field != null && !field.isEmpty(); field = in.readLine()) {
        fields.add(field);
      }
      var request = new Request(line, List.copyOf(fields));
      requests.add(request);
      script.respond(request, socket.getOutputStream());
    } catch (IOException e) {
      // The client hung up, which is what many tests are about.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Until the accepting thread has noticed, the operating system may still take a connection. */
  @Override
  public void close() throws IOException {
    listening.close();
    try {
      acceptor.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
