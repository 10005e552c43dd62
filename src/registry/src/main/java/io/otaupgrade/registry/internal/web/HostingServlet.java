package io.otaupgrade.registry.internal.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** Carries out {@link Answer}s. All that is known of servlets is in here. */
abstract class HostingServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final String prefix;
  private final transient ClientGate gate;

  /**
   * @param prefix of the paths that it serves; begins and ends with a slash
   */
  HostingServlet(String prefix, ClientGate gate) {
    this.prefix = prefix;
    this.gate = gate;
  }

  /**
   * Opens what is hosted under some names.
   *
   * @param names at least one
   * @return empty when there is nothing
   */
  abstract Optional<Content> open(List<String> names);

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!gate.admits(request.getRemoteAddr(), request.getLocalAddr())) {
      refuse(response);
      return;
    }
    if (!Answer.isAllowed(request.getMethod())) {
      sendHead(Answer.methodNotAllowed(), response);
      return;
    }
    Optional<List<String>> names =
        RequestPath.below(request.getContextPath() + prefix, request.getRequestURI());
    Optional<Content> found = names.isPresent() ? open(names.get()) : Optional.empty();
    if (found.isEmpty()) {
      sendHead(Answer.notFound(), response);
      return;
    }
    try (Content content = found.get()) {
      Answer answer =
          Answer.of(new ServletRequestHead(request), content, HostingServlet::newBoundary);
      sendHead(answer, response);
      if (!request.getMethod().equals("HEAD")) {
        answer.writeBody(content, response.getOutputStream());
      }
    }
  }

  private static void refuse(HttpServletResponse response) throws IOException {
    byte[] reason =
        ("Only this host may read this; others must be in allowedClients of "
                + ClientGate.PID
                + "\n")
            .getBytes(StandardCharsets.US_ASCII);
    response.setStatus(HttpServletResponse.SC_FORBIDDEN);
    response.setContentType("text/plain; charset=us-ascii");
    response.setContentLength(reason.length);
    response.getOutputStream().write(reason);
  }

  private static void sendHead(Answer answer, HttpServletResponse response) {
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    response.setHeader("X-Content-Type-Options", "nosniff");
    // RFC 9110 §8.6: in a 304 it would be the length of what is not sent.
    if (answer.status() != Answer.NOT_MODIFIED) {
      response.setContentLengthLong(answer.length());
    }
  }

  private static String newBoundary() {
    return "ota-" + UUID.randomUUID();
  }

  private record ServletRequestHead(HttpServletRequest request) implements RequestHead {
    @Override
    public String method() {
      return request.getMethod();
    }

    @Override
    public List<String> values(String name) {
      return Collections.list(request.getHeaders(name));
    }
  }
}
